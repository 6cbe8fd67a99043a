"""The lexicon: words, frequencies, listed misspellings; and the index they are found by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.typos.lexicon import UNKNOWN, Index, Lexicon, english
from transforms.typos.tokens import keys

pytestmark = pytest.mark.usefixtures("each_twin")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return english()


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=200), st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_an_index_finds_its_members_and_nothing_else(members, others):
    members.sort()
    index = Index(np.array(members, np.uint64))
    assert index.find(np.array(members, np.uint64)).tolist() == list(range(len(members)))
    expected = [members.index(other) if other in members else UNKNOWN for other in others]
    assert index.find(np.array(others, np.uint64)).tolist() == expected


def test_members_that_fall_into_one_slot_are_all_found():
    members = np.arange(1, 50, dtype=np.uint64)
    assert Index(members).find(members).tolist() == list(range(49))


def test_words_of_all_national_spellings_are_in_the_dictionary(lexicon):
    rows = lexicon.find(
        keys(["colour", "color", "localise", "localize", "traveling", "travelling", "centre", "center"])
    )
    assert lexicon.dictionary[rows].all()


def test_what_is_no_word_is_unknown(lexicon):
    assert lexicon.find(keys(["qqqzx"])).tolist() == [UNKNOWN]


def test_misspellings_are_listed_with_corrections_and_never_proposed(lexicon):
    (row,) = lexicon.find(keys(["recieve"]))
    assert lexicon.corrections[lexicon.listed[row]].as_py() == ["receive"]
    assert "recieve" not in lexicon.proposals
    assert "receive" in lexicon.proposals


def test_frequencies_are_hundredths_of_the_zipf_scale(lexicon):
    the, bridge = lexicon.frequency[lexicon.find(keys(["the", "bridge"]))]
    assert 750 < the < 800
    assert 400 < bridge < 500


def test_flags_mark_rows_of_words(lexicon):
    flags = lexicon.flags(("the", "of"))
    assert flags.sum() == 2
    assert flags[lexicon.find(keys(["of"]))].all()
