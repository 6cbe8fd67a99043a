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
from transforms.neardup.coverage import Coverage, Shingled, blocks, covered, numbers, sums
from transforms.neardup.rules import DAY, Rules

Array = np.ndarray[Any, Any]


def verify(pairs: Array, sketches: pa.Table, rules: Rules | None = None) -> Array:
    """The pairs that are linked, as records of `EDGE` in the order of `pairs`.

    `pairs`: uint64, n x 2, a < b. `sketches` holds those of the documents a and b, in any order; others may be among
    them. Raises `KeyError` if one is missing. A pair's outcome depends on its two sketches alone.
    """
    rules = rules or Rules()
    stories = Shingled.of(sketches)
    a, b = stories.rows(pairs[:, 0]), stories.rows(pairs[:, 1])
    edges = [_edges(stories, a[cut], b[cut], rules) for cut in blocks(stories.words[a] + stories.words[b])]
    return np.concatenate([np.empty(0, EDGE), *edges])


def _edges(stories: Shingled, a: Array, b: Array, rules: Rules) -> Array:
    """The records of the pairs that are linked, judged by what of the shorter story (of two as long, of `a`) stands in
    the other.
    """
    a_is_shorter = stories.words[a] <= stories.words[b]
    shorter, longer = np.where(a_is_shorter, a, b), np.where(a_is_shorter, b, a)
    words = stories.words[shorter]
    found = covered(stories, shorter, longer)
    tenths = 10 * rules.join_at + 3 * np.maximum(rules.short - words, 0)  # stock phrases make up more of short texts
    shared = found.counts()
    enough = 1000 * shared >= np.minimum(tenths, 10 * rules.sure_at) * words
    days = (100 * shared >= rules.sure_at * words) | _days_agree(stories, a, b, rules)
    likely = np.flatnonzero((words > 0) & enough & days)
    likely = likely[_prose_shared(stories, shorter[likely], found.take(likely), rules)]
    likely = likely[_numbers_agree(stories, shorter[likely], longer[likely], found.take(likely), rules)]
    silent = stories.words[longer] == 0  # neither has a word: what brought them together is their text or URL
    linked = np.union1d(likely, np.flatnonzero(silent))

    a, b, a_is_shorter = a[linked], b[linked], a_is_shorter[linked]
    edges = np.empty(len(linked), EDGE)
    edges["a"], edges["b"] = stories.documents[a], stories.documents[b]
    edges["words_a"], edges["words_b"] = stories.words[a], stories.words[b]
    of_longer = covered(stories, longer[linked], shorter[linked])
    for name, one, other in (
        ("covered", found.take(linked).counts(), of_longer.counts()),
        ("parts", found.take(linked).parts(), of_longer.parts()),
    ):
        edges[f"{name}_a"] = np.where(a_is_shorter, one, other)
        edges[f"{name}_b"] = np.where(a_is_shorter, other, one)
    return edges


def _prose_shared(stories: Shingled, rows: Array, found: Coverage, rules: Rules) -> Array:
    """Whether enough of the words outside quotations are covered; of stories of few such words all do."""
    quotations = stories.quoted.take(rows)
    begin, end = quotations.values[0::2], quotations.values[1::2]
    first = np.repeat(found.first, quotations.sizes() // 2)
    prose = found.words - sums(end - begin, quotations.first // 2)
    shared = found.counts() - sums(found.before[first + end] - found.before[first + begin], quotations.first // 2)
    return (prose < rules.little_prose) | (100 * shared >= rules.prose_at * prose)


def _days_agree(stories: Shingled, a: Array, b: Array, rules: Rules) -> Array:
    apart = np.abs(stories.published[a] - stories.published[b])
    same_url = (stories.urls[a] == stories.urls[b]) & (stories.urls[a] != 0)
    return (apart <= rules.days * DAY) | ~stories.dated[a] | ~stories.dated[b] | same_url


def _numbers_agree(stories: Shingled, rows: Array, others: Array, found: Coverage, rules: Rules) -> Array:
    shared, contradicted, unknown = numbers(stories, rows, others, found)
    twice = 2 * shared + 2 * contradicted + unknown
    few = twice < 2 * rules.few_numbers
    per_cent = np.where(found.words > rules.long, rules.numbers_of_long, rules.numbers)
    agree = np.where(few, 4 * shared > twice, 200 * shared >= per_cent * twice)
    return (2 * found.words > rules.words_a_number * twice) | agree
