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
    stories = Shingled.of(left, right)
    a, b = stories.rows(pairs[:, 0]), stories.rows(pairs[:, 1])
    found = [np.empty(0, EDGE)]
    for cut in blocks(stories.words[a] + stories.words[b]):
        passes = _linked(stories, a[cut], b[cut], rules)
        found.append(_edges(stories, a[cut][passes], b[cut][passes]))
    return np.concatenate(found)


def _linked(stories: Shingled, a: Array, b: Array, rules: Rules) -> Array:
    """Which pairs are linked, judged by what of the shorter story (of two as long, of `a`) stands in the other."""
    a_is_shorter = stories.words[a] <= stories.words[b]
    shorter, longer = np.where(a_is_shorter, a, b), np.where(a_is_shorter, b, a)
    words = stories.words[shorter]
    flags, first = covered(stories, shorter, longer)
    shared = sums(flags, first)
    own = ~stories.quoted.take(shorter).values
    tenths = 10 * rules.join_at + 3 * np.maximum(rules.short - words, 0)  # stock phrases make up more of short texts
    silent = stories.words[longer] == 0  # neither has a word: what brought them together is their text or URL
    return silent | (
        (words > 0)
        & (1000 * shared >= np.minimum(tenths, 10 * rules.sure_at) * words)
        & _prose_shared(sums(own, first), sums(flags & own, first), rules)
        & ((100 * shared >= rules.sure_at * words) | _days_agree(stories, a, b, rules))
        & _numbers_agree(*numbers(stories, shorter, longer, flags, first), words, rules)
    )


def _edges(stories: Shingled, a: Array, b: Array) -> Array:
    """The records of linked pairs."""
    edges = np.empty(len(a), EDGE)
    for side, rows, others in (("a", a, b), ("b", b, a)):
        flags, first = covered(stories, rows, others)
        edges[side] = stories.documents[rows]
        edges[f"words_{side}"] = stories.words[rows]
        edges[f"covered_{side}"] = sums(flags, first)
        edges[f"parts_{side}"] = parts(flags, first)
    return edges


def _prose_shared(prose: Array, shared: Array, rules: Rules) -> Array:
    return (prose < rules.little_prose) | (100 * shared >= rules.prose_at * prose)


def _days_agree(stories: Shingled, a: Array, b: Array, rules: Rules) -> Array:
    apart = np.abs(stories.published[a] - stories.published[b])
    same_url = (stories.urls[a] == stories.urls[b]) & (stories.urls[a] != 0)
    return (apart <= rules.days * DAY) | ~stories.dated[a] | ~stories.dated[b] | same_url


def _numbers_agree(shared: Array, contradicted: Array, unknown: Array, words: Array, rules: Rules) -> Array:
    twice = 2 * shared + 2 * contradicted + unknown
    few = twice < 2 * rules.few_numbers
    per_cent = np.where(words > rules.long, rules.numbers_of_long, rules.numbers)
    agree = np.where(few, 4 * shared > twice, 200 * shared >= per_cent * twice)
    return (2 * words > rules.words_a_number * twice) | agree
