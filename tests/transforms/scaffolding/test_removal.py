"""From lines to edits."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.scaffolding.lines import split
from transforms.scaffolding.removal import edits


def cut(text, gone, rules=("a/b",)):
    """The text less the lines whose trimmed words are keys of `gone`, and the edits."""
    lines = split(pa.array([text]))
    removed = np.array([gone.get(lines.distinct[int(code)].as_py(), -1) for code in lines.code], np.int64)
    table = edits(lines, removed, list(rules), np.full(len(lines), 90))
    raw = text.encode()
    for edit in reversed(table.to_pylist()):
        raw = raw[: edit["start"]] + raw[edit["end"] :]
    return raw.decode(), table.to_pylist()


def test_a_line_goes_with_its_line_end():
    assert cut("one\nx\ntwo", {"x": 0})[0] == "one\ntwo"
    assert cut("one\r\nx\r\ntwo", {"x": 0})[0] == "one\r\ntwo"


def test_a_paragraph_break_stays_one():
    assert cut("one\n\nx\n\ntwo", {"x": 0})[0] == "one\n\ntwo"
    assert cut("one\nx\n\ntwo", {"x": 0})[0] == "one\n\ntwo"
    assert cut("one\n\nx\ntwo", {"x": 0})[0] == "one\n\ntwo"


def test_gaps_of_three_line_ends_close():
    assert cut("one\n\n\n\nx\n\n\ntwo", {"x": 0})[0] == "one\n\ntwo"


def test_top_and_bottom_leave_no_blank_lines():
    assert cut("x\n\none\n\nx\n\n", {"x": 0})[0] == "one"
    assert cut("\n\n  one \n", {})[0] == "  one"


def test_indentation_of_what_stays_stays():
    assert cut("one\nx\n  • two", {"x": 0})[0] == "one\n  • two"


def test_neighbours_of_one_rule_share_an_edit_and_rules_keep_their_own():
    text, found = cut("one\nx\n\nx\ny\ntwo", {"x": 0, "y": 1}, ("a/x", "a/y"))
    assert text == "one\n\ntwo" or text == "one\ntwo"
    assert [edit["rule"] for edit in found] == ["a/x", "a/y"]


def test_a_page_that_would_be_empty_has_no_edits():
    assert cut("x\nx", {"x": 0}) == ("x\nx", [])


@given(st.text(alphabet="ab \n\r\u00a0", max_size=60), st.booleans())
def test_what_stays_are_the_lines_that_stay_and_edits_do_not_overlap(text, both):
    gone = {"a": 0, "b": 1} if both else {"a": 0}
    kept, found = cut(text, gone, ("r/a", "r/b"))
    lines = split(pa.array([text])).distinct.to_pylist()
    if any(line not in gone for line in lines):
        after = split(pa.array([kept]))
        before = split(pa.array([text]))
        expected = [line for line in (before.distinct[int(c)].as_py() for c in before.code) if line not in gone]
        assert [after.distinct[int(c)].as_py() for c in after.code] == expected
    ends = [0, *(edit["end"] for edit in found)]
    assert all(edit["start"] >= end for edit, end in zip(found, ends, strict=False))
    assert all(edit["start"] < edit["end"] for edit in found)
