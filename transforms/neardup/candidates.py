"""Candidate pairs: stories that share keys, bounded however many share one.

- `candidate_pairs`: all keys of some buckets in, pairs and their votes out
- `distinct_pairs`: pairs and votes of all buckets in, the pairs that have enough out
- `enough`: how many that is

A bucket of up to `CAP` stories gives all its pairs. A bigger one is scaffolding, a template or a star story: to drop it
would lose the copies of the star story, and all its pairs would be without end, so each of its stories is paired with
the longest, with the one of middle length (the longest may be a round-up), with the first document (one of an earlier
run, where there is any: it would win), and with its neighbours by length. A bucket thus costs no more than its size.

The fewer stories share a key, the more it tells. What a pair needs grows with its shorter story: a copy of a long one
shares many keys, be it cut or rewritten, and two long stories share some phrases, be they unlike. Equal texts and equal
URLs need no other evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from schemas.sketch import EARLIER_RUN
from transforms import native
from transforms.neardup.keys import LENGTH_BITS, LONGEST, SHINGLE, SPAN, URL, WHOLE, kinds

Array = np.ndarray[Any, Any]

# Two documents, a < b, what their keys say together, and the words of the shorter one.
VOTE = np.dtype([("a", "<u8"), ("b", "<u8"), ("votes", "<u4"), ("words", "<u2")])

_FACTOR = np.uint64(0x9E3779B97F4A7C15)

CAP = 8
FEW = 4

# More votes than any pair needs.
SURE = 1 << 16

# Votes of a key of each kind, in a bucket of at most `FEW` stories, of at most `CAP`, of more.
VOTES = np.zeros((4, 3), np.int64)
VOTES[WHOLE] = (SURE, SURE, SURE)
VOTES[URL] = (SURE, SURE, 0)
VOTES[SPAN] = (30, 10, 1)
VOTES[SHINGLE] = (20, 8, 8)
# A pair and a place in this table are packed into 64 bits, which leaves so many for each document of a share.
PLACE_BITS, ROW_BITS = 4, 30

NEEDED = 8  # by a pair whose shorter story has a hundred words
FEWEST_WORDS = 30  # a shorter story needs as many as one of these


def enough(votes: Array, words: Array) -> Array:
    """bool a pair: it is a candidate, by its votes and the words of its shorter story (integers).

    Votes are to be in proportion to words to the power of 3/4: less than to words, as longer stories offer fewer keys a
    word. Square roots are exact everywhere, other powers are not.
    """
    root = np.sqrt(np.maximum(words, FEWEST_WORDS) / 100)
    return votes >= NEEDED * root * np.sqrt(root)


def candidate_pairs(keys: Array) -> Array:
    """The votes for pairs of documents that share a bucket: dtype `VOTE`, a pair once, sorted.

    `keys` (dtype `schemas.sketch.KEY`) are all keys of some buckets, in any order, repeats allowed.
    """
    keys = _grouped(keys)
    documents, words, at = _distinct(keys)
    # one number a vote, as numbers are sorted many times as fast as records
    return _counted(np.sort(_paired(keys, at, documents)), documents, words)


def distinct_pairs(pieces: Iterable[Array]) -> Array:
    """The pairs that have enough votes in `pieces` (dtype `VOTE`), each once, sorted: uint64, n x 2."""
    found = [np.empty(0, VOTE), *pieces]
    a, b, votes, words = (np.concatenate([piece[name] for piece in found]) for name in ("a", "b", "votes", "words"))
    perhaps = np.flatnonzero(enough(_at_most(a, b, votes), words))
    a, b, votes, words = (column[perhaps] for column in (a, b, votes, words))
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    starts = np.flatnonzero(_new(a) | _new(b))
    total = np.add.reduceat(votes[order].astype(np.int64), starts) if len(starts) else np.empty(0, np.int64)
    starts = starts[enough(total, words[order[starts]])]
    return np.column_stack((a[starts], b[starts]))


def _at_most(a: Array, b: Array, votes: Array) -> Array:
    """As many votes as each vote's pair has at the very most: what falls into one cell is added up unsorted. Nearly all
    pairs have few, and need not be sorted.
    """
    bits = (2 * len(a) + 1).bit_length()
    cells = (a * _FACTOR + b) * _FACTOR >> np.uint64(64 - bits)
    cells = cells.astype(np.int64)
    return np.bincount(cells, votes)[cells]


def _first(at: Array, starts: Array, documents: Array) -> Array:
    """The first document of each bucket, as a place in `documents`: one of an earlier run where there is any."""
    if not len(starts):
        return at
    own, every = int(np.searchsorted(documents, np.uint64(EARLIER_RUN))), len(documents)
    return (np.minimum.reduceat((at - own) % every, starts) + own) % every


def _grouped(keys: Array) -> Array:
    """Keys bucket by bucket, by length within each, then by document; most of those alone in a bucket are left out."""
    if native.BUILT:
        return native.candidates.grouped(np.ascontiguousarray(keys))
    keys = keys[_perhaps_shared(keys["key"])]
    keys = keys[np.lexsort((keys["document"], keys["key"]))]
    return keys[_new(keys["key"]) | _new(keys["document"])]


def _perhaps_shared(keys: Array) -> Array:
    """Which keys are perhaps not alone in their bucket: most are, and counting a few bits spares sorting them."""
    bits = (4 * len(keys) + 1).bit_length()
    cells = (keys >> np.uint64(64 - bits)).astype(np.int64)
    return np.bincount(cells)[cells] > 1


def _distinct(keys: Array) -> tuple[Array, Array, Array]:
    """The documents of keys, sorted, each once, their words (uint16), and where the document of each key stands."""
    if not native.BUILT:
        documents, first, at = np.unique(keys["document"], return_index=True, return_inverse=True)
        return documents, (keys["key"][first] & np.uint64(LONGEST)).astype(np.uint16), at
    documents, words, which = native.candidates.distinct(keys)
    order = np.argsort(documents)
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return documents[order], words[order], places[which]


def _paired(keys: Array, at: Array, documents: Array) -> Array:
    """The votes that buckets give to pairs, packed: the places of two documents and one in `VOTES`, uint64.

    `at`: where the document of each of the `keys`, as `_grouped` gives them, stands in `documents`.
    """
    if native.BUILT:
        own = int(np.searchsorted(documents, np.uint64(EARLIER_RUN)))
        return native.candidates.paired(keys, at, VOTES.ravel(), own, len(documents))
    buckets = keys["key"] >> np.uint64(LENGTH_BITS)
    starts = np.flatnonzero(_new(buckets))
    sizes = np.diff(np.append(starts, len(keys)))
    places = kinds(buckets[starts]).astype(np.int64) * VOTES.shape[1] + (sizes > FEW) + (sizes > CAP)
    small, big = sizes <= CAP, (sizes > CAP) & (VOTES.ravel()[places] > 0)
    found = [_apart(at, starts[small], sizes[small], places[small], distance) for distance in range(1, CAP)]
    found.append(_apart(at, starts[big], sizes[big], places[big], 1))
    every, each = at[np.repeat(big, sizes)], np.repeat(places[big], sizes[big])
    for star in (at[starts + sizes - 1], at[starts + sizes // 2], _first(at, starts, documents)):
        found.append((every, np.repeat(star[big], sizes[big]), each))
    one, other, places = (np.concatenate(column) for column in zip(*found, strict=True))
    a, b = np.minimum(one, other), np.maximum(one, other)
    apart = a != b  # a document with itself is no pair
    a, b, places = (column[apart].astype(np.uint64) for column in (a, b, places))
    return (a << ROW_BITS | b) << PLACE_BITS | places


def _counted(packed: Array, documents: Array, words: Array) -> Array:
    """Votes, as `_paired` gives them, added up pair by pair; they are sorted, and so are the pairs."""
    if native.BUILT:
        return native.candidates.counted(packed, documents, words, VOTES.ravel(), VOTE)
    pairs = packed >> PLACE_BITS
    starts = np.flatnonzero(_new(pairs))
    pairs = pairs[starts]
    votes = VOTES.ravel()[packed & (1 << PLACE_BITS) - 1]
    counted = np.empty(len(pairs), VOTE)
    a, b = pairs >> ROW_BITS, pairs & (1 << ROW_BITS) - 1
    counted["a"], counted["b"] = documents[a], documents[b]
    counted["votes"] = np.add.reduceat(votes, starts) if len(starts) else votes
    counted["words"] = np.minimum(words[a], words[b])
    return counted


def _new(values: Array) -> Array:
    """Which values differ from the one before."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return new


def _apart(at: Array, starts: Array, sizes: Array, places: Array, distance: int) -> tuple[Array, Array, Array]:
    """The pairs of entries of `at` that stand `distance` apart within a bucket, with the bucket's place in `VOTES`."""
    counts = np.maximum(sizes - distance, 0)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    first = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
    return at[first], at[first + distance], np.repeat(places, counts)
