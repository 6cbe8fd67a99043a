"""Verification: which candidate pairs are copies, decided on their sketches with whole numbers.

- `verify`: pairs and the sketches of their documents in, edges (`schemas.sketch.EDGE`) out

Two stories are linked where `join_at` per cent of the shorter one's words stand in the other. Jaccard would lose what
was cut. Three guards keep look-alikes apart: reports on one speech share its quotations, so `prose_at` per cent of the
words outside quotations must be shared as well; issues of one weekly notice are of different days, unless the stories
are all but equal or of one URL; and their figures differ, where figures are what a story is about.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from schemas.sketch import EDGE
from transforms.neardup.coverage import Shingled, blocks, covered, parts, shared_numbers, sums
from transforms.neardup.rules import DAY, Rules

Array = np.ndarray[Any, Any]


def verify(pairs: Array, left: pa.Table, right: pa.Table, rules: Rules | None = None) -> Array:
    """The pairs that are linked, as records of `EDGE` in the order of `pairs`.

    `pairs`: uint64, n x 2, a < b. `left` and `right` hold the sketches of the documents a and b, in any order; others
    may be among them. Raises `KeyError` if one is missing. A pair's outcome depends on its two sketches alone.
    """
    rules = rules or Rules()
    one, other = Shingled.of(left), Shingled.of(right)
    rows, other_rows = one.rows(pairs[:, 0]), other.rows(pairs[:, 1])
    sizes = one.words[rows] + other.words[other_rows]
    found = [np.empty(0, EDGE)]
    found.extend(_verify(pairs[cut], one, rows[cut], other, other_rows[cut], rules) for cut in blocks(sizes))
    return np.concatenate(found)


def _verify(pairs: Array, one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    """The edges among one block of pairs."""
    edges = np.zeros(len(pairs), EDGE)
    edges["a"], edges["b"] = pairs[:, 0], pairs[:, 1]
    edges["words_a"], edges["words_b"] = one.words[rows], other.words[other_rows]
    a_is_shorter = edges["words_a"] <= edges["words_b"]
    words = np.minimum(edges["words_a"], edges["words_b"]).astype(np.int64)
    shared, prose, shared_prose = (np.empty(len(pairs), np.int64) for _ in range(3))
    for side, shorter, mine, my_rows, theirs, their_rows in (
        ("a", a_is_shorter, one, rows, other, other_rows),
        ("b", ~a_is_shorter, other, other_rows, one, rows),
    ):
        flags, first = covered(mine, my_rows, theirs, their_rows)
        own = ~mine.quoted.take(my_rows).values
        edges[f"covered_{side}"] = sums(flags, first)
        edges[f"parts_{side}"] = parts(flags, first)
        shared[shorter] = sums(flags, first)[shorter]
        prose[shorter] = sums(own, first)[shorter]
        shared_prose[shorter] = sums(flags & own, first)[shorter]
    return edges[
        (words > 0)
        & (100 * shared >= rules.join_at * words)
        & ((prose < rules.little_prose) | (100 * shared_prose >= rules.prose_at * prose))
        & ((100 * shared >= rules.sure_at * words) | _days_agree(one, rows, other, other_rows, rules))
        & _numbers_agree(one, rows, other, other_rows, rules)
    ]


def _days_agree(one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    apart = np.abs(one.published[rows] - other.published[other_rows])
    same_url = (one.urls[rows] == other.urls[other_rows]) & (one.urls[rows] != 0)
    return (apart <= rules.days * DAY) | ~one.dated[rows] | ~other.dated[other_rows] | same_url


def _numbers_agree(one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    shared = shared_numbers(one, rows, other, other_rows)
    fewer = np.minimum(one.numbers.sizes()[rows], other.numbers.sizes()[other_rows])
    words = np.minimum(one.words[rows], other.words[other_rows])
    silent = (fewer < rules.few_numbers) | (words > rules.words_a_number * fewer)
    return silent | (100 * shared >= rules.numbers * fewer)
