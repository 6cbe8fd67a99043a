"""Candidate pairs: stories that share keys, bounded however many share one.

- `candidate_pairs`: the keys of one partition in, pairs and their votes out
- `distinct_pairs`: pairs and votes of all partitions in, the pairs that have enough out

A bucket of up to `CAP` stories gives all its pairs. A bigger one is scaffolding, a template or a star story: to drop it
would lose the copies of the star story, and all its pairs would be without end, so each of its stories is paired with
the longest, with the one of middle length (the longest may be a round-up), with the first document, and with its
neighbour by length. A bucket thus costs no more than its size.

A pair is a candidate with `ENOUGH` votes. The fewer stories share a key, the more it tells: one span that few share is
enough; what very many use, as they use a phrase, makes no candidates by itself, so that their number a page does not
grow with the corpus; but two copies of a star story share many such keys. Equal texts need no other evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from transforms.neardup.keys import LENGTH_BITS, SHINGLE, SPAN, WHOLE, kinds

Array = np.ndarray[Any, Any]

VOTE = np.dtype([("a", "<u8"), ("b", "<u8"), ("votes", "u1")])

CAP = 8
FEW = 4
ENOUGH = 3

# Votes of a key of each kind, in a bucket of at most `FEW` stories, of at most `CAP`, of more.
VOTES = np.zeros((3, 3), np.uint8)
VOTES[WHOLE] = (3, 3, 3)
VOTES[SPAN] = (3, 2, 1)
VOTES[SHINGLE] = (2, 2, 0)


def candidate_pairs(keys: Array) -> Array:
    """The votes for pairs of documents that share a bucket: dtype `VOTE`, a < b, a pair once, sorted; at most `ENOUGH`.

    `keys` (dtype `schemas.sketch.KEY`) are all keys of one partition, in any order, repeats allowed.
    """
    keys = np.unique(keys)  # bucket by bucket, by length within each, then by document
    buckets = keys["key"] >> np.uint64(LENGTH_BITS)
    starts = np.flatnonzero(_new(buckets))
    sizes = np.diff(np.append(starts, len(keys)))
    votes = VOTES[kinds(buckets[starts]), (sizes > FEW).astype(np.int64) + (sizes > CAP)]
    documents = keys["document"]
    small, big = sizes <= CAP, (sizes > CAP) & (votes > 0)
    found = [_apart(documents, starts[small], sizes[small], votes[small], distance) for distance in range(1, CAP)]
    found.append(_apart(documents, starts[big], sizes[big], votes[big], 1))
    every, each = documents[np.repeat(big, sizes)], np.repeat(votes[big], sizes[big])
    lowest = np.minimum.reduceat(documents, starts) if len(starts) else documents
    for star in (documents[starts + sizes - 1], documents[starts + sizes // 2], lowest):
        found.append(_records(every, np.repeat(star[big], sizes[big]), each))
    return _counted(found)


def distinct_pairs(pieces: Iterable[Array]) -> Array:
    """The pairs that have `ENOUGH` votes in `pieces` (dtype `VOTE`), each once, sorted: uint64, n x 2."""
    counted = _counted(list(pieces))
    counted = counted[counted["votes"] == ENOUGH]
    return np.column_stack((counted["a"], counted["b"]))


def _counted(pieces: list[Array]) -> Array:
    """Votes added up, pair by pair, sorted; a document with itself is no pair."""
    found = np.concatenate([np.empty(0, VOTE), *pieces])
    found = found[found["a"] != found["b"]]
    a, b = np.minimum(found["a"], found["b"]), np.maximum(found["a"], found["b"])
    order = np.lexsort((b, a))
    a, b, votes = a[order], b[order], found["votes"][order]
    starts = np.flatnonzero(_new(a) | _new(b))
    total = np.add.reduceat(votes, starts, dtype=np.int64) if len(starts) else votes
    return _records(a[starts], b[starts], np.minimum(total, ENOUGH))


def _records(a: Array, b: Array, votes: Array) -> Array:
    records = np.empty(len(a), VOTE)
    records["a"], records["b"], records["votes"] = a, b, votes
    return records


def _new(values: Array) -> Array:
    """Which values differ from the one before."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return new


def _apart(documents: Array, starts: Array, sizes: Array, votes: Array, distance: int) -> Array:
    """The pairs of documents that stand `distance` apart within a bucket, with the bucket's votes."""
    counts = np.maximum(sizes - distance, 0)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    at = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
    return _records(documents[at], documents[at + distance], np.repeat(votes, counts))
