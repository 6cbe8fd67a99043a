"""Literals that lines need for patterns to match."""

import pyarrow as pa
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.scaffolding.literals import HEAD, HEAD_BYTES, Finder, literals
from transforms.scaffolding.rules import packs, pattern_options


def found(pattern, *lines):
    """The lines that a finder takes for ones that the pattern may match."""
    return Finder.of({0: literals(pattern)}).find(pa.array(lines))[0].tolist()


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
