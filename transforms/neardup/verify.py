"""Verification: which candidate pairs are copies, decided on their sketches with whole numbers.

- `verify`: pairs and the sketches of their documents in, edges (`schemas.sketch.EDGE`) out

Two stories are linked where `join_at` per cent of the shorter one's words stand in the other. Jaccard would lose what
was cut; containment cannot be fooled by length. What it can be fooled by are dated templates, issues of one weekly
notice: below `sure_at` per cent the dates must be close and the numbers largely the same. The same URL crawled again
may be of any date.
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


def linked(edges: Array, days: Array, numbers: Array, rules: Rules) -> Array:
    """Which pairs are linked; `days` and `numbers` tell whether the guards let them pass."""
    shorter = np.where(edges["words_a"] <= edges["words_b"], edges["covered_a"], edges["covered_b"]).astype(np.int64)
    words = np.minimum(edges["words_a"], edges["words_b"]).astype(np.int64)
    join = 100 * shorter >= rules.join_at * words
    sure = 100 * shorter >= rules.sure_at * words
    return (words > 0) & join & (sure | (days & numbers))


def _verify(pairs: Array, one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    edges = np.zeros(len(pairs), EDGE)
    edges["a"], edges["b"] = pairs[:, 0], pairs[:, 1]
    edges["words_a"], edges["words_b"] = one.words[rows], other.words[other_rows]
    for side, mine, my_rows, theirs, their_rows in (
        ("a", one, rows, other, other_rows),
        ("b", other, other_rows, one, rows),
    ):
        flags, first = covered(mine, my_rows, theirs, their_rows)
        edges[f"covered_{side}"] = sums(flags, first)
        edges[f"parts_{side}"] = parts(flags, first)
    days = _days_agree(one, rows, other, other_rows, rules)
    numbers = _numbers_agree(one, rows, other, other_rows, rules)
    return edges[linked(edges, days, numbers, rules)]


def _days_agree(one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    apart = np.abs(one.published[rows] - other.published[other_rows])
    same_url = (one.urls[rows] == other.urls[other_rows]) & (one.urls[rows] != 0)
    return (apart <= rules.days * DAY) | ~one.dated[rows] | ~other.dated[other_rows] | same_url


def _numbers_agree(one: Shingled, rows: Array, other: Shingled, other_rows: Array, rules: Rules) -> Array:
    shared = shared_numbers(one, rows, other, other_rows)
    fewer = np.minimum(one.numbers.sizes()[rows], other.numbers.sizes()[other_rows])
    return (fewer < rules.few_numbers) | (100 * shared >= rules.numbers * fewer)
