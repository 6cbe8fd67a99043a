"""A batch as lines."""

import dataclasses
import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from transforms.scaffolding.lines import split

pytestmark = pytest.mark.usefixtures("each_twin")

CHARACTERS = st.text(alphabet="ab .\n\r\t\u00a0\u3000\u200bé漢\x00", max_size=40)


def trimmed(text):
    """The lines as Python would see them."""
    found = [line.strip(" \t\u00a0\u3000\u200b\x00") for line in re.split("\r\n|\n|\r", text)]
    return [line for line in found if line]


@given(st.lists(CHARACTERS, max_size=5))
def test_lines_are_what_python_would_split_and_strip(texts):
    lines = split(pa.array(texts, pa.string()))
    for row, text in enumerate(texts):
        own = range(lines.first[row], lines.first[row + 1])
        assert [text.encode()[lines.start[n] : lines.end[n]].decode() for n in own] == trimmed(text)
        assert [lines.distinct[int(lines.code[n])].as_py() for n in own] == trimmed(text)
        assert all(lines.page[n] == row for n in own)


def test_equal_lines_share_a_code_across_pages():
    lines = split(pa.array(["one\ntwo", "  two\nthree"]))
    assert lines.code[1] == lines.code[2]
    assert len(lines.distinct) == 3


def test_counts_words_and_line_ends_above():
    lines = split(pa.array(["\none two\u00a0three\r\n\r\n\r\nfour"]))
    assert lines.words.tolist() == [3, 1]
    assert lines.blanks.tolist() == [1, 3]


def test_the_second_line_end_above_is_known_where_there_are_more():
    text = "a\n\n\n\nb\n\nc"
    lines = split(pa.array([text]))
    assert lines.second.tolist() == [0, 3, lines.opening[2]]


@pytest.mark.parametrize("texts", [[], [None], [""], [" \n\t\u00a0"], ["\x00\x01\x02"]])
def test_nothing_but_white_space_gives_no_lines(texts):
    lines = split(pa.array(texts, pa.string()))
    assert len(lines) == 0
    assert lines.pages == len(texts)


def test_slices_chunks_and_large_strings_are_read_like_plain_columns():
    plain = pa.array(["skipped", "one\ntwo", "three"])
    expected = split(plain.slice(1)).distinct
    assert split(pa.chunked_array([plain.slice(1, 1), plain.slice(2)])).distinct == expected
    assert split(plain.slice(1).cast(pa.large_string())).distinct == expected


@given(st.lists(st.none() | CHARACTERS | st.text(" \u2028x\n\r漢", min_size=60, max_size=140), max_size=5))
def test_both_twins_find_the_same_lines(texts):
    in_c, in_numpy = both(lambda: split(pa.array(texts, pa.string())))
    for field in dataclasses.fields(in_c):
        one, other = getattr(in_c, field.name), getattr(in_numpy, field.name)
        if field.name == "distinct":
            assert one == other
        else:
            assert one.dtype == other.dtype, field.name
            np.testing.assert_array_equal(one, other, field.name)
