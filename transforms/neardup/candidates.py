"""Candidate pairs: stories that share a key, bounded however many share it.

- `candidate_pairs`: the keys of one partition in, pairs out
- `distinct_pairs`: the pairs of many partitions as one

A bucket of up to `CAP` stories gives all its pairs. A bigger one is scaffolding, a template or a star story: to drop it
would lose the copies of the star story, and all its pairs would be without end, so each of its stories is paired with
the longest, with the one of middle length (the longest may be a round-up), and with its neighbour by length. A bucket
thus costs no more than its size.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from transforms.neardup.keys import LENGTH_BITS

Array = np.ndarray[Any, Any]

CAP = 6


def candidate_pairs(keys: Array) -> Array:
    """The pairs of documents that share a bucket, a < b, sorted and distinct: uint64, pairs x 2.

    `keys` (dtype `schemas.sketch.KEY`) are all keys of one partition, in any order, repeats allowed.
    """
    keys = np.unique(keys)  # bucket by bucket, by length within each, then by document
    buckets = keys["key"] >> np.uint64(LENGTH_BITS)
    starts = (
        np.flatnonzero(np.concatenate(([True], buckets[1:] != buckets[:-1]))) if len(keys) else np.empty(0, np.int64)
    )
    sizes = np.diff(np.concatenate((starts, [len(keys)])))
    documents = keys["document"]
    found = [np.empty((0, 2), np.uint64)]
    for distance in range(1, CAP):
        found.append(_apart(documents, starts, np.where(sizes <= CAP, sizes, 0), distance))
    big = sizes > CAP
    found.append(_apart(documents, starts, np.where(big, sizes, 0), 1))
    every = documents[np.repeat(big, sizes)]
    for star in (starts + sizes - 1, starts + sizes // 2):
        found.append(np.column_stack((every, np.repeat(documents[star[big]], sizes[big]))))
    return distinct_pairs(found)


def distinct_pairs(pieces: Iterable[Array]) -> Array:
    """All pairs of `pieces` (uint64, n x 2) once, a < b, sorted; a document with itself is no pair."""
    pairs = np.concatenate([np.empty((0, 2), np.uint64), *pieces])
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    new = np.ones(len(pairs), bool)
    new[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[new]


def _apart(documents: Array, starts: Array, sizes: Array, distance: int) -> Array:
    """The pairs of documents that stand `distance` apart within a bucket."""
    counts = np.maximum(sizes - distance, 0)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    at = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
    return np.column_stack((documents[at], documents[at + distance]))
