"""How much of one story stands in another, word by word, for many pairs at once.

- `Shingled`: the sketches of stories, found by document
- `covered`: which words of stories stand in others, as a `Coverage`
- `numbers`: how many numbers of stories stand in others, and how many are contradicted

A word is covered where one of the three shingles that it belongs to stands anywhere in the other story. So one changed
word costs one word, where it costs three of a set of shingles; and a story that was cut is covered as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from transforms import native
from transforms.neardup.sketch import SHINGLE_WORDS

Array = np.ndarray[Any, Any]

RUN = 2  # shingles in a row that count: a lone 3-gram is as often a common phrase as a copy
SLIP = 2  # words that differ amid shared ones: a typing error, a spelling, another word
SIDE = 6  # words on each side of a number that tell which sentence it stands in
PARTS = 64

GAP = SLIP  # flags between two stories

SAMPLED = 4
ENOUGH_SAMPLED = 40  # of a story: with fewer, what a sample tells is too much of a chance

CELLS = 4  # of a table of hashes, a value

_BLOCK = 1 << 19  # words compared at once: enough that NumPy's price of a call does not count, few enough for the cache


@dataclass(frozen=True)
class Lists:
    """A list column: row i has `values[first[i]:first[i + 1]]`."""

    values: Array
    first: Array

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Lists:
        """The values of a column of lists without nulls."""
        lists = column
        if isinstance(column, pa.ChunkedArray):  # of one chunk, Arrow would copy that
            lists = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        if not len(lists):
            return cls(np.empty(0, np.uint32), np.zeros(1, np.int64))
        offsets = lists.offsets.to_numpy().astype(np.int64)
        values = lists.values.to_numpy(zero_copy_only=False)[offsets[0] : offsets[-1]]
        if offsets[-1] - offsets[0] != len(values) or (offsets[1:] < offsets[:-1]).any():
            raise ValueError("a list column is damaged: its offsets reach beyond its values, or back")
        return cls(values, offsets - offsets[0])

    def sizes(self) -> Array:
        """Values of each row, int64."""
        return np.diff(self.first)

    def take(self, rows: Array) -> Lists:
        """The lists of `rows`, which may repeat."""
        if native.BUILT and self.values.dtype.itemsize == 4:
            values, first = native.lists.taken(self.values.view(np.uint32), self.first, rows)
            return Lists(values.view(self.values.dtype), first)
        sizes = self.sizes()[rows]
        ends = np.concatenate(([0], np.cumsum(sizes)))
        at = np.arange(ends[-1]) + np.repeat(self.first[rows] - ends[:-1], sizes)
        return Lists(self.values[at], ends)


@dataclass(frozen=True)
class Shingled:
    """Sketches sorted by document, with what comparing needs as arrays, an entry a story."""

    documents: Array  # uint64, ascending
    words: Array  # int64
    headlines: Array  # int64, words
    published: Array  # int64, microseconds; meaningless unless `dated`
    dated: Array  # bool
    urls: Array  # uint64, 0 = none
    contents: Array  # 16 bytes each, the same for the same text
    shingles: Lists
    quoted: Lists
    numbers: Lists
    number_at: Lists

    @classmethod
    def of(cls, sketches: pa.Table) -> Shingled:
        """Sketches in any order, a document once. Raises ValueError for damaged ones, as an old index may hold."""
        documents = sketches["document"].to_numpy()
        if (documents[1:] <= documents[:-1]).any():
            sketches = sketches.sort_by("document")
        published = sketches["published"].combine_chunks().cast(pa.int64())
        numbers, number_at = Lists.of(sketches["numbers"]), Lists.of(sketches["number_at"])
        if len(numbers.values) != len(number_at.values):
            raise ValueError("sketches are damaged: not every number has a place")
        return cls(
            sketches["document"].to_numpy(),
            sketches["words"].to_numpy().astype(np.int64),
            sketches["headline"].to_numpy().astype(np.int64),
            published.fill_null(0).to_numpy(),
            published.is_valid().to_numpy(zero_copy_only=False),
            sketches["url"].to_numpy(),
            _contents(sketches["content"].combine_chunks()),
            Lists.of(sketches["shingles"]),
            Lists.of(sketches["quoted"]),
            numbers,
            number_at,
        )

    @cached_property
    def sampled(self) -> Lists:
        """Some shingles of each story, one in `SAMPLED`, chosen by their hash: the same ones of any story."""
        if native.BUILT:
            return Lists(*native.lists.sampled(self.shingles.values, self.shingles.first, SAMPLED - 1))
        chosen = np.flatnonzero(self.shingles.values & np.uint32(SAMPLED - 1) == 0)
        return Lists(self.shingles.values[chosen], np.searchsorted(chosen, self.shingles.first))

    def rows(self, documents: Array) -> Array:
        """The row of each document; a `KeyError` names one that has no sketch."""
        if not len(documents):
            return np.empty(0, np.int64)
        rows = np.searchsorted(self.documents, documents)
        wrong = (rows == len(self.documents)) | (self.documents[np.minimum(rows, len(self.documents) - 1)] != documents)
        if wrong.any():
            raise KeyError(f"document {documents[wrong][0]} is in a pair, but no sketch of it was given")
        return rows


@dataclass(frozen=True)
class Coverage:
    """Which words of stories are covered, story after story.

    Word w of story n is flag `first[n] + w`. Behind each story's flags stand `GAP` that are not set, so that what looks
    at a word's neighbours does not meet the next story.
    """

    flags: Array  # bool
    first: Array  # int64, a story
    words: Array  # int64, a story
    before: Array  # int64, a flag and one: how many are set before it

    @classmethod
    def of(cls, flags: Array, first: Array, words: Array) -> Coverage:
        before = np.zeros(len(flags) + 1, np.int64)
        np.cumsum(flags, out=before[1:])
        return cls(flags, first, words, before)

    def take(self, rows: Array) -> Coverage:
        """That of some of the stories."""
        return Coverage(self.flags, self.first[rows], self.words[rows], self.before)

    def counts(self, start: Array | int = 0) -> Array:
        """How many words of each story are covered from word `start` on, int64."""
        return self.before[self.first + self.words] - self.before[self.first + start]

    def counts_with_slips(self, start: Array) -> Array:
        """Likewise, but with the words of gaps of at most `SLIP` between covered ones, int64."""
        if native.BUILT:
            return native.coverage.counts_with_slips(self.flags, self.words, self.first, start)
        flags = self.flags.copy()
        for gap in range(1, SLIP + 1):
            closed = self.flags[: -gap - 1] & self.flags[gap + 1 :]
            for place in range(1, gap + 1):
                flags[place : place - gap - 1] |= closed
        return Coverage.of(flags, self.first, self.words).counts(start)

    def parts(self) -> Array:
        """Each story as 64 equal parts, uint64: bit n is set where most words of part n are covered."""
        borders = (np.arange(PARTS + 1) * self.words[:, None] + PARTS - 1) // PARTS
        full = np.diff(self.before[self.first[:, None] + borders])
        bits = 2 * full > np.diff(borders)
        return np.packbits(bits, axis=1, bitorder="little").view("<u8").ravel()


def blocks(sizes: Array) -> Iterator[slice]:
    """Cuts a sequence so that the sizes of no piece add up to more than a block, unless it is of one entry."""
    ends = np.cumsum(sizes)
    at, done = 0, 0
    while at < len(sizes):
        behind = max(at + 1, int(np.searchsorted(ends, done + _BLOCK, "right")))
        yield slice(at, behind)
        at, done = behind, int(ends[behind - 1])


def covered(stories: Shingled, rows: Array, others: Array) -> tuple[Coverage, Coverage]:
    """Which words of the stories `rows` stand in the stories `others`, pair by pair, and the other way round.

    A word counts where it belongs to `RUN` shared shingles in a row, or to fewer where the story has no more.
    """
    words, other_words = stories.words[rows], stories.words[others]
    (first, total), (other_first, other_total) = _begins(words), _begins(other_words)
    if not len(stories.shingles.values):
        flags, other_flags = np.zeros(total, bool), np.zeros(other_total, bool)
    elif native.BUILT:
        flags, other_flags = native.coverage.covered(
            stories.shingles.values,
            stories.shingles.first,
            *(rows, words, first, total),
            *(others, other_words, other_first, other_total),
            np.argsort(others, kind="stable"),
        )
    else:
        flags = _covered(stories, rows, others, words, first)
        other_flags = _covered(stories, others, rows, other_words, other_first)
    return Coverage.of(flags, first, words), Coverage.of(other_flags, other_first, other_words)


def _begins(words: Array) -> tuple[Array, int]:
    """Where the flags of stories of so many words begin, and how many there are in all."""
    slots = words + GAP
    ends = np.cumsum(slots)
    return ends - slots, int(ends[-1]) if len(ends) else 0


def _covered(stories: Shingled, rows: Array, others: Array, words: Array, first: Array) -> Array:
    """The flags of a `Coverage` of stories of so many words, whose flags begin at `first`."""
    slots = words + GAP
    # a shingle stands at the word where it begins; in the last two words of a story and in the gap stands what follows
    at = np.arange(slots.sum()) + np.repeat(stories.shingles.first[rows] - first, slots)
    hit = _contained(stories.shingles.values.take(at, mode="clip"), slots, stories.shingles, others)
    sizes = stories.shingles.sizes()[rows]
    for behind in range(SHINGLE_WORDS - 1 + GAP):
        hit[first + np.minimum(sizes + behind, slots - 1)] = False
    flags = np.zeros_like(hit)
    runs = hit[:-1] & hit[1:]
    for word in range(RUN + SHINGLE_WORDS - 1):
        flags[word : len(flags)][: len(runs)] |= runs[: len(flags) - word]
    single = np.flatnonzero(sizes == 1)
    for word in range(SHINGLE_WORDS):
        within = single[words[single] > word]
        flags[first[within] + word] = hit[first[within]]
    return flags


def perhaps_shared(stories: Shingled, rows: Array, others: Array, per_cent: int) -> Array:
    """The pairs, as places in `rows`, less those of which the first story surely has fewer of its shingles in common
    with the other: a sample tells, where it is large enough, at a fraction of the price.
    """
    sampled = stories.sampled.sizes()[rows]
    asked = np.flatnonzero(sampled >= ENOUGH_SAMPLED)
    found = hits(stories.sampled, rows[asked], others[asked])
    return np.setdiff1d(np.arange(len(rows)), asked[100 * found < per_cent * sampled[asked]], assume_unique=True)


def hits(lists: Lists, rows: Array, others: Array) -> Array:
    """How many values of each of the lists `rows` stand in that of `others`, int64."""
    if native.BUILT:
        return native.coverage.hits(lists.values, lists.first, rows, others, np.argsort(others, kind="stable"))
    mine = lists.take(rows)
    return sums(_contained(mine.values, mine.sizes(), lists, others), mine.first)


def numbers(stories: Shingled, rows: Array, others: Array, covered: Coverage) -> tuple[Array, Array, Array]:
    """How many distinct numbers of each story the other has, contradicts and does not know; int64, a pair each.

    `covered` is what the function of that name gave for the same pairs. A number is contradicted where the other story
    does not have it, but has words of both its sides: the same sentence with another figure. In a passage of the
    story's own it is unknown to the other.
    """
    if native.BUILT:
        lists, order = stories.numbers, np.argsort(others, kind="stable")
        marks = covered.flags, covered.words, covered.first
        known = native.coverage.numbers(
            lists.values, lists.first, stories.number_at.values, rows, others, order, *marks
        )
        return known[0], known[1], known[2]
    mine = stories.numbers.take(rows)
    hit = _contained(mine.values, mine.sizes(), stories.numbers, others)
    pair = np.repeat(np.arange(len(rows)), mine.sizes())
    first = covered.first[pair]
    at = first + stories.number_at.take(rows).values
    total = covered.before
    before = total[at] > total[np.maximum(at - SIDE, first)]
    behind = total[np.minimum(at + 1 + SIDE, first + covered.words[pair])] > total[at + 1]
    counts = []
    for kind in (hit, ~hit & before & behind, ~hit & ~(before & behind)):
        distinct = np.unique(pair[kind].astype(np.uint64) << np.uint64(32) | mine.values[kind])
        counts.append(np.bincount((distinct >> np.uint64(32)).astype(np.int64), minlength=len(rows)))
    return counts[0], counts[1], counts[2]


def sums(values: Array, first: Array) -> Array:
    """The sums of the pieces of `values` that begin at `first` (int64, a piece and one), int64."""
    total = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    return total[first[1:]] - total[first[:-1]]


def _contents(hashes: pa.Array) -> Array:
    raw = hashes.buffers()[1]
    return np.frombuffer(raw, "V16")[hashes.offset :][: len(hashes)] if raw else np.empty(0, "V16")


def _contained(values: Array, sizes: Array, lists: Lists, rows: Array) -> Array:
    """Which values stand in the list they are looked up in: the first `sizes[0]` in the list `rows[0]`, and so on."""
    needed, which = np.unique(rows, return_inverse=True)
    known = lists.take(needed)
    # A table of hashes a list, one behind the other; a value's cell is told by its upper bits. An empty cell holds a
    # value that belongs into another one.
    cells = CELLS * known.sizes() + 2
    first = np.cumsum(cells) - cells
    table = np.zeros(cells.sum(), np.uint32)
    table[first] = 0xFFFFFFFF
    homes = _cells(known.values, cells, first, known.sizes())
    table[homes] = known.values
    wanted = _cells(values, cells[which], first[which], sizes)
    hit = table[wanted] == values
    lost = np.flatnonzero(table[homes] != known.values)  # their cells went to others
    if len(lost):
        taken = np.zeros(len(table), bool)
        taken[homes[lost]] = True
        unsure = np.flatnonzero(taken[wanted] & ~hit)
        # a cell is of one list alone, so a cell and a value say which list's value it is
        hit[unsure] = _among(_tagged(wanted, values, unsure), np.sort(_tagged(homes, known.values, lost)))
    return hit


def _cells(values: Array, cells: Array, first: Array, sizes: Array) -> Array:
    """Where each value stands in its table: `sizes[n]` of them in the n-th, of `cells[n]` cells from `first[n]` on."""
    place = values.astype(np.uint64)
    place *= np.repeat(cells.astype(np.uint64), sizes)
    place >>= np.uint64(32)
    return place.view(np.int64) + np.repeat(first, sizes)


def _tagged(cells: Array, values: Array, at: Array) -> Array:
    return cells[at].astype(np.uint64) << np.uint64(32) | values[at]


def _among(values: Array, known: Array) -> Array:
    """Which values are among the known ones, of which there are some, sorted."""
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
