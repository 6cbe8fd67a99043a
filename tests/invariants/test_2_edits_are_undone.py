"""Invariant 2: undoing `edits/` restores the decoded, extracted text of every written story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import corpus
import pytest
import runs
from runs import Finished

from transforms import editing
from transforms.read import Fields, Limits, read, whole_file


def pages_as_read(folder: Path) -> dict[tuple[str, int], str]:
    """(source, position) to the text of every page below a folder."""
    found = {}
    for path in sorted(folder.rglob("*.*")):
        if path.is_file():
            piece = whole_file(str(path), str(path.relative_to(folder)))
            for batch in read(piece, Fields(), Limits()):
                pages = batch.pages
                places = zip(pages["source"].to_pylist(), pages["position"].to_pylist(), strict=True)
                found |= dict(zip(places, pages["text"].to_pylist(), strict=True))
    return found


def edits_by_document(output: Path) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in runs.rows(output, "edits"):
        found.setdefault(row["document"], []).append(row)
    return found


def check_all_are_undone(folder: Path, output: Path) -> int:
    """Undo the edits of every story; how many stories had any."""
    pages, edits = pages_as_read(folder), edits_by_document(output)
    stories = runs.rows(output, "stories")
    assert stories
    for row in stories:
        page = pages[row["source"], row["position"]]
        mine = edits.pop(row["document"], [])
        assert editing.undo(row["text"], mine) == page
        assert (row["chars_in"], row["chars_out"]) == (len(page), len(row["text"]))
        assert row["edit_count"] == len(mine)
    assert not edits, "edits of pages that are no stories"
    return sum(row["edit_count"] > 0 for row in stories)


def test_undoing_the_edits_of_every_story_gives_the_page_back(finished: Finished) -> None:
    assert check_all_are_undone(finished.folder, finished.output) > 50


def test_replaying_the_edits_leads_from_the_page_to_the_story(finished: Finished) -> None:
    pages, edits = pages_as_read(finished.folder), edits_by_document(finished.output)
    for row in runs.rows(finished.output, "stories"):
        text = pages[row["source"], row["position"]]
        for number, edit in enumerate(sorted(edits.get(row["document"], []), key=lambda edit: edit["order"])):
            assert edit["order"] == number
            assert text[edit["start"] : edit["end"]] == edit["before"]
            text = text[: edit["start"]] + edit["after"] + text[edit["end"] :]
        assert text == row["text"]


@pytest.mark.parametrize(
    "arguments", [("--headline", "column"), ("--duplicates", "mark", "--steps", "scaffolding,dedup")]
)
def test_the_edits_are_whole_whatever_becomes_of_headlines_and_copies(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", corpus.pages(40))
    runs.run(tmp_path / "in", *arguments, output=tmp_path / "out")
    assert check_all_are_undone(tmp_path / "in", tmp_path / "out") >= 10
