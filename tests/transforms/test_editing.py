"""Edits: applied, audited and undone."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import TEXT, editor

from transforms.editing import Step, apply, audit, difference, edits, undo


def test_edits_are_applied_where_they_stand_and_other_texts_stay():
    texts = pa.array(["Whilke näher", "untouched", ""])
    table = edits([0, 2], [0, 0], [6, 0], ["While", "new"], ["typos/nonword", "x/y"], [98, 50])
    assert apply(texts, table).to_pylist() == ["While näher", "untouched", "new"]


def test_a_slice_of_a_column_is_edited_by_its_own_offsets():
    texts = pa.array(["first", "secnd", "third"]).slice(1)
    assert apply(texts, edits([0], [3], [3], ["o"], ["x/y"], [1])).to_pylist() == ["second", "third"]


@pytest.mark.parametrize(
    ("spans", "message"),
    [([(0, 3), (2, 4)], "overlap"), ([(3, 9)], "leaves"), ([(1, 2)], "cuts a character")],
)
def test_spans_that_cannot_be_meant_are_refused(spans, message):
    table = edits(
        [0] * len(spans), *zip(*spans, strict=True), [""] * len(spans), ["x/y"] * len(spans), [1] * len(spans)
    )
    with pytest.raises(ValueError, match=message):
        apply(pa.array(["é ab"]), table)


def test_a_repaired_letter_is_one_small_edit():
    assert difference("Itâ€™s the countryâ€™s", "It’s the country’s") == [(2, 5, "’"), (18, 21, "’")]


def test_strings_too_long_to_align_differ_in_one_edit():
    before, after = "a" + "x" * 20_000 + "b", "a" + "y" * 20_000 + "b"
    assert difference(before, after) == [(1, 20_001, "y" * 20_000)]


def test_the_audit_counts_characters_and_numbers_a_page_from_its_end():
    texts = pa.array(["none", "ää b ää"])
    table = edits([1, 1], [0, 5], [2, 6], ["a", "c"], ["x/one", "x/two"], [90, 100])
    rows = audit(np.array([7, 8], np.uint64), pa.array(["p", "q"]), [Step("encoding", texts, table)]).to_pylist()
    assert [(r["document"], r["id"], r["order"], r["start"], r["end"], r["before"], r["after"]) for r in rows] == [
        (8, "q", 0, 3, 4, "b", "c"),
        (8, "q", 1, 0, 1, "ä", "a"),
    ]
    assert [(r["step"], r["rule"], round(r["confidence"], 2)) for r in rows] == [
        ("encoding", "x/two", 1.0),
        ("encoding", "x/one", 0.9),
    ]


def test_spans_without_text_leave_before_and_after_out():
    rows = audit(
        np.array([1], np.uint64), pa.array(["p"]), [Step("typos", pa.array(["ab"]), editor(["ab"], ["b"]))], full=False
    ).to_pylist()
    assert (rows[0]["before"], rows[0]["after"], rows[0]["end"]) == (None, None, 1)


def test_undoing_an_edit_of_another_text_is_refused():
    with pytest.raises(ValueError, match="stands there"):
        undo("abc", [{"order": 0, "start": 0, "before": "x", "after": "z"}])


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=4))
def test_undoing_the_audit_of_two_steps_gives_every_page_back(chains):
    pages, between, stories = map(list, zip(*chains, strict=True))
    steps = []
    texts = pa.array(pages)
    for name, befores, afters in (("encoding", pages, between), ("typos", between, stories)):
        table = editor(befores, afters)
        steps.append(Step(name, texts, table))
        texts = apply(texts, table)
    assert texts.to_pylist() == stories
    rows = audit(np.arange(len(pages), dtype=np.uint64), pa.array(pages), steps).to_pylist()
    for number, page in enumerate(pages):
        assert undo(stories[number], [r for r in rows if r["document"] == number]) == page
