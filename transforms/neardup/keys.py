"""Keys: the features by which stories find each other; stories that share one become candidates.

- `keys`: sketches in, `schemas.sketch.KEY` records out
- `partition`: which of so many partitions each key goes to

A story has a key for its text, for its URL, for each band of its MinHash signature, and for each *span*: two sampled
shingles that stand `SPAN` words apart or more, the second being the first such one behind the first. A shingle is
sampled by its own hash, so both stories sample the same ones. Single sampled shingles find as much, but any sentence
that is used again brings its pages together, ever more of them as the corpus grows; a span reaches beyond a sentence.

Long stories sample fewer of their words than short ones, so that the number of keys stays bounded; stories of unlike
length meet at the coarsest rate, which all stories have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from schemas.sketch import KEY, PERMUTATIONS

Array = np.ndarray[Any, Any]

LENGTH_BITS = 16
LONGEST = (1 << LENGTH_BITS) - 1

BANDS, ROWS = 8, 4
SPAN = 24
# (one in how many shingles is sampled, longest story that samples so, in words)
RATES = ((32, LONGEST), (16, 512), (8, 192), (4, 96))

_CONTENT, _URL, _BAND, _SPANS = 1, 2, 16, 64  # what a key is of, so that keys of different kinds never meet


def keys(sketches: pa.Table) -> Array:
    """The keys of stories, dtype `KEY`, sorted and distinct: some 20 to 50 a story, more for very long ones."""
    documents = sketches["document"].to_numpy()
    words = sketches["words"].to_numpy()
    shingles, first = _lists(sketches["shingles"])
    everyone = np.arange(len(documents))
    found = [
        (_mix(_content(sketches["content"]), _CONTENT), everyone),
        _urls(sketches["url"].to_numpy()),
        *_bands(_signatures(sketches["signature"]), np.flatnonzero(words)),
        *(_spans(shingles, first, words, rate, longest) for rate, longest in RATES),
    ]
    hashes = np.concatenate([hashes for hashes, _ in found])
    rows = np.concatenate([rows for _, rows in found])
    out = np.empty(len(hashes), KEY)
    out["key"] = hashes >> np.uint64(LENGTH_BITS) << np.uint64(LENGTH_BITS)
    out["key"] |= np.minimum(words[rows], LONGEST).astype(np.uint64)
    out["document"] = documents[rows]
    out = out[np.lexsort((out["document"], out["key"]))]
    return out[_changes(out)]


def partition(keys: Array, partitions: int) -> Array:
    """The partition of each key, int64 from 0 to partitions - 1: keys of one bucket are always together."""
    return (keys["key"] >> np.uint64(LENGTH_BITS)).astype(np.int64) % partitions


def _changes(records: Array) -> Array:
    """Which sorted records differ from the one before."""
    out = np.ones(len(records), bool)
    out[1:] = records[1:] != records[:-1]
    return out


def _mix(values: Array, kind: int) -> Array:
    """A 64-bit hash of values and their kind: the finalizer of SplitMix64."""
    mixed = values + np.uint64(kind * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _content(column: pa.ChunkedArray) -> Array:
    """The first 64 bits of each content hash."""
    hashes = column.combine_chunks()
    raw = np.frombuffer(hashes.buffers()[1], np.uint8)[16 * hashes.offset :][: 16 * len(hashes)]
    return raw.reshape(-1, 16)[:, :8].copy().view("<u8").ravel()


def _urls(hashes: Array) -> tuple[Array, Array]:
    rows = np.flatnonzero(hashes)
    return _mix(hashes[rows], _URL), rows


def _bands(signatures: Array, rows: Array) -> list[tuple[Array, Array]]:
    """A hash of each of the first `BANDS` times `ROWS` values of the signatures of `rows`."""
    found = []
    for band in range(BANDS):
        hashes = np.zeros(len(rows), np.uint64)
        for column in range(band * ROWS, (band + 1) * ROWS):
            hashes = _mix(hashes ^ signatures[rows, column], _BAND + band)
        found.append((hashes, rows))
    return found


def _spans(shingles: Array, first: Array, words: Array, rate: int, longest: int) -> tuple[Array, Array]:
    """The spans of stories of at most `longest` words, of shingles sampled one in `rate`."""
    row_of = np.repeat(np.arange(len(words)), np.diff(first))
    at = np.flatnonzero(shingles & np.uint32(rate - 1) == 0)
    if longest < LONGEST:
        at = at[words[row_of[at]] <= longest]
    partner = np.searchsorted(at, at + SPAN)
    paired = partner < len(at)
    one, other = at[paired], at[partner[paired]]
    same = row_of[one] == row_of[other]
    one, other = one[same], other[same]
    joined = shingles[one].astype(np.uint64) << np.uint64(32) | shingles[other]
    return _mix(joined, _SPANS + rate), row_of[one]


def _lists(column: pa.ChunkedArray) -> tuple[Array, Array]:
    """A list column's values, and where each row's begin in them."""
    lists = column.combine_chunks()
    offsets = lists.offsets.to_numpy().astype(np.int64)
    return lists.values.to_numpy()[offsets[0] : offsets[-1]] if len(lists) else np.empty(0, np.uint32), (
        offsets - offsets[0] if len(offsets) else np.zeros(1, np.int64)
    )


def _signatures(column: pa.ChunkedArray) -> Array:
    return column.combine_chunks().flatten().to_numpy().reshape(-1, PERMUTATIONS)
