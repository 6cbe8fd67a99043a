"""Keys: the features by which stories find each other; stories that share one become candidates.

- `keys`: sketches in, `schemas.sketch.KEY` records out
- `partition`: which of so many partitions each key goes to

A story has a key for its text, for its URL, and for each *span*: a shingle whose hash is the least within a few words
around it (so both stories choose the same ones, evenly along the text; Schleimer, Wilkerson and Aiken 2003), with the
first such shingle some words further on. The least shingle alone finds as much, but any sentence that is used again
brings its pages together, ever more of them as the corpus grows; a span mostly reaches beyond a sentence. Bands of the
whole text's MinHash, which find about half of the copies, find none that spans do not.

A short story offers spans from a denser choice as well, for it has few otherwise. A copy that was rewritten throughout
may have no span left: so some least shingles are keys by themselves, too, of a kind that says less; preferably such as
hold a name, which few other stories share.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from schemas.sketch import KEY
from transforms import native
from transforms.neardup.coverage import Lists

Array = np.ndarray[Any, Any]

LENGTH_BITS = 16
LONGEST = (1 << LENGTH_BITS) - 1
TOGETHER = 1 << LENGTH_BITS  # stories whose keys are made at a time, so that which one has as many bits as its length

# The lowest bits of a bucket tell what its keys are of: a whole text, a URL, a span of a text, a single shingle.
KIND_BITS = 2
WHOLE, URL, SPAN, SHINGLE = range(4)

# (words on each side among which a chosen shingle is the least, fewest words from one to the next, longest story)
SPANS = ((6, 32, LONGEST), (4, 12, 256), (2, 6, 96))

SHINGLE_REACH = 12  # words on each side among which a shingle that is a key by itself is the least

_CONTENT, _URL, _SINGLE, _SPAN = 1, 3, 4, 64  # what is hashed, so that keys of different features never meet


def keys(sketches: pa.Table) -> Array:
    """The keys of stories, dtype `KEY`: one for some 8 words. Those of `TOGETHER` stories are sorted and distinct."""
    pieces = [_keys(sketches.slice(start, TOGETHER)) for start in range(0, len(sketches), TOGETHER)]
    return np.concatenate([np.empty(0, KEY), *pieces])


def _keys(sketches: pa.Table) -> Array:
    documents = sketches["document"].to_numpy()
    words = sketches["words"].to_numpy()
    shingles = Lists.of(sketches["shingles"])
    found = [
        (WHOLE, _mix(_content(sketches["content"]), _CONTENT), np.arange(len(documents))),
        (URL, *_urls(sketches["url"].to_numpy())),
        *((SPAN, *_spans(shingles, words, *spans)) for spans in SPANS),
        (SHINGLE, *_singles(shingles, Lists.of(sketches["named"]).values)),
    ]
    lengths = np.minimum(words, LONGEST)
    by_length = np.argsort(lengths, kind="stable")
    ranks = np.empty(len(documents), np.uint64)
    ranks[by_length] = np.arange(len(documents))
    # a story's place by length instead of its length: one number a key, as numbers are sorted faster than records
    ranked = np.sort(np.concatenate([_bucket(hashes, kind) | ranks[rows] for kind, hashes, rows in found]))
    ranked = ranked[_changes(ranked)]
    rows = by_length[ranked & np.uint64(TOGETHER - 1)]
    out = np.empty(len(ranked), KEY)
    out["key"] = ranked & ~np.uint64(TOGETHER - 1) | lengths[rows].astype(np.uint64)
    out["document"] = documents[rows]
    return out


def kinds(buckets: Array) -> Array:
    """What the keys of buckets (a key less its length) are of: `WHOLE`, `URL`, `SPAN` or `SHINGLE`."""
    return buckets & np.uint64((1 << KIND_BITS) - 1)


def partition(keys: Array, partitions: int) -> Array:
    """The partition of each key, int64 from 0 to partitions - 1: keys of one bucket are always together."""
    return (keys["key"] >> np.uint64(LENGTH_BITS + KIND_BITS)).astype(np.int64) % partitions


def _bucket(hashes: Array, kind: int) -> Array:
    """Keys without a length: a hash, cut to the bits that are left, and the kind."""
    bits = np.uint64(LENGTH_BITS + KIND_BITS)
    return hashes >> bits << bits | np.uint64(kind << LENGTH_BITS)


def _changes(values: Array) -> Array:
    """Which sorted values differ from the one before."""
    out = np.ones(len(values), bool)
    out[1:] = values[1:] != values[:-1]
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


def _spans(shingles: Lists, words: Array, reach: int, apart: int, longest: int) -> tuple[Array, Array]:
    """The spans of stories of at most `longest` words, and their rows."""
    rows = np.arange(len(words))
    if longest < LONGEST:
        rows = np.flatnonzero(words <= longest)
        shingles = shingles.take(rows)
    at, row_of = _least(shingles, reach)
    partner = np.searchsorted(at, at + apart)
    one = np.flatnonzero(partner < len(at))
    one = one[row_of[one] == row_of[partner[one]]]
    chosen = shingles.values[at].astype(np.uint64)
    return _mix(chosen[one] << np.uint64(32) | chosen[partner[one]], _SPAN + reach), rows[row_of[one]]


def _singles(shingles: Lists, named: Array) -> tuple[Array, Array]:
    """The shingles that are keys by themselves, and their rows: the least by hash, but one that is named before all."""
    preferred = shingles.values >> np.uint32(1) | (~named).astype(np.uint32) << np.uint32(31)
    at, rows = _least(Lists(preferred, shingles.first), SHINGLE_REACH)
    return _mix(shingles.values[at].astype(np.uint64), _SINGLE), rows


def _least(shingles: Lists, reach: int) -> tuple[Array, Array]:
    """The positions of shingles that are the least of those within `reach` of them in their text, and their rows."""
    if native.BUILT:
        return native.lists.least(shingles.values, shingles.first, reach)
    # as many of the greatest value between texts as keep neighbours out of each other's windows
    shifts = reach * np.arange(1, len(shingles.first))
    padded = np.full(len(shingles.values) + reach * len(shingles.first), 0xFFFFFFFF, np.uint32)
    padded[np.arange(len(shingles.values)) + np.repeat(shifts, shingles.sizes())] = shingles.values
    least, width = padded, 1
    while width < 2 * reach + 1:  # least[n] is the least of padded[n : n + width]
        step = min(width, 2 * reach + 1 - width)
        least = np.minimum(least[:-step], least[step:])
        width += step
    found = np.flatnonzero(least == padded[reach : len(padded) - reach]) + reach
    rows = np.searchsorted(shingles.first[:-1] + shifts, found, side="right") - 1
    found -= shifts[rows]
    within = found < shingles.first[rows + 1]  # and not between texts
    return found[within], rows[within]
