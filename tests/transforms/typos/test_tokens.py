"""Words as columns: what is a word, what it looks like, what stands before it."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.twins import both
from transforms.typos import tokens
from transforms.typos.tokens import (
    APOSTROPHE,
    BREAK,
    COMMA,
    DIGIT,
    FOREIGN,
    JOIN,
    LOWER,
    QUOTE,
    SPACE,
    UPPER,
    Words,
    tokenize,
)

pytestmark = pytest.mark.usefixtures("each_twin")


def words(*texts: str | None) -> list[str]:
    found = tokenize(pa.array(texts, pa.string()))
    return [found.word(n) for n in range(len(found))]


def test_words_are_runs_of_letters_and_digits():
    assert words("The mayor, aged 61, said: “No”") == ["The", "mayor", "aged", "61", "said", "No"]


def test_apostrophes_part_words_straight_and_curly_alike():
    assert words("don't don’t") == ["don", "t", "don", "t"]


def test_letters_beyond_ascii_belong_to_words_and_signs_do_not():
    assert words("naïve café—Ølstykke 5 € a\u00a0b") == ["naïve", "café", "Ølstykke", "5", "a", "b"]


def test_no_word_reaches_over_the_end_of_a_text():
    found = tokenize(pa.array(["one", "two", "", None, "three"]))
    assert [found.word(n) for n in range(3)] == ["one", "two", "three"]
    every = np.arange(3)
    assert found.row(every).tolist() == found.rows().tolist() == [0, 1, 4]
    assert all(found.gap(every) & BREAK)
    assert all(found.after(every) & BREAK)


def test_what_stands_at_the_ends_of_a_text_stays_with_it():
    found = tokenize(pa.array(["“one”", "(two"]))
    assert found.gap(np.arange(2)).tolist() == [QUOTE | BREAK, COMMA | BREAK]
    assert found.after(np.arange(2)).tolist() == [QUOTE | BREAK, BREAK]


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("It rained. Nicel left", True),
        ("the mine of R.M. Nicel left", False),
        ("it was J. Nicel who left", False),
        ("it was J.\nNicel left", True),
        ("they said: “Nicel left", True),
        ("the mine Nicel left", False),
    ],
)
def test_a_capital_behind_an_initial_opens_no_sentence(text, opens):
    found = tokenize(pa.array([text]))
    at = [found.word(n) for n in range(len(found))].index("Nicel")
    assert found.opens(np.array([at])).tolist() == [opens]


def test_the_first_word_of_a_text_opens_it_whatever_the_text_before_ends_with():
    found = tokenize(pa.array(["He waited", " Nicel left", "and ", "Nicel came back"]))
    capitals = [n for n in range(len(found)) if found.word(n) == "Nicel"]
    assert found.opens(np.array(capitals)).tolist() == [True, True]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a. b", BREAK),
        ("a\nb", BREAK),
        ("a, b", COMMA),
        ("a-b", JOIN),
        ("a “b", QUOTE),
        ('a "b', QUOTE),
        ("a’b", APOSTROPHE),
    ],
)
def test_the_gap_says_what_stands_between(text, kind):
    assert tokenize(pa.array([text])).gap(np.array([1]))[0] & kind


def test_shapes():
    found = tokenize(pa.array(["plain Title UPPER miXed i X 4x né"]))
    every = np.arange(len(found))
    assert found.first(every).tolist() == [LOWER, UPPER, UPPER, LOWER, LOWER, UPPER, DIGIT, LOWER]
    assert found.rest(every).tolist() == [LOWER, LOWER, UPPER, LOWER | UPPER, 0, 0, LOWER | DIGIT, LOWER | FOREIGN]


def test_only_words_of_small_ascii_letters_are_in_lower_case():
    found = tokenize(pa.array(["plain Title UPPER miXed i X 4x né counterrevolutionaries"]))
    lower = found.lower_case(np.arange(len(found)))
    assert [found.word(n) for n in np.flatnonzero(lower).tolist()] == ["plain", "i", "counterrevolutionaries"]


def test_a_word_has_one_key_in_any_case_and_place():
    found = tokenize(pa.array(["Harbour, HARBOUR", "the harbour"]))
    assert found.key[[0, 1, 3]].tolist() == tokens.keys(["harbour"]).tolist() * 3


def test_long_words_differ_in_key_by_their_length():
    one, other = tokens.keys(["a" * 30, "a" * 31])
    assert one != other


def test_matrix_rows_have_the_words_keys():
    some = ["a", "harbour", "counterrevolutionaries"]
    assert tokens.matrix_keys(*tokens.words_matrix(some)).tolist() == tokens.keys(some).tolist()
    assert tokens.roots(tokens.words_matrix(some)[0]).tolist() == tokenize(pa.array([" ".join(some)])).root.tolist()


@pytest.mark.parametrize("texts", [[], [""], [None], ["", None], [" "], ["\x00\x01"], ["…”"]])
def test_texts_without_words_have_none(texts):
    assert len(tokenize(pa.array(texts, pa.string()))) == 0


def test_a_slice_of_a_column_reads_like_the_column():
    whole = pa.array(["one two", "three", "four five"])
    assert tokenize(whole.slice(1)).key.tolist() == tokens.keys(["three", "four", "five"]).tolist()


@given(st.lists(st.text(alphabet="aB1_ .,-'’“”é€\n中", max_size=30), max_size=6))
def test_spans_are_ordered_within_their_texts_and_words_never_touch(texts):
    found = tokenize(pa.array(texts, pa.string()))
    assert np.all(found.start < found.end)
    row = found.rows()
    assert np.all(found.start >= found.bounds[row])
    assert np.all(found.end <= found.bounds[row + 1])
    assert row.tolist() == found.row(np.arange(len(found))).tolist()
    touching = (found.start[1:] == found.end[:-1]) & (row[1:] == row[:-1])
    assert not touching.any()
    assert "".join(found.word(n) for n in range(len(found))) == "".join(
        c for text in texts for c in text if c.isalnum() or c == "_"
    )


@given(st.lists(st.text(alphabet="ab ,é’", max_size=12), min_size=1, max_size=5))
def test_a_text_has_the_same_words_in_any_batch(texts):
    together = tokenize(pa.array(texts, pa.string()))
    apart = [tokenize(pa.array([text])) for text in texts]
    assert np.concatenate([one.key for one in apart]).tolist() == together.key.tolist()
    for look in (Words.first, Words.rest, Words.gap, Words.after):
        alone = [look(one, np.arange(len(one))) for one in apart]
        assert np.concatenate(alone).tolist() == look(together, np.arange(len(together))).tolist()


@given(st.integers(1, 90), st.integers(0, 90), st.text(alphabet="aB1é", max_size=1))
def test_shapes_and_gaps_of_any_length_are_read_to_their_ends(letters, blanks, odd):
    found = tokenize(pa.array([f"x{'a' * letters}{odd} {' ' * blanks}, y"]))
    kind = {"": 0, "a": LOWER, "B": UPPER, "1": DIGIT, "é": FOREIGN}[odd]
    assert found.rest(np.array([0])).tolist() == [LOWER | kind]
    assert found.gap(np.array([1])).tolist() == found.after(np.array([0])).tolist() == [SPACE | COMMA]


SIGNS = st.text("aZ9é \u00a0\u00ad«»‘’“”–…‐€、漢😀.,-'\"\n", max_size=40)


@given(st.lists(st.none() | SIGNS | st.text("ab", max_size=40) | st.text(st.characters(exclude_categories=["Cs"]))))
def test_both_twins_find_the_same_words(texts):
    in_c, in_numpy = both(lambda: tokenize(pa.array(texts, pa.string())))
    for field in dataclasses.fields(Words):
        one, other = getattr(in_c, field.name), getattr(in_numpy, field.name)
        assert one.dtype == other.dtype, field.name
        assert one.tolist() == other.tolist(), field.name


@given(SIGNS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100)), min_size=1))
def test_both_twins_see_the_same_bits_in_a_span(text, spans):
    classes = tokenize(pa.array([text * 3])).classes
    low, high = (np.minimum(column, len(classes) - 24) for column in np.array(spans).T)
    in_c, in_numpy = both(lambda: tokens._union(classes, low, high))
    assert in_c.dtype == in_numpy.dtype
    assert in_c.tolist() == in_numpy.tolist()
