"""copydesk show: a page of a finished run, before and after, with its edits and its cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import corpus
import pytest
import runs
from texts import HOSTILE


def shown(output: Path, id: str) -> dict[str, Any]:
    outcome = runs.copydesk("show", output, id, "--json")
    assert outcome.code == 0, outcome.err
    return dict(json.loads(outcome.out))


def test_a_story_is_shown_with_what_went_and_came(finished: runs.Finished) -> None:
    story = next(row for row in runs.rows(finished.output, "stories") if row["edit_count"] > 2)
    told = shown(finished.output, story["id"])
    assert told["outcome"] == "story"
    assert told["row"]["text"] == story["text"]
    assert len(told["before"]) == story["chars_in"]
    assert len(told["edits"]) == story["edit_count"]
    text = runs.copydesk("show", finished.output, story["id"]).out
    assert story["id"] in text.splitlines()[0]
    assert "[-" in text
    assert "rules_off" in text


def test_a_kept_story_is_shown_with_its_cluster(finished: runs.Finished) -> None:
    kept = next(row for row in runs.rows(finished.output, "duplicates") if row["relation"] is None)
    told = shown(finished.output, kept["id"])
    members = [row for row in runs.rows(finished.output, "duplicates") if row["cluster_document"] == kept["document"]]
    assert {row["id"] for row in told["cluster"]} == {row["id"] for row in members}
    assert told["cluster"][0]["relation"] is None
    assert told["cluster"][0]["title"]


def test_a_dropped_copy_is_told_with_the_story_it_is_a_copy_of(finished: runs.Finished) -> None:
    copy = next(row for row in runs.rows(finished.output, "duplicates") if not row["kept"])
    told = shown(finished.output, copy["id"])
    assert (told["outcome"], told["before"]) == ("copy", "")
    assert f"a copy of {copy['kept_id']}" in runs.copydesk("show", finished.output, copy["id"]).out


def test_a_page_that_was_left_out_is_shown_with_the_reason(finished: runs.Finished) -> None:
    row = runs.rows(finished.output, "filtered")[0]
    told = shown(finished.output, row["id"])
    assert (told["outcome"], told["before"]) == ("filtered", row["text"])
    assert f"filtered ({row['reason']})" in runs.copydesk("show", finished.output, row["id"]).out


def test_pages_that_share_an_id_are_all_shown(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "a.jsonl", [{"id": "p", "text": corpus.story(number)} for number in range(2)])
    runs.run(tmp_path / "a.jsonl", "--steps", "encoding", output=tmp_path / "out")
    assert len(runs.copydesk("show", tmp_path / "out", "p", "--json").out.splitlines()) == 2


@pytest.mark.parametrize("edits", ["spans", "none"])
def test_without_the_text_of_edits_what_stayed_is_shown_and_it_is_said(edits: str, tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "a.jsonl", [{"id": "p", "text": f"{corpus.story(1)}\n{corpus.SCAFFOLDING[1]}"}])
    runs.run(tmp_path / "a.jsonl", "--steps", "scaffolding", "--edits", edits, output=tmp_path / "out")
    told = runs.copydesk("show", tmp_path / "out", "p").out
    assert f"--edits {edits}" in told
    assert corpus.SCAFFOLDING[1] not in told


def test_page_text_gives_the_terminal_no_orders(tmp_path: Path) -> None:
    text = f"{corpus.story(1)}\n\x1b[2J\x9b31m\u202e{HOSTILE}"
    corpus.write_jsonl(tmp_path / "a.jsonl", [{"id": "p\x1b[1m", "title": "t\x1b]0;x\x07", "text": text}])
    runs.run(tmp_path / "a.jsonl", "--steps", "encoding,scaffolding", output=tmp_path / "out")
    told = runs.copydesk("show", tmp_path / "out", "p\x1b[1m").out
    assert not set(told) & {"\x1b", "\x9b", "\x07", "\u202e"}


def test_an_unknown_id_and_a_folder_without_a_run_are_wrong_usage(finished: runs.Finished, tmp_path: Path) -> None:
    outcome = runs.copydesk("show", finished.output, "nobody")
    assert (outcome.code, outcome.out) == (2, "")
    assert "holds no page with id nobody" in outcome.err
    assert "holds no finished run" in runs.copydesk("show", tmp_path, "p").err
    (tmp_path / "run.json").write_text("[]", encoding="utf-8")
    assert "was not written by copydesk" in runs.copydesk("show", tmp_path, "p").err
