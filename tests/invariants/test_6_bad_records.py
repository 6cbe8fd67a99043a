"""Invariant 6: one bad record costs one row of rejects/, one unreadable file one row and exit code 3."""

from __future__ import annotations

import os
from pathlib import Path

import corpus
import runs
from runs import Finished


def test_each_bad_record_is_one_row_that_says_where_and_why(finished: Finished) -> None:
    rejects = [row for row in runs.rows(finished.output, "rejects") if row["position"] is not None]
    lines = (finished.folder / "a.jsonl").read_bytes().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in (40, 41, 42)]
    assert [(row["source"], row["position"], row["error"]) for row in rejects] == [
        ("a.jsonl", starts[0], "invalid-json"),
        ("a.jsonl", starts[1], "missing-text"),
        ("a.jsonl", starts[2], "wrong-type"),
    ]
    assert [row["excerpt"][:6] for row in rejects] == ["{not J", '{"id":', '{"id":']
    assert all(row["message"] for row in rejects)


def test_an_unreadable_file_is_one_row_without_a_position_and_exit_code_3(finished: Finished) -> None:
    unreadable = [row for row in runs.rows(finished.output, "rejects") if row["position"] is None]
    assert [(row["source"], row["error"]) for row in unreadable] == [("cut.jsonl.gz", "unreadable")]
    assert "cut short" in unreadable[0]["message"]
    assert runs.counts(finished.output)["unreadable"] == 1
    assert finished.outcome.code == 3


def test_bad_records_alone_are_no_reason_for_another_exit_code(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in.jsonl", ["not JSON", {"id": "1", "text": corpus.story(1)}, "{}"])
    runs.run(tmp_path / "in.jsonl", "--steps", "dedup", output=tmp_path / "out", code=0)
    assert runs.counts(tmp_path / "out")["rejected"] == {"invalid-json": 1, "missing-text": 1}
    assert [row["id"] for row in runs.rows(tmp_path / "out", "stories")] == ["1"]


def test_a_file_whose_name_is_no_utf8_is_an_unreadable_one(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(corpus.story(1), encoding="utf-8")
    (folder / os.fsdecode(b"b\xff.txt")).write_text(corpus.story(2), encoding="utf-8")
    runs.run(folder, "--steps", "encoding", output=tmp_path / "out", code=3)
    assert [row["source"] for row in runs.rows(tmp_path / "out", "stories")] == ["a.txt"]
    (reject,) = runs.rows(tmp_path / "out", "rejects")
    assert (reject["source"], reject["position"], reject["error"]) == ("b\ufffd.txt", None, "unreadable")
    assert "the name is no UTF-8" in reject["message"]
