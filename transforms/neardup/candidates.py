"""Candidate pairs: stories that share keys, bounded however many share one.

- `candidate_pairs`: all keys of some buckets in, pairs and their votes out
- `distinct_pairs`: pairs and votes of all buckets in, the pairs that have enough out

A bucket of up to `CAP` stories gives all its pairs. A bigger one is scaffolding, a template or a star story: to drop it
would lose the copies of the star story, and all its pairs would be without end, so each of its stories is paired with
the longest, with the one of middle length (the longest may be a round-up), with the first document (one of an earlier
run, where there is any: it would win), and with its neighbour by length. A bucket thus costs no more than its size.

A pair is a candidate with `ENOUGH` votes. The fewer stories share a key, the more it tells: one span that few share is
enough; what very many use, as they use a phrase, makes no candidates by itself, so that their number a page does not
grow with the corpus; but two copies of a star story share many such keys. Equal texts need no other evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from schemas.sketch import EARLIER_RUN
from transforms.neardup.keys import LENGTH_BITS, SHINGLE, SPAN, WHOLE, kinds

Array = np.ndarray[Any, Any]

VOTE = np.dtype([("a", "<u8"), ("b", "<u8"), ("votes", "u1")])

CAP = 8
FEW = 4
ENOUGH = 5

# Votes of a key of each kind, in a bucket of at most `FEW` stories, of at most `CAP`, of more.
VOTES = np.zeros((3, 3), np.uint8)
VOTES[WHOLE] = (5, 5, 5)
VOTES[SPAN] = (5, 4, 2)
VOTES[SHINGLE] = (4, 4, 1)


def candidate_pairs(keys: Array) -> Array:
    """The votes for pairs of documents that share a bucket: dtype `VOTE`, a < b, a pair once, sorted; at most `ENOUGH`.

    `keys` (dtype `schemas.sketch.KEY`) are all keys of some buckets, in any order, repeats allowed.
    """
    keys = _sorted(keys[_perhaps_shared(keys["key"])])  # bucket by bucket, by length within each, then by document
    buckets = keys["key"] >> np.uint64(LENGTH_BITS)
    starts = np.flatnonzero(_new(buckets))
    sizes = np.diff(np.append(starts, len(keys)))
    votes = VOTES[kinds(buckets[starts]), (sizes > FEW).astype(np.int64) + (sizes > CAP)]
    documents, at = np.unique(keys["document"], return_inverse=True)
    small, big = sizes <= CAP, (sizes > CAP) & (votes > 0)
    found = [_apart(at, starts[small], sizes[small], votes[small], distance) for distance in range(1, CAP)]
    found.append(_apart(at, starts[big], sizes[big], votes[big], 1))
    every, each = at[np.repeat(big, sizes)], np.repeat(votes[big], sizes[big])
    for star in (at[starts + sizes - 1], at[starts + sizes // 2], _first(at, starts, documents)):
        found.append((every, np.repeat(star[big], sizes[big]), each))
    return _counted(documents, *(np.concatenate(column) for column in zip(*found, strict=True)))


def distinct_pairs(pieces: Iterable[Array]) -> Array:
    """The pairs that have `ENOUGH` votes in `pieces` (dtype `VOTE`), each once, sorted: uint64, n x 2."""
    found = np.concatenate([np.empty(0, VOTE), *pieces])
    documents, at = np.unique(np.concatenate((found["a"], found["b"])), return_inverse=True)
    counted = _counted(documents, at[: len(found)], at[len(found) :], found["votes"])
    counted = counted[counted["votes"] == ENOUGH]
    return np.column_stack((counted["a"], counted["b"]))


def _first(at: Array, starts: Array, documents: Array) -> Array:
    """The first document of each bucket, as a place in `documents`: one of an earlier run where there is any."""
    if not len(starts):
        return at
    own, every = int(np.searchsorted(documents, np.uint64(EARLIER_RUN))), len(documents)
    return (np.minimum.reduceat((at - own) % every, starts) + own) % every


def _perhaps_shared(keys: Array) -> Array:
    """Which keys are perhaps not alone in their bucket: most are, and counting a few bits spares sorting them."""
    bits = (4 * len(keys) + 1).bit_length()
    cells = (keys >> np.uint64(64 - bits)).astype(np.int64)
    return np.bincount(cells)[cells] > 1


def _sorted(keys: Array) -> Array:
    """Keys by feature, then length, then document, each once."""
    keys = keys[np.lexsort((keys["document"], keys["key"]))]
    return keys[_new(keys["key"]) | _new(keys["document"])]


def _counted(documents: Array, one: Array, other: Array, votes: Array) -> Array:
    """Votes added up, pair by pair, sorted; a document with itself is no pair.

    `one` and `other` are places in `documents`, which is sorted; the votes of an entry are 1 to 7.
    """
    a, b = np.minimum(one, other), np.maximum(one, other)
    apart = a != b
    # one number a vote, as numbers are sorted many times as fast as records
    packed = np.sort(((a << 30 | b) << 3 | votes)[apart])
    pairs = packed >> 3
    starts = np.flatnonzero(_new(pairs))
    pairs = pairs[starts]
    total = np.add.reduceat(packed & 7, starts) if len(starts) else pairs
    counted = np.empty(len(pairs), VOTE)
    counted["a"], counted["b"] = documents[pairs >> 30], documents[pairs & (1 << 30) - 1]
    counted["votes"] = np.minimum(total, ENOUGH)
    return counted


def _new(values: Array) -> Array:
    """Which values differ from the one before."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return new


def _apart(at: Array, starts: Array, sizes: Array, votes: Array, distance: int) -> tuple[Array, Array, Array]:
    """The pairs of entries of `at` that stand `distance` apart within a bucket, with the bucket's votes."""
    counts = np.maximum(sizes - distance, 0)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    first = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
    return at[first], at[first + distance], np.repeat(votes, counts)
