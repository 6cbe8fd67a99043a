"""Tokens of a batch of texts."""

import dataclasses
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from transforms.tokens import tokenize

pytestmark = pytest.mark.usefixtures("each_twin")

TEXTS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=6)


def hashes(*texts: str | None) -> list[int]:
    return tokenize(pa.array(texts, pa.string())).hashes.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry, late again, sank.", ["the", "ferry", "late", "again", "sank"]),
        ("It “SANK”—he said…", ["it", "sank", "he", "said"]),
        ("don’t don't", ["don", "t", "don", "t"]),
        ("ÉCOLE Ελλάδα МОСКВА", ["école", "ελλάδα", "москва"]),
        ("1,500.25 tonnes, 3. 4", ["1,500.25", "tonnes", "3", "4"]),
        ("v1.2.3", ["v1.2.3"]),
        ("北京2026年ok", ["北", "京", "2026", "年", "ok"]),
        ("한국 ひらがな", ["한", "국", "ひ", "ら", "が", "な"]),
        ("non\u00a0breaking\u2003space", ["non", "breaking", "space"]),
        ("cafe\u0301", ["cafe\u0301"]),
        ("\x00\x01a\x85b\ufeff", ["a", "b"]),
        ("İstanbul", ["İstanbul"]),  # its lower-case form is longer: left as it is
        ("", []),
        ("...", []),
    ],
)
def test_words_of_a_text(text, expected):
    assert hashes(text) == hashes(*expected)
    assert len(hashes(text)) == len(expected)


def test_tokens_of_neighbouring_texts_do_not_run_together():
    found = tokenize(pa.array(["sea", "side", "1.", "5"]))
    assert found.hashes.tolist() == [hashes(word)[0] for word in ("sea", "side", "1", "5")]
    assert found.first.tolist() == [0, 1, 2, 3, 4]


def test_a_slice_and_a_chunked_column_give_offsets_in_their_own_texts():
    column = pa.chunked_array([["skipped words", "one two"], ["three"]]).slice(1)
    found = tokenize(column)
    assert found.starts.tolist() == [0, 4, 0]
    assert found.ends.tolist() == [3, 7, 5]


def test_no_texts_and_nulls_have_no_tokens():
    assert len(tokenize(pa.array([], pa.string()))) == 0
    assert tokenize(pa.array([None, None], pa.string())).first.tolist() == [0, 0, 0]


def test_words_are_told_apart_and_equal_ones_are_not():
    chance = np.random.default_rng(1)
    words = sorted({"".join(chance.choice(list("aáb1中"), chance.integers(1, 30))) for _ in range(2000)} - {""})
    words = [word for word in words if "中" not in word]
    assert len(set(hashes(*words))) == len(words)
    assert hashes(*words) == hashes(*(word.upper() for word in words))


def test_the_first_character_of_each_token():
    found = tokenize(pa.array(["Oil ½ 9th Été 中𠀀"]))
    assert [chr(code) for code in found.initials] == list("o½9é中𠀀")
    assert found.capital.tolist() == [True, False, False, True, False, False]


@given(TEXTS)
def test_offsets_point_at_the_words_and_gaps_hold_no_letters(texts):
    found = tokenize(pa.array(texts, pa.string()))
    spelled = []
    for row, text in enumerate(texts):
        raw = (text or "").encode()
        at = 0
        for token in range(found.first[row], found.first[row + 1]):
            start, end = found.starts[token], found.ends[token]
            assert at <= start < end
            spelled.append(raw[start:end].decode())
            assert not any(unicodedata.category(c)[0] in "LN" for c in raw[at:start].decode())
            at = end
    assert found.hashes.tolist() == hashes(*spelled)


@given(TEXTS)
def test_a_text_has_the_same_tokens_in_any_batch(texts):
    assert hashes(*texts) == [one for text in texts for one in hashes(text)]


@given(TEXTS)
def test_both_twins_find_the_same_tokens(texts):
    in_c, in_numpy = both(lambda: tokenize(pa.array(texts, pa.string())))
    for field in dataclasses.fields(in_c):
        one, other = getattr(in_c, field.name), getattr(in_numpy, field.name)
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist(), field.name
