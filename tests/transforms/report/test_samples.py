"""Pages and clusters read back for the report, and what differs between two texts."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
import runs
from hypothesis import given
from hypothesis import strategies as st

from transforms.manifests import FileInfo, FinishedUnit
from transforms.report import lookup, samples
from transforms.report.samples import Difference, differences

NO_WORK = "gone"  # the `_work` of a run that has ended


@pytest.fixture(scope="module")
def manifests_of(finished: runs.Finished) -> list[FinishedUnit]:
    """Manifests as the units of the finished run must have had them, as far as samples need them."""
    infos = [FileInfo.model_validate(one) for one in runs.result(finished.output)["files"]]
    units = runs.counts(finished.output)["units"]
    made = []
    for unit in range(units):
        own = [info for info in infos if info.name.endswith(f"part-{unit:05d}.parquet") and info.rows]
        made.append(
            FinishedUnit(identity="", unit=unit, kept=0, dropped=0, clusters=0, relations={}, indexed=False, files=own)
        )
    return made


def test_the_pieces_of_a_sampled_page_make_its_story(finished: runs.Finished, manifests_of: list[FinishedUnit]) -> None:
    pages = samples.pages(str(finished.output), NO_WORK, manifests_of, audited=True)
    assert len(pages) == 50
    for page in pages:
        assert "".join(piece.text for piece in page.pieces if piece.fate != "removed") == page.story["text"]
        came = "".join(piece.text for piece in page.pieces if piece.fate != "added")
        assert len(came) == page.story["chars_in"]
    assert {piece.step for page in pages for piece in page.pieces} > {"encoding", "scaffolding"}


def test_without_an_audit_only_what_stayed_is_shown(finished: runs.Finished, manifests_of: list[FinishedUnit]) -> None:
    for page in samples.pages(str(finished.output), NO_WORK, manifests_of, audited=False):
        assert [(piece.text, piece.fate) for piece in page.pieces] == [(page.story["text"], "kept")]


def test_rows_are_found_by_number_and_by_document(finished: runs.Finished) -> None:
    path = str(sorted((finished.output / "stories").glob("*.parquet"))[0])
    rows = pq.read_table(path).to_pylist()
    assert lookup.rows_at(path, [5, 0, 5]) == [rows[0], rows[5]]
    asked = [rows[3]["document"], rows[1]["document"], 1 << 60]
    assert lookup.rows_of(path, asked, ("document", "id")) == [
        {"document": rows[n]["document"], "id": rows[n]["id"]} for n in (1, 3)
    ]


def test_differences_stand_between_the_words_around_them() -> None:
    kept = " ".join(f"w{n}" for n in range(40))
    member = kept.replace("w20", "x y")
    assert differences(kept, member) == (
        Difference("12", "skipped"),
        Difference("w12 w13 w14 w15 w16 w17 w18 w19", "both"),
        Difference("w20", "kept"),
        Difference("x y", "member"),
        Difference("w21 w22 w23 w24 w25 w26 w27 w28", "both"),
        Difference("11", "skipped"),
    )


def test_equal_texts_differ_in_nothing() -> None:
    assert {one.where for one in differences("a b c", " a b\n\nc ")} == {"both"}


WORDS = st.lists(st.sampled_from(["a", "b", "c", "ä€"]), max_size=30)


@given(WORDS, WORDS)
def test_differences_hold_all_words_of_both_texts(kept: list[str], member: list[str]) -> None:
    found = differences(" ".join(kept), " ".join(member))

    def words(side: str) -> int:
        return sum(
            int(one.text) if one.where == "skipped" else len(one.text.split())
            for one in found
            if one.where in (side, "both", "skipped")
        )

    assert (words("kept"), words("member")) == (len(kept), len(member))
