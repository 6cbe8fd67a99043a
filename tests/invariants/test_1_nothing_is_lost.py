"""Invariant 1: each record read is in exactly one dataset, and a run whose counts do not add up fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import corpus
import pyarrow as pa
import pytest
import runs
from runs import Finished

from transforms import clean_units, finish
from transforms.read.records import Records


def places_of_documents(output: Path) -> Iterator[int]:
    """`document` of every page, from wherever it ended."""
    yield from runs.table(output, "stories")["document"].to_pylist()
    yield from runs.table(output, "filtered")["document"].to_pylist()
    for row in runs.rows(output, "duplicates"):
        if not row["kept"]:
            yield row["document"]


def test_every_page_of_the_input_is_in_exactly_one_dataset(finished: Finished) -> None:
    ids = [page["id"] for page in corpus.pages(240)]
    found = Counter(runs.table(finished.output, "stories")["id"].to_pylist())
    found.update(runs.table(finished.output, "filtered")["id"].to_pylist())
    found.update(row["id"] for row in runs.rows(finished.output, "duplicates") if not row["kept"])
    assert {id: found[id] for id in ids} == dict.fromkeys(ids, 1)


def test_documents_are_pages_counted_unit_by_unit(finished: Finished) -> None:
    documents = sorted(places_of_documents(finished.output))
    assert len(set(documents)) == len(documents) == 243
    rows: dict[int, list[int]] = {}
    for document in documents:
        rows.setdefault(document >> 32, []).append(document & 0xFFFFFFFF)
    assert all(numbers == list(range(len(numbers))) for numbers in rows.values())


def test_records_read_are_those_that_come_out(finished: Finished) -> None:
    counts = runs.counts(finished.output)
    rejected = [row for row in runs.rows(finished.output, "rejects") if row["position"] is not None]
    out = len(list(places_of_documents(finished.output))) + len(rejected) + counts["skipped"]
    assert counts["read"] == out == 243 + 3


def test_marking_copies_keeps_every_one_of_them_in_stories(corpus_folder: Path, tmp_path: Path) -> None:
    runs.run(corpus_folder / "a.jsonl", "--duplicates", "mark", "--steps", "dedup", output=tmp_path / "out")
    stories = runs.rows(tmp_path / "out", "stories")
    assert sorted(row["id"] for row in stories) == [page["id"] for page in corpus.pages(80)]
    copies = {row["id"] for row in stories if not row["kept"]}
    assert copies == {row["id"] for row in runs.rows(tmp_path / "out", "duplicates") if not row["kept"]}
    assert copies


def lose_a_row(original: Callable[..., pa.Table]) -> Callable[..., pa.Table]:
    return lambda *arguments: original(*arguments)[:-1]


def count_one_more(original: Callable[..., Any]) -> Callable[..., Any]:
    def tampered(*arguments: Any) -> Any:
        counts = original(*arguments)
        return counts.model_copy(update={"read": counts.read + 1})

    return tampered


def keep_one_less(original: Callable[..., Any]) -> Callable[..., Any]:
    def tampered(*arguments: Any) -> Any:
        manifest = original(*arguments)
        return manifest.model_copy(update={"kept": manifest.kept - 1})

    return tampered


@pytest.mark.parametrize(
    ("module", "function", "tamper", "told"),
    [
        (finish, "_decided", lose_a_row, "stories/ holds 39 rows, but 40 were counted"),
        (finish, "finish_unit", keep_one_less, "40 stories were cleaned, but 39 kept and 0 dropped"),
        (Records, "_table", lose_a_row, "in.jsonl: of 40 records that were read, 39 came out"),
        (clean_units, "_reading_counts", count_one_more, "unit 0 lost or doubled a record"),
    ],
)
def test_a_run_that_lost_a_page_or_miscounted_fails(
    module: Any,
    function: str,
    tamper: Callable[..., Any],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = [{"id": str(number), "text": corpus.story(number)} for number in range(40)]
    corpus.write_jsonl(tmp_path / "in.jsonl", pages)
    monkeypatch.setattr(module, function, tamper(getattr(module, function)))
    outcome = runs.copydesk("run", tmp_path / "in.jsonl", "--output", tmp_path / "out", "--steps", "dedup")
    assert outcome.code == 1
    assert told in outcome.err
    assert not (tmp_path / "out" / "run.json").exists()
