"""Verification: which candidate pairs are copies, decided on their sketches with whole numbers.

- `verify`: pairs and the sketches of their documents in, edges (`schemas.sketch.EDGE`) out
- `compare`: the same of pairs that belong to one cluster already

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
from transforms.neardup.coverage import Coverage, Shingled, blocks, covered, numbers, perhaps_shared, sums
from transforms.neardup.rules import DAY, Rules

Array = np.ndarray[Any, Any]


# Of each hundred words that have to be covered, so many shingles have to be shared in a sample. Two in a row cover four
# words, so there are fifty at the very least, and about a hundred as a rule; a sample has a few less by chance.
SHARED_A_HUNDRED = 43


def verify(pairs: Array, sketches: pa.Table, rules: Rules | None = None) -> Array:
    """The pairs that are linked, as records of `EDGE` in the order of `pairs`.

    `pairs`: uint64, n x 2, a < b. `sketches` holds those of the documents a and b, in any order; others may be among
    them. Raises `KeyError` if one is missing. A pair's outcome depends on its two sketches alone.
    """
    return _edges(pairs, sketches, rules or Rules(), every=False)


def compare(pairs: Array, sketches: pa.Table, rules: Rules | None = None) -> Array:
    """As `verify`, but records of all pairs: whether one is linked, it tells itself."""
    return _edges(pairs, sketches, rules or Rules(), every=True)


def _edges(pairs: Array, sketches: pa.Table, rules: Rules, every: bool) -> Array:
    stories = Shingled.of(sketches)
    a, b = stories.rows(pairs[:, 0]), stories.rows(pairs[:, 1])
    if not every:
        a, b = _perhaps(stories, a, b, rules)
    found = [np.empty(0, EDGE)]
    for cut in blocks(stories.words[a] + stories.words[b]):
        some_a, some_b = a[cut], b[cut]
        a_is_shorter, shorter, longer = _by_length(stories, some_a, some_b)
        told, back = covered(stories, shorter, longer)
        linked = _linked(stories, shorter, longer, told, back, rules)
        asked = np.arange(len(some_a)) if every else linked
        edges = _records(stories, some_a[asked], some_b[asked], a_is_shorter[asked], told.take(asked), back.take(asked))
        edges["linked"] = np.isin(asked, linked)
        found.append(edges)
    return np.concatenate(found)


def _perhaps(stories: Shingled, a: Array, b: Array, rules: Rules) -> tuple[Array, Array]:
    """The pairs less those that a sample of their shingles rules out."""
    _, shorter, longer = _by_length(stories, a, b)
    sampled = stories.sampled.sizes()
    per_cent = SHARED_A_HUNDRED * rules.join_at // 100
    found = [np.empty(0, np.int64)]
    for cut in blocks(sampled[a] + sampled[b]):
        found.append(cut.start + perhaps_shared(stories, shorter[cut], longer[cut], per_cent))
    perhaps = np.concatenate(found)
    return a[perhaps], b[perhaps]


def _by_length(stories: Shingled, a: Array, b: Array) -> tuple[Array, Array, Array]:
    """Whether a is the shorter story of each pair, the shorter one, the longer one."""
    a_is_shorter = stories.words[a] <= stories.words[b]
    return a_is_shorter, np.where(a_is_shorter, a, b), np.where(a_is_shorter, b, a)


def _linked(stories: Shingled, shorter: Array, longer: Array, told: Coverage, back: Coverage, rules: Rules) -> Array:
    """Which pairs are linked, judged by what of the shorter story (of two as long, of a) stands in the other.

    `told` and `back`: that, and what of the longer one stands in the shorter.
    """
    words, shared = told.words, told.counts()
    tenths = 10 * rules.join_at + 3 * np.maximum(rules.short - words, 0)  # stock phrases make up more of short texts
    enough = 1000 * shared >= np.minimum(tenths, 10 * rules.sure_at) * words
    days = (100 * shared >= rules.sure_at * words) | _days_agree(stories, shorter, longer, rules)
    likely = np.flatnonzero((words > 0) & enough & days)
    likely = likely[_prose_shared(stories, shorter[likely], told.take(likely), rules)]
    likely = likely[
        _numbers_agree(stories, shorter[likely], longer[likely], told.take(likely), back.take(likely), rules)
    ]
    same_text = stories.contents[shorter] == stories.contents[longer]
    silent = np.flatnonzero((stories.words[longer] == 0) & same_text)  # without a word there is nothing else to share
    return np.union1d(likely, silent)


def _records(
    stories: Shingled, a: Array, b: Array, a_is_shorter: Array, of_shorter: Coverage, of_longer: Coverage
) -> Array:
    edges = np.empty(len(a), EDGE)
    edges["a"], edges["b"] = stories.documents[a], stories.documents[b]
    edges["words_a"], edges["words_b"] = stories.words[a], stories.words[b]
    edges["same_text"] = stories.contents[a] == stories.contents[b]
    edges["same_url"] = _same_url(stories, a, b)
    for name, one, other in (
        ("covered", of_shorter.counts(), of_longer.counts()),
        ("parts", of_shorter.parts(), of_longer.parts()),
        (
            "told",
            _told(of_shorter, stories.headlines[np.where(a_is_shorter, a, b)]),
            _told(of_longer, stories.headlines[np.where(a_is_shorter, b, a)]),
        ),
    ):
        edges[f"{name}_a"] = np.where(a_is_shorter, one, other)
        edges[f"{name}_b"] = np.where(a_is_shorter, other, one)
    return edges


def _told(coverage: Coverage, headlines: Array) -> Array:
    """The words that are no reporting of a story's own: covered ones, slips amid them, and the headline."""
    return headlines + coverage.counts_with_slips(headlines)


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
    return (apart <= rules.days * DAY) | ~stories.dated[a] | ~stories.dated[b] | _same_url(stories, a, b)


def _same_url(stories: Shingled, a: Array, b: Array) -> Array:
    return (stories.urls[a] == stories.urls[b]) & (stories.urls[a] != 0)


def _numbers_agree(
    stories: Shingled, rows: Array, others: Array, found: Coverage, back: Coverage, rules: Rules
) -> Array:
    shared, contradicted, unknown = numbers(stories, rows, others, found)
    agree = _enough_shared(shared, contradicted, unknown, found.words, rules)
    # Where nearly all is shared, a figure that stands in a passage of the story's own is of something else, and one is
    # contradicted by another one: what stands where the other story has none was put in or left out.
    doubtful = np.flatnonzero(~agree & (100 * found.counts() >= rules.sure_at * found.words))
    rows, others = rows[doubtful], others[doubtful]
    _, against, _ = numbers(stories, others, rows, back.take(doubtful))
    contradicted = np.minimum(contradicted[doubtful], against)
    agree[doubtful] = _enough_shared(shared[doubtful], contradicted, 0, found.words[doubtful], rules)
    return agree


def _enough_shared(shared: Array, contradicted: Array, unknown: Array | int, words: Array, rules: Rules) -> Array:
    twice = 2 * shared + 2 * contradicted + unknown
    few = twice < 2 * rules.few_numbers
    per_cent = np.where(words > rules.long, rules.numbers_of_long, rules.numbers)
    agree = np.where(few, 4 * shared > twice, 200 * shared >= per_cent * twice)
    return (2 * words > rules.words_a_number * twice) | agree
