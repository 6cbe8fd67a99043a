"""Decisions."""

import numpy as np
import pyarrow as pa

from schemas.sketch import EDGE
from transforms.neardup.decide import decide
from transforms.neardup.rules import Rules

STORIES = {1: 80, 2: 100, 3: 100, 4: 100, 5: 100, 9: 120}


def record(a, b, linked=True):
    """Of two stories that begin alike, the longer one holds the shorter."""
    words_a, words_b = STORIES[a], STORIES[b]
    shared = min(words_a, words_b)
    return (a, b, words_a, words_b, shared, shared, 2**64 - 1, 2**64 - 1, shared, shared, False, False, linked)


def facts():
    count = len(STORIES)
    return pa.table(
        {
            "document": pa.array(STORIES, pa.uint64()),
            "id": [f"s{document}" for document in STORIES],
            "words": pa.array(STORIES.values(), pa.int32()),
            "published": pa.nulls(count, pa.timestamp("us", "UTC")),
            "site": pa.array([0] * count, pa.uint64()),
        }
    )


def test_the_story_that_holds_all_is_kept_though_candidates_paired_it_with_one_alone():
    asked = []

    def compare(pairs):
        asked.extend(map(tuple, pairs.tolist()))
        return np.array([record(a, b) for a, b in pairs.tolist()], EDGE)

    edges = np.array([*(record(1, n) for n in (2, 3, 4, 5)), record(5, 9)], EDGE)
    decided = decide(edges, facts(), compare, Rules())
    assert set(decided["cluster"].to_pylist()) == {9}
    assert decided["kept"].to_pylist() == [False] * 5 + [True]
    assert sorted(asked) == [(1, 9), (2, 9), (3, 9), (4, 9)]


def test_no_edges_decide_nothing():
    none = np.empty(0, EDGE)
    assert len(decide(none, facts().slice(0, 0), lambda pairs: none, Rules())) == 0
