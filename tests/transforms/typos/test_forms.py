"""What an unknown spelling looks like."""

import numpy as np
import pyarrow as pa
import pytest

from transforms.typos.forms import Forms, Shape
from transforms.typos.lexicon import build
from transforms.typos.tokens import words_matrix

WORDS = {"house": 500, "boat": 450, "attack": 480, "market": 520, "make": 560, "stop": 510, "tidy": 300, "in": 700}


@pytest.fixture(scope="module")
def forms() -> Forms:
    habits = {
        "function_words": ("in",),
        "prefixes": ("cyber",),
        "suffixes": ("ed", "er", "ness", "ing"),
        "inflections": ("ing", "s"),
        "foreign_words": (),
    }
    words, frequency = pa.array(WORDS), np.array(list(WORDS.values()), np.int16)
    nothing = pa.array([], pa.string()), pa.array([], pa.list_(pa.string()))
    lexicon = build(words, words, frequency, *nothing, habits, ())
    return Forms(lexicon, *words_matrix(list(WORDS)))


def shape(forms: Forms, word: str) -> Shape:
    return Shape(*(column[0] for column in forms.describe(*words_matrix([word]))))


def test_a_compound_is_as_common_as_its_rarer_half(forms):
    assert shape(forms, "houseboat").compound == 450


def test_a_prefix_makes_a_derived_word(forms):
    assert shape(forms, "cyberattack").prefixed == 480


@pytest.mark.parametrize(
    ("word", "frequency"), [("houseness", 500), ("making", 560), ("stopped", 510), ("tidiness", 0), ("tidying", 300)]
)
def test_a_suffix_makes_a_derived_word(forms, word, frequency):
    assert shape(forms, word).suffixed == frequency


def test_plain_forms_keep_the_stem_but_for_an_e(forms):
    assert shape(forms, "making").inflected == 560
    assert shape(forms, "markets").inflected == 520
    assert shape(forms, "stopping").inflected == 0


def test_a_lost_space_is_seen(forms):
    assert shape(forms, "marketin").run_on
    assert not shape(forms, "houseboat").run_on


def test_letters_that_never_follow_each_other_are_odd(forms):
    assert shape(forms, "mxqket").oddity == 24
    assert shape(forms, "market").oddity < 24


def test_strangeness_is_of_all_letters_and_oddity_of_the_rarest(forms):
    usual, one, all_odd = (shape(forms, word) for word in ("market", "marketxq", "xqjzvw"))
    assert usual.strangeness < one.strangeness < all_odd.strangeness
    assert one.oddity == all_odd.oddity == 24


def test_no_spellings_have_no_shapes(forms):
    assert len(forms.describe(*words_matrix([])).compound) == 0
