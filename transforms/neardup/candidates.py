"""Candidate pairs: stories that share a key, bounded however many share it.

- `candidate_pairs`: the keys of one partition in, votes for pairs out
- `distinct_pairs`: the votes of all partitions in, the pairs that have enough out

A bucket of up to `CAP` stories gives all its pairs. A bigger one is scaffolding, a template or a star story: to drop it
would lose the copies of the star story, and all its pairs would be without end, so each of its stories is paired with
the longest, with the one of middle length (the longest may be a round-up), with the first document, and with its
neighbour by length. A bucket thus costs no more than its size.

A pair is a candidate with two votes. A small bucket, which tells more, has both; a big one has one, so that a phrase
that very many stories use does not make candidates by itself. Two copies of a star story share many big buckets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from transforms.neardup.keys import LENGTH_BITS

Array = np.ndarray[Any, Any]

CAP = 8
VOTES = 2


def candidate_pairs(keys: Array) -> Array:
    """The votes for pairs of documents that share a bucket: uint64, n x 2, a < b, sorted, a pair at most twice.

    `keys` (dtype `schemas.sketch.KEY`) are all keys of one partition, in any order, repeats allowed.
    """
    keys = np.unique(keys)  # bucket by bucket, by length within each, then by document
    buckets = keys["key"] >> np.uint64(LENGTH_BITS)
    starts = np.flatnonzero(_new(buckets))
    sizes = np.diff(np.append(starts, len(keys)))
    documents = keys["document"]
    small, big = sizes <= CAP, sizes > CAP
    found = [_apart(documents, starts[small], sizes[small], distance) for distance in range(1, CAP)] * VOTES
    found.append(_apart(documents, starts[big], sizes[big], 1))
    every = documents[np.repeat(big, sizes)]
    lowest = np.minimum.reduceat(documents, starts) if len(starts) else documents
    for star in (documents[starts + sizes - 1], documents[starts + sizes // 2], lowest):
        found.append(np.column_stack((every, np.repeat(star[big], sizes[big]))))
    pairs = _sorted(found)
    return pairs[_earlier_votes(pairs) < VOTES]


def distinct_pairs(pieces: Iterable[Array]) -> Array:
    """The pairs that have `VOTES` votes in `pieces` (uint64, n x 2), each once, sorted."""
    pairs = _sorted([np.empty((0, 2), np.uint64), *pieces])
    return pairs[_earlier_votes(pairs) == VOTES - 1]


def _sorted(pieces: list[Array]) -> Array:
    """Pairs as a < b, sorted; a document with itself is no pair."""
    pairs = np.concatenate(pieces)
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _earlier_votes(pairs: Array) -> Array:
    """How many of the sorted pairs before each are the same pair."""
    starts = np.flatnonzero(_new(pairs[:, 0]) | _new(pairs[:, 1]))
    return np.arange(len(pairs)) - np.repeat(starts, np.diff(np.append(starts, len(pairs))))


def _new(values: Array) -> Array:
    """Which values differ from the one before."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return new


def _apart(documents: Array, starts: Array, sizes: Array, distance: int) -> Array:
    """The pairs of documents that stand `distance` apart within a bucket."""
    counts = np.maximum(sizes - distance, 0)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    at = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
    return np.column_stack((documents[at], documents[at + distance]))
