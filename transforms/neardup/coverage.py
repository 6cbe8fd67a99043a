"""How much of one story stands in another, word by word, for many pairs at once.

- `Shingled`: the sketches of stories, found by document
- `covered`: which words of stories stand in others
- `without_slips`: the same, where a word or two amid covered ones count as covered
- `numbers`: how many numbers of stories stand in others, and how many are contradicted

A word is covered where one of the three shingles that it belongs to stands anywhere in the other story. So one changed
word costs one word, where it costs three of a set of shingles; and a story that was cut is covered as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.neardup.sketch import SHINGLE_WORDS

Array = np.ndarray[Any, Any]

RUN = 2  # shingles in a row that count: a lone 3-gram is as often a common phrase as a copy
SLIP = 2  # words that differ amid shared ones: a typing error, a spelling, another word
SIDE = 6  # words on each side of a number that tell which sentence it stands in
PARTS = 64

CELLS = 4  # of a table of hashes, a value

_BLOCK = 1 << 17  # words compared at once: what they are looked up in stays in the processor's cache


@dataclass(frozen=True)
class Lists:
    """A list column: row i has `values[first[i]:first[i + 1]]`."""

    values: Array
    first: Array

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Lists:
        """The values of a column of lists without nulls."""
        lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if not len(lists):
            return cls(np.empty(0, np.uint32), np.zeros(1, np.int64))
        offsets = lists.offsets.to_numpy().astype(np.int64)
        return cls(lists.values.to_numpy(zero_copy_only=False)[offsets[0] : offsets[-1]], offsets - offsets[0])

    def sizes(self) -> Array:
        """Values of each row, int64."""
        return np.diff(self.first)

    def take(self, rows: Array) -> Lists:
        """The lists of `rows`, which may repeat."""
        sizes = self.sizes()[rows]
        ends = np.concatenate(([0], np.cumsum(sizes)))
        at = np.arange(ends[-1]) + np.repeat(self.first[rows] - ends[:-1], sizes)
        return Lists(self.values[at], ends)


@dataclass(frozen=True)
class Shingled:
    """Sketches sorted by document, with what comparing needs as arrays, an entry a story."""

    documents: Array  # uint64, ascending
    words: Array  # int64
    published: Array  # int64, microseconds; meaningless unless `dated`
    dated: Array  # bool
    urls: Array  # uint64, 0 = none
    shingles: Lists
    quoted: Lists
    numbers: Lists
    number_at: Lists

    @classmethod
    def of(cls, *tables: pa.Table) -> Shingled:
        """Sketches in any order, a document once or more."""
        sketches = pa.concat_tables(tables)
        documents = sketches["document"].to_numpy()
        documents, order = np.unique(documents, return_index=True)
        published = sketches["published"].combine_chunks().cast(pa.int64())
        return cls(
            documents,
            sketches["words"].to_numpy()[order].astype(np.int64),
            published.fill_null(0).to_numpy()[order],
            published.is_valid().to_numpy(zero_copy_only=False)[order],
            sketches["url"].to_numpy()[order],
            Lists.of(sketches["shingles"]).take(order),
            Lists.of(sketches["quoted"]).take(order),
            Lists.of(sketches["numbers"]).take(order),
            Lists.of(sketches["number_at"]).take(order),
        )

    def rows(self, documents: Array) -> Array:
        """The row of each document; a `KeyError` names one that has no sketch."""
        if not len(documents):
            return np.empty(0, np.int64)
        rows = np.searchsorted(self.documents, documents)
        wrong = (rows == len(self.documents)) | (self.documents[np.minimum(rows, len(self.documents) - 1)] != documents)
        if wrong.any():
            raise KeyError(f"document {documents[wrong][0]} is in a pair, but no sketch of it was given")
        return rows


def blocks(sizes: Array) -> Iterator[slice]:
    """Cuts a sequence so that the sizes of no piece add up to more than a block, unless it is of one entry."""
    ends = np.cumsum(sizes)
    at, done = 0, 0
    while at < len(sizes):
        behind = max(at + 1, int(np.searchsorted(ends, done + _BLOCK, "right")))
        yield slice(at, behind)
        at, done = behind, int(ends[behind - 1])


def covered(stories: Shingled, rows: Array, others: Array) -> tuple[Array, Array]:
    """Which words of the stories `rows` stand in the stories `others`, pair by pair.

    Gives a flag a word (bool), and where each pair's begin (int64, a pair and one). A word counts where it belongs to
    `RUN` shared shingles in a row, or to fewer where the story has no more.
    """
    mine = stories.shingles.take(rows)
    sizes = mine.sizes()
    hit = _contained(mine, stories.shingles, others)
    words = stories.words[rows]
    ends = np.concatenate(([0], np.cumsum(words)))
    # A shingle stands at the word where it begins. The last two words of a story begin none, so that neither runs nor
    # their words reach into the next story; stories of a single shingle are apart.
    starts = np.zeros(ends[-1] + 1, bool)
    long = np.repeat(sizes >= RUN, sizes)
    starts[(np.arange(len(hit)) + np.repeat(ends[:-1] - mine.first[:-1], sizes))[long]] = hit[long]
    runs = starts[:-1] & starts[1:]
    flags = runs.copy()
    for back in range(1, RUN + SHINGLE_WORDS - 1):
        flags[back:] |= runs[: len(runs) - back]
    single = sizes == 1
    flags[np.repeat(single, words)] = np.repeat(hit[mine.first[:-1][single]], words[single])
    return flags, ends


def without_slips(flags: Array, first: Array) -> tuple[Array, Array]:
    """What `covered` gave, with gaps of at most `SLIP` words between covered words of a story closed."""
    places = np.arange(len(flags))
    before = np.maximum.accumulate(np.where(flags, places, -1))
    behind = np.minimum.accumulate(np.where(flags, places, len(flags))[::-1])[::-1]
    story = np.repeat(np.arange(len(first) - 1), np.diff(first))
    within = (before >= first[story]) & (behind < first[story + 1])
    return flags | (within & (behind - before <= SLIP + 1)), first


def numbers(stories: Shingled, rows: Array, others: Array, flags: Array, first: Array) -> tuple[Array, Array, Array]:
    """How many distinct numbers of each story the other has, contradicts and does not know; int64, a pair each.

    `flags` and `first` are what `covered` gave for the same pairs. A number is contradicted where the other story does
    not have it, but has words of both its sides: the same sentence with another figure. In a passage of the story's own
    it is unknown to the other.
    """
    mine = stories.numbers.take(rows)
    hit = _contained(mine, stories.numbers, others)
    pair = np.repeat(np.arange(len(rows)), mine.sizes())
    at = first[pair] + stories.number_at.take(rows).values
    total = np.concatenate(([0], np.cumsum(flags)))
    before = total[at] > total[np.maximum(at - SIDE, first[pair])]
    behind = total[np.minimum(at + 1 + SIDE, first[pair + 1])] > total[at + 1]
    counts = []
    for kind in (hit, ~hit & before & behind, ~hit & ~(before & behind)):
        distinct = np.unique(pair[kind].astype(np.uint64) << np.uint64(32) | mine.values[kind])
        counts.append(np.bincount((distinct >> np.uint64(32)).astype(np.int64), minlength=len(rows)))
    return counts[0], counts[1], counts[2]


def sums(flags: Array, first: Array) -> Array:
    """How many flags are set in each of the pieces that begin at `first`, int64."""
    total = np.concatenate(([0], np.cumsum(flags)))
    return total[first[1:]] - total[first[:-1]]


def parts(flags: Array, first: Array) -> Array:
    """Each piece as 64 equal parts, uint64: bit n is set where most flags of part n are."""
    sizes = np.diff(first)
    piece = np.repeat(np.arange(len(sizes)), sizes)
    part = (np.arange(len(flags)) - first[piece]) * PARTS // sizes[piece]
    cell = piece * PARTS + part
    total = np.bincount(cell, minlength=len(sizes) * PARTS)
    full = np.bincount(cell[flags], minlength=len(sizes) * PARTS)
    bits = (2 * full > total).reshape(-1, PARTS)
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").ravel()


def _contained(lists: Lists, other: Lists, rows: Array) -> Array:
    """Which values of list n stand in the list `rows[n]` of `other`."""
    needed, which = np.unique(rows, return_inverse=True)
    haystack = _tagged(np.arange(len(needed), dtype=np.uint64), other.take(needed))
    needles = _tagged(which.astype(np.uint64), lists)
    if not len(haystack):
        return np.zeros(len(needles), bool)
    # A table of hashes, each cell with the place of one of its values; what lost its cell to another is looked up.
    bits = int(CELLS * len(haystack)).bit_length()
    cells, wanted = (_cells(values, bits) for values in (haystack, needles))
    table = np.zeros(1 << bits, np.int32)
    table[cells] = np.arange(len(haystack), dtype=np.int32)
    hit = haystack[table[wanted]] == needles
    lost = np.flatnonzero(haystack[table[cells]] != haystack)
    if len(lost):
        taken = np.zeros(1 << bits, bool)
        taken[cells[lost]] = True
        unsure = np.flatnonzero(taken[wanted] & ~hit)
        hit[unsure] = _among(needles[unsure], np.sort(haystack[lost]))
    return hit


def _tagged(numbers: Array, lists: Lists) -> Array:
    """Each value with the number of its list, uint64."""
    return np.repeat(numbers << np.uint64(32), lists.sizes()) | lists.values


def _cells(values: Array, bits: int) -> Array:
    """Where each value stands in a table of `2 ** bits` cells: Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""
    return (values * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits)


def _among(values: Array, known: Array) -> Array:
    """Which values are among the known ones, of which there are some, sorted."""
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
