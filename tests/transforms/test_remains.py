"""Behaviour of `transforms.remains`: how little is no article."""

import numpy as np
import pyarrow as pa
import pytest

from schemas.edits import BATCH_EDITS
from transforms import remains

HEADING = "Most read this week\n\nLocal"
BRIEF = "Ferry pier closed\n\nThe pier at Sallow stays closed until Friday, the harbour master said on Tuesday evening."
TWO = f"{BRIEF}\n\nBuses run from the bridge every half hour until the pumps have been repaired, he said."
REPORT = f"{TWO}\n\nThe first boat is to leave at seven on Saturday, with a pilot on board, the company said."


@pytest.mark.parametrize(
    ("text", "noticed", "is_bare"),
    [
        (HEADING, False, True),
        (HEADING, True, True),
        (BRIEF, False, False),
        (BRIEF, True, True),
        (TWO, False, False),
        (TWO, True, True),
        (REPORT, True, False),
        (BRIEF.replace("on Tuesday evening", "on Tuesday evening " + "and again at noon " * 20), True, False),
    ],
)
def test_a_few_words_are_no_article_nor_are_two_sentences_beside_a_notice(
    text: str, noticed: bool, is_bare: bool
) -> None:
    assert remains.bare(pa.array([text]), np.array([noticed])).tolist() == [is_bare]


def test_a_notice_is_what_says_that_there_is_no_article_to_be_had() -> None:
    rules = ["model/line", "error/not-found", "cookie/cookies", "paywall/teaser", "media/script", "media/player"]
    rows = [
        {"row": n, "start": 0, "end": 1, "replacement": "", "rule": rule, "confidence": 90}
        for n, rule in enumerate(rules)
    ]
    edits = pa.Table.from_pylist(rows, schema=BATCH_EDITS)
    assert remains.noticed(edits, len(rules) + 1).tolist() == [False, True, True, True, True, False, False]
