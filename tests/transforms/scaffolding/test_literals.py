"""Literals that lines need for patterns to match."""

import numpy as np
import pyarrow as pa
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.twins import both
from transforms import native
from transforms.scaffolding.finder import HEAD_BYTES, Finder
from transforms.scaffolding.literals import HEAD, literals
from transforms.scaffolding.rules import packs, pattern_options

pytestmark = pytest.mark.usefixtures("each_twin")


def found(pattern, *lines):
    """The lines that a finder takes for ones that the pattern may match."""
    return Finder.of({0: literals(pattern)}).find(pa.array(lines), np.arange(len(lines)))[0].tolist()


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\btaboola\b|\boutbrain\b", {"taboola", "outbrain"}),
        (r"^\W*photos? by\b", {HEAD + "photo by", HEAD + "photos by"}),
        (r"^(?:re)?print$", {HEAD + "reprint", HEAD + "print"}),
        (r"^.*\bmay not be (?:sold|lent)", {"may not be"}),  # the stronger of two
        (r"colou?r[sz]\b.*", {"colors", "colours", "colorz", "colourz"}),
        (r"(?P<value>\p{Lu}+) reports", {" reports"}),
        (r"^\W{0,3}(?:\(|\[)?\s*from", {HEAD + "from"}),
        (r"page\d+", {f"page{digit}" for digit in range(10)}),
    ],
)
def test_what_a_pattern_needs(pattern, needs):
    assert set(literals(pattern)) == needs


@pytest.mark.parametrize(
    "pattern", [r"^\W*$", r"\w+-?\w+", r".{4,}", r"a*", r"(?U)more", r"[[:alpha:]]more", r"\Qmore\E"]
)
def test_patterns_of_which_nothing_is_known(pattern):
    assert literals(pattern) is None


def test_lines_are_found_by_their_head_whatever_punctuation_is_before_it():
    assert found(r"^\W*share\b", "Share", "» «share this", "We share", "sharing", "— SHARES") == [0, 1, 4]


def test_a_caret_that_a_pattern_names_is_a_character_like_others():
    assert found(r"\^ ?top", "Back ^ top", "^top", "top") == [0, 1]
    assert found("[^^]top|[$^]up", "^up") == [0]


def test_a_head_behind_much_punctuation_is_not_lost():
    assert found(r"^\W*share\b", "-" * HEAD_BYTES + " share") == [0]


def test_upper_and_lower_case_are_alike_beyond_ascii():
    assert found("^источник", "ИСТОЧНИК", "Источник:", "и так далее") == [0, 1]
    assert found("πηγής", "ΠΗΓΉΣ") == [0]


def test_long_s_and_the_kelvin_sign_are_letters_like_others():
    assert found("^share", "\u017fhare") == [0]
    assert found("link", "lin\u212a") == [0]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([rule for rule in packs() if literals(rule.line)]), st.data())
def test_no_line_that_a_rule_matches_is_overlooked(rule, data):
    words = [word for example in (*rule.match, *rule.keep) for word in example.split()] or ["share"]
    line = data.draw(
        st.lists(
            st.sampled_from([*words, "Photo:", "|", "©", "2026", "ПО", "ſ"]) | st.text("aſkK ß.-", max_size=3)
        ).map(" ".join)
    )
    line = data.draw(st.sampled_from([line, line.upper(), line.lower(), "».. " + line]))
    if line and re2.search(rule.line, line, pattern_options()):
        assert found(rule.line, line) == [0]


@pytest.mark.parametrize("rule", packs(), ids=lambda rule: rule.full_name)
def test_every_rule_that_ships_is_found_by_its_literals(rule):
    assert literals(rule.line)


LETTERS = st.text(st.sampled_from("aAbB1_.- |éÉſс"), min_size=1, max_size=9)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.integers(0, 20), st.lists(st.tuples(st.sampled_from(["", HEAD]), LETTERS).map("".join), min_size=1)
    ),
    st.lists(LETTERS | st.text("ab-é", max_size=3 * HEAD_BYTES), max_size=5),
    st.integers(0, 2),
)
def test_both_twins_find_the_same(needs, lines, first):
    column, finder = pa.array(lines, pa.string()).slice(first), Finder.of(needs)
    rows = np.arange(len(column))[::2]
    in_c, otherwise = both(lambda: finder.find(column, rows))
    for one, other in zip(in_c, otherwise, strict=True):
        assert one.tolist() == other.tolist()
        assert one.dtype == other.dtype


def test_a_line_outside_the_bytes_is_refused():
    if not native.BUILT:
        pytest.skip("looks at the loops in C")
    finder, data = Finder.of({0: ["share"]}), np.frombuffer(b"share", np.uint8)
    for begin, end in ((0, 6), (-1, 5), (4, 3)):
        with pytest.raises(ValueError, match="bytes"):
            native.finder.find(data, np.array([begin]), np.array([end]), finder._pieces, finder.meant, finder.bounds)
