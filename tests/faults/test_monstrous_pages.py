"""Input of a size or sameness that nobody wrote: nothing hangs, nothing is lost, memory stays what it is."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import corpus
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import runs

from schemas.pages import PAGES
from schemas.settings import Settings
from transforms import editing
from transforms.clean import Desk, clean
from transforms.neardup.keys import keys
from transforms.neardup.sketch import sketch

GIGABYTE = 1_000_000_000
STORY = corpus.story(1)
MONSTERS = {
    "a million combining marks": "e" + "\u0301" * 1_000_000,
    "all combining marks, in turn": "".join(chr(0x300 + n % 0x70) for n in range(1_000_000)),
    "marks within a story": STORY.replace(" the ", " the" + "\u0301" * 20_000 + " "),
    "one word": "word " * 200_000,
    "one word a line": "word\n" * 200_000,
    "one error": "the the the teh " * 60_000,
    "one sentence": "The mayor agreed. " * 60_000,
    "bytes of zero": STORY + "\0" * 1_000_000,
    "blank lines": STORY + "\n" * 1_000_000,
    "open brackets": "(" * 1_000_000,
    "escapes": "&amp;" * 200_000,
    "escapes of escapes": "&" + "amp;" * 250_000,
    "letters decoded wrongly": "Ã©â€œ" * 200_000,
    "letters joined by nothing": "a\u200d" * 300_000,
    "soft hyphens": "a\u00ad" * 300_000,
    "marks of direction": "\u202e" * 500_000 + STORY,
    "quotation marks": "\"'“”" * 250_000,
    "an address": "http://a.example/" + "a/" * 500_000,
    "one digit": "1" * 1_000_000,
    "dates": "12 March 2026\n" * 70_000,
    "bylines": "By Jane Doe\n" * 80_000,
    "no blanks": "该市议会周二表示" * 120_000,
    "hyphens": "well-" * 200_000,
    "families": "👩\u200d👩\u200d👧" * 150_000,
    "syllables put together": "\u1100\u1161\u11a8" * 300_000,
    "tags": "<p>" * 300_000,
    "strange line ends": "A line of text.\u2028" * 60_000,
}
SECONDS = 120  # of CPU time: the slowest of them takes ten


def page(text: str) -> pa.Table:
    row = {"text": text, "source": "monster", "position": 0, "replaced": 0, "url": "https://a.example/1"}
    return pa.Table.from_pylist([row], PAGES)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.of(Settings())


@pytest.mark.slow
@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_a_monstrous_page_is_cleaned_or_given_up_for_its_work(text: str, desk: Desk) -> None:
    began = time.process_time()
    outcome = clean(page(text), 0, desk)
    keys(sketch(outcome.stories))
    assert time.process_time() - began < SECONDS
    assert outcome.stories.num_rows + outcome.filtered.num_rows + outcome.rejects.num_rows == 1
    assert set(outcome.rejects["error"].to_pylist()) <= {"too-much-work"}
    for story in outcome.stories.to_pylist():
        assert editing.undo(story["text"], outcome.edits.to_pylist()) == text


def write_huge(folder: Path) -> None:
    """A line of a gigabyte as a text, as JSON, gzipped and within a CSV file, those that have records with some."""
    good = [json.dumps({"id": f"good-{n}", "text": corpus.story(n)}).encode() + b"\n" for n in range(6)]

    def line() -> Iterator[bytes]:
        chunk = b"The tide came in over the harbour wall. " * 25_000
        for _ in range(GIGABYTE // len(chunk)):
            yield chunk

    with (folder / "a.txt").open("wb") as file:
        file.writelines(line())
    with (folder / "b.jsonl").open("wb") as file:
        file.writelines([good[0], b'{"text": "', *line(), b'"}\n', good[1]])
    with gzip.open(folder / "c.jsonl.gz", "wb", compresslevel=1) as packed:
        packed.writelines([good[2], b'{"text": "', *line(), b'"}\n', good[3]])
    with (folder / "d.csv").open("wb") as file:
        file.writelines(
            [b'id,text\ngood-4,"Rain fell on the town."\nhuge,"', *line(), b'"\ngood-5,"Snow fell, too."\n']
        )


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_a_reject_and_never_in_memory(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_huge(tmp_path / "in")
    arguments = ("run", tmp_path / "in", "--steps", "encoding,dedup", "--workers", "1", "--output", tmp_path / "out")
    process = runs.launch(*arguments, environment={**os.environ, "UNIT_BYTES": str(64 << 20)})
    _, err = process.communicate()
    assert process.returncode == 0, err
    assert {row["id"] for row in runs.rows(tmp_path / "out", "stories")} == {f"good-{n}" for n in range(6)}
    assert [row["error"] for row in runs.rows(tmp_path / "out", "rejects")] == ["too-large"] * 4
    execution = json.loads((tmp_path / "out" / "run.json").read_bytes())["execution"]
    assert execution["peak_worker_bytes"] < GIGABYTE


@pytest.mark.slow
def test_a_hundred_thousand_equal_pages_are_one_story(tmp_path: Path) -> None:
    text = corpus.story(1, sentences=4)
    pages = corpus.write_jsonl(tmp_path / "in.jsonl", ({"id": f"p{n}", "text": text} for n in range(100_000)))
    runs.run(pages, output=tmp_path / "out")
    (story,) = runs.rows(tmp_path / "out", "stories")
    assert (story["text"], story["cluster_size"]) == (text, 100_000)
    counts = runs.counts(tmp_path / "out")
    assert (counts["read"], counts["kept"], counts["dropped"]) == (100_000, 1, 99_999)


def test_empty_everything_is_a_run_without_stories(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "empty-folder").mkdir(parents=True)
    for name in ("a.txt", "a.html", "a.jsonl", "a.csv", "a.wet", "a.warc"):
        (folder / name).write_bytes(b"")
        (folder / f"{name}.gz").write_bytes(gzip.compress(b""))
    (folder / "blank.jsonl").write_text("\n\n \n", encoding="utf-8")
    corpus.write_jsonl(folder / "no-words.jsonl", [{"text": ""}, {"text": " \n\u3000"}, {"text": "\u200b"}])
    corpus.write_parquet(folder / "no-rows.parquet", [{"text": "x"}])
    with_rows = pq.read_table(folder / "no-rows.parquet")
    pq.write_table(with_rows.slice(0, 0), folder / "no-rows.parquet")
    outcome = runs.run(folder, output=tmp_path / "out")
    assert "no story" in outcome.err
    counts = runs.counts(tmp_path / "out")
    assert counts["stories"] == 0
    assert counts["read"] == sum(counts["filtered"].values()) + sum(counts["rejected"].values())
    assert [runs.table(tmp_path / "out", name).num_rows for name in ("stories", "duplicates", "edits")] == [0, 0, 0]
