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
from transforms.neardup.coverage import Shingled, blocks, covered, numbers, parts, sums
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
    shared, passes = np.empty(len(pairs), np.int64), np.empty(len(pairs), bool)
    for side, shorter, mine, my_rows, theirs, their_rows in (
        ("a", a_is_shorter, one, rows, other, other_rows),
        ("b", ~a_is_shorter, other, other_rows, one, rows),
    ):
        flags, first = covered(mine, my_rows, theirs, their_rows)
        own = ~mine.quoted.take(my_rows).values
        figures = numbers(mine, my_rows, theirs, their_rows, flags, first)
        shares = _prose_shared(sums(own, first), sums(flags & own, first), rules)
        shares &= _numbers_agree(*figures, words, rules)
        edges[f"covered_{side}"] = sums(flags, first)
        edges[f"parts_{side}"] = parts(flags, first)
        shared[shorter] = edges[f"covered_{side}"][shorter]
        passes[shorter] = shares[shorter]
    tenths = 10 * rules.join_at + 3 * np.maximum(rules.short - words, 0)  # stock phrases make up more of short texts
    passes &= (words > 0) & (1000 * shared >= np.minimum(tenths, 10 * rules.sure_at) * words)
    passes &= (100 * shared >= rules.sure_at * words) | _days_agree(one, rows, other, other_rows, rules)
    return edges[passes]


def _prose_shared(prose: Array, shared: Array, rules: Rules) -> Array:
    return (prose < rules.little_prose) | (100 * shared >= rules.prose_at * prose)


def _days_agree(one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    apart = np.abs(one.published[rows] - other.published[other_rows])
    same_url = (one.urls[rows] == other.urls[other_rows]) & (one.urls[rows] != 0)
    return (apart <= rules.days * DAY) | ~one.dated[rows] | ~other.dated[other_rows] | same_url


def _numbers_agree(shared: Array, contradicted: Array, unknown: Array, words: Array, rules: Rules) -> Array:
    twice = 2 * shared + 2 * contradicted + unknown
    few = twice < 2 * rules.few_numbers
    agree = np.where(few, 4 * shared > twice, 200 * shared >= rules.numbers * twice)
    return (2 * words > rules.words_a_number * twice) | agree
