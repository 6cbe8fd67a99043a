"""Words one slip away, and what kind of slip it was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.twins import both
from transforms.typos.neighbours import KINDS, Neighbours, describe
from transforms.typos.tokens import words_matrix

pytestmark = pytest.mark.usefixtures("each_twin")

WORDS = ("market", "minister", "the", "town", "two", "while")


def near(spelling: str, words: tuple[str, ...] = WORDS) -> list[str]:
    return [words[row] for row in Neighbours(words).near(*words_matrix([spelling])).proposal]


@pytest.mark.parametrize(
    ("spelling", "word"),
    [
        ("whilke", "while"),
        ("minster", "minister"),
        ("markte", "market"),
        ("msrket", "market"),
        ("teh", "the"),
        ("martke", "market"),
    ],
)
def test_one_slip_is_found(spelling, word):
    assert word in near(spelling)


def test_a_word_is_not_near_itself():
    assert near("market") == []


def test_nothing_is_near_what_is_far():
    assert near("elephant") == []


@pytest.mark.parametrize(
    "spelling",
    [
        "acessiblity",  # two letters left out
        "acccessibillity",  # two too many
        "acccessiblity",  # one too many, one too few
        "accassibolity",  # two wrong ones
        "acecssibliity",  # two pairs swapped
    ],
)
def test_two_slips_in_a_long_word_that_nothing_else_is_near(spelling):
    assert near(spelling, ("accessibility",)) == ["accessibility"]


def test_two_slips_are_not_looked_for_beside_one_in_short_words_or_where_a_word_ends_otherwise():
    assert near("interchanable", ("interchangeable", "interchangable")) == ["interchangable"]
    assert near("minstr", ("minister",)) == []
    assert near("accessibitly", ("accessibilities",)) == []


def test_a_long_word_is_not_two_slips_from_itself():
    assert near("accessibility", ("accessibility",)) == []


@pytest.mark.parametrize(
    ("spelling", "word", "kind"),
    [
        ("whilke", "while", "extra"),
        ("minster", "minister", "missing"),
        ("msrket", "market", "wrong"),
        ("markte", "market", "swapped"),
        ("mraket", "market", "swapped"),
        ("the", "two", "far"),
    ],
)
def test_kinds_of_slips(spelling, word, kind):
    slips = describe(*words_matrix([spelling]), *words_matrix([word]))
    assert KINDS[slips.kind[0]] == kind


def test_what_a_slip_was_like():
    spelling, word = ["minnister", "msrket", "mirket", "eown"], ["minister", "market", "market", "town"]
    slips = describe(*words_matrix(spelling), *words_matrix(word))
    assert slips.doubled.tolist() == [True, False, False, False]
    assert slips.adjacent.tolist() == [False, True, False, False]
    assert slips.vowel.tolist() == [False, False, True, False]
    assert slips.position.tolist() == [3, 1, 1, 0]
    assert slips.tail.tolist() == [5, 4, 4, 3]


LETTERS = st.text(alphabet="abcd", min_size=3, max_size=8)


@given(LETTERS, st.data())
def test_every_single_slip_finds_its_word(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcd"))
    for wrong in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        if wrong != word:
            assert len(Neighbours([word]).of(*words_matrix([wrong])).proposal) == 1


@given(st.lists(LETTERS, min_size=1, max_size=6), st.lists(LETTERS, min_size=1, max_size=6))
def test_a_spelling_has_the_same_neighbours_in_any_batch(words, spellings):
    known = Neighbours(words)
    together = known.near(*words_matrix(spellings))
    for row, spelling in enumerate(spellings):
        alone = known.near(*words_matrix([spelling])).proposal
        assert np.array_equal(together.proposal[together.spelling == row], alone)


LONG_WORDS = st.lists(st.text("ab", min_size=6, max_size=16).map("ab{}ab".format), min_size=1, max_size=8)


@given(st.lists(LETTERS) | LONG_WORDS, st.lists(LETTERS | st.text("abcdz", min_size=1, max_size=23)) | LONG_WORDS)
def test_both_twins_find_the_same_words(words, spellings):
    rows, size = words_matrix(spellings)
    in_c, in_numpy = both(
        lambda: [find(rows, size) for known in [Neighbours(words)] for find in (known.of, known.near)]
    )
    for one, other in zip(in_c, in_numpy, strict=True):
        for column, expected in zip(one, other, strict=True):
            assert column.dtype == expected.dtype
            assert column.tolist() == expected.tolist()
