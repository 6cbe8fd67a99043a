"""copydesk profile: the words of finished runs, and what a later run makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import corpus
import pytest
import runs

from schemas.settings import Settings, Typos
from transforms import plan

if TYPE_CHECKING:
    from object_stores import Gcs

WORD = "annoucement"
SITES = 10


def pages(number: int) -> list[dict[str, Any]]:
    """As many pages of as many sites, each with a spelling that looks like a slip."""
    return [
        {
            "id": f"p{n}",
            "url": f"https://paper{n}.example/{n}",
            "text": f"{corpus.story(n)} The {WORD} of the plan was the first.",
        }
        for n in range(number)
    ]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that leaves the spelling alone."""
    folder = tmp_path_factory.mktemp("earlier")
    corpus.write_jsonl(folder / "a.jsonl", pages(SITES))
    (folder / "a.toml").write_text(f'[typos]\nnever_touch = ["{WORD}"]\n')
    steps = ("--steps", "language,typos", "--config", folder / "a.toml")
    runs.run(folder / "a.jsonl", *steps, output=folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def words(output: Path) -> Path:
    target = output.parent / "words.parquet"
    outcome = runs.copydesk("profile", output, "--to", target)
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith(f"{SITES} stories, ")
    return target


def repaired(folder: Path, *options: str | Path) -> int:
    corpus.write_jsonl(folder / "b.jsonl", pages(1))
    runs.run(folder / "b.jsonl", "--steps", "language,typos", *options, output=folder / "out")
    return sum(WORD in row["text"] for row in runs.rows(folder / "out", "stories"))


def test_what_earlier_outputs_write_on_several_sites_stays(words: Path, tmp_path: Path) -> None:
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
    assert repaired(tmp_path / "without") == 0
    assert repaired(tmp_path / "with", "--word-profile", words) == 1
    told = runs.result(tmp_path / "with" / "out")["settings"]["word_profile"]
    assert told != runs.result(tmp_path / "without" / "out")["settings"]["word_profile"]


def test_workers_that_stand_in_another_folder_find_it(words: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(words.parent)
    planned = plan.make(["a.jsonl"], Settings(typos=Typos(word_profile=words.name)))
    assert planned.settings.typos.word_profile == str(words)


def test_nothing_but_the_file_is_left(words: Path) -> None:
    assert sorted(path.name for path in words.parent.iterdir()) == ["a.jsonl", "a.toml", "out", "words.parquet"]


def test_a_story_counts_once_and_profiles_join(output: Path, words: Path, tmp_path: Path) -> None:
    runs.copydesk("profile", output, output, "--to", tmp_path / "twice.parquet")
    assert (tmp_path / "twice.parquet").read_bytes() == words.read_bytes()
    assert runs.copydesk("profile", words, "--to", tmp_path / "again.parquet").code == 0
    assert (tmp_path / "again.parquet").read_bytes() == words.read_bytes()


def test_a_profile_is_written_to_gcs_and_read_from_there(output: Path, words: Path, gcs: Gcs, tmp_path: Path) -> None:
    place = f"{gcs.root}/profiles/words.parquet"
    outcome = runs.copydesk("profile", output, "--to", place)
    assert outcome.code == 0, outcome.err
    assert gcs.names() == ["profiles/words.parquet"]
    assert gcs.read("profiles/words.parquet") == words.read_bytes()
    assert repaired(tmp_path, "--word-profile", place) == 1
    assert runs.copydesk("profile", place, "--to", tmp_path / "again.parquet").code == 0
    assert (tmp_path / "again.parquet").read_bytes() == words.read_bytes()


def test_mistakes_are_told(output: Path, tmp_path: Path) -> None:
    (tmp_path / "no.parquet").write_bytes(b"no")
    (tmp_path / "a.txt").write_text(corpus.story(1))
    for wrong, told in (
        (("profile", output, "--to", tmp_path / "words.txt"), "is a Parquet file"),
        (("profile", tmp_path, "--to", tmp_path / "w.parquet"), "holds no finished run"),
        (("profile", tmp_path / "no.parquet", "--to", tmp_path / "w.parquet"), "is no word profile"),
        (
            ("run", tmp_path / "a.txt", "--output", tmp_path / "o", "--word-profile", tmp_path / "no.parquet"),
            "no word profile",
        ),
        (("run", tmp_path / "a.txt", "--output", tmp_path / "o", "--word-profile", tmp_path / "none"), "cannot read"),
    ):
        outcome = runs.copydesk(*wrong)
        assert outcome.code == 2
        assert told in outcome.err.replace("\n", " ")
