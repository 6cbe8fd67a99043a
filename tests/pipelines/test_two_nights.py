"""Ten thousand articles night by night: with `--keep earliest` the same stories stay as of one run over all of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import runs

pytestmark = pytest.mark.slow


def articles(shared: Path, folder: Path) -> list[dict[str, str]]:
    """The articles of the made corpus as they stood before sites were put around them, by date."""
    maker = shared / "corpus" / "make_corpus.py"
    subprocess.run([sys.executable, maker, "--docs", "10000", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    truth = [json.loads(line) for line in (folder / "truth.jsonl").open(encoding="utf-8")]
    gold = {row["id"]: row["gold"] for row in truth}
    pages = [json.loads(line) for path in folder.glob("pages-*") for line in path.open(encoding="utf-8")]
    pages = [page | {"text": gold[page["id"]]} for page in pages if gold[page["id"]]]
    return sorted(pages, key=lambda page: (page["published"], page["id"]))


def write(path: Path, pages: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(page) + "\n" for page in pages), encoding="utf-8")
    return path


def kept(output: Path) -> set[str]:
    return {row["id"] for row in runs.rows(output, "stories")}


def test_two_nights_keep_the_stories_of_one_run_over_both(shared: Path, tmp_path: Path) -> None:
    pages = articles(shared, tmp_path / "corpus")
    half = next(n for n in range(len(pages) // 2, len(pages)) if pages[n]["published"] != pages[n - 1]["published"])
    options = ("--steps", "dedup", "--keep", "earliest")
    runs.run(write(tmp_path / "all.jsonl", pages), *options, output=tmp_path / "all")
    for day, some in ((10, pages[:half]), (11, pages[half:])):
        night = ("--index", tmp_path / "index", "--run-date", f"2026-09-{day}")
        runs.run(write(tmp_path / f"{day}.jsonl", some), *options, *night, output=tmp_path / f"night-{day}")
    assert kept(tmp_path / "night-10") | kept(tmp_path / "night-11") == kept(tmp_path / "all")
    assert len(pages) - len(kept(tmp_path / "all")) > 2_000
    earlier = [row for row in runs.rows(tmp_path / "night-11", "duplicates") if row["kept_run"]]
    assert len(earlier) > 300
