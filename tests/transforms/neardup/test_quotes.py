"""Words within quotation marks."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.neardup.quotes import quoted
from transforms.tokens import tokenize


def within(*texts):
    """The quoted words of each text."""
    column = pa.array(texts, pa.string())
    tokens = tokenize(column)
    flags = quoted(column, tokens)
    texts = [text or "" for text in texts]
    raw = "".join(texts).lower().encode()
    begins = np.cumsum([0, *(len(text.encode()) for text in texts)])[tokens.rows()]
    words = [raw[a:b].decode() for a, b in zip(begins + tokens.starts, begins + tokens.ends, strict=True)]
    return [
        [word for word, flag in zip(words[a:b], flags[a:b], strict=True) if flag]
        for a, b in zip(tokens.first[:-1], tokens.first[1:], strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said: "We go," and went', ["we", "go"]),
        ("He said: “We go,” and went", ["we", "go"]),
        ("„Wir gehen“, sagte er", ["wir", "gehen"]),
        ("”Vi går”, sade han", ["vi", "går"]),
        ('("yes") and —"no"', ["yes", "no"]),
        ('\u00a0"yes" it was', ["yes"]),
        ('"We', ["we"]),
        ('lost" mark "yes" no', ["yes"]),
        ('"never closed\nnext paragraph', ["never", "closed"]),
        ("5” pipes and 6’ planks", []),
        ("no marks at all", []),
    ],
)
def test_words_within_quotation_marks(text, expected):
    assert within(text) == [expected]


def test_a_quotation_does_not_reach_into_the_next_text():
    assert within('"open', "next", '"all" of it', None, "") == [["open"], [], ["all"], [], []]


@given(st.lists(st.text('a é"“”„\n(—'), max_size=5))
def test_a_text_has_the_same_quotations_in_any_batch(texts):
    assert within(*texts) == [words for text in texts for words in within(text)]
