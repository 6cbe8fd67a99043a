"""What the report shows of much: picked by hash, so that every run of the same input shows the same.

- `rows`: rows spread over files of many rows
- `heads`: a unit's clusters that may be shown, `largest` and `drawn`: those that are
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import xxhash

from transforms.manifests import Head

PAGES, LARGEST, DRAWN = 50, 12, 20


def rows(count: int, sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Picks `count` rows, or all: (file, row in it), sorted. `sizes`: rows of each file."""
    ends = np.cumsum(np.array([0, *sizes], np.int64))
    total = int(ends[-1])
    if total <= count:
        picked = np.arange(total)
    else:
        draws: set[int] = set()
        number = 0
        while len(draws) < count:
            draws.add(xxhash.xxh3_64_intdigest(b"row %d" % number) % total)
            number += 1
        picked = np.array(sorted(draws), np.int64)
    parts = np.searchsorted(ends, picked, side="right") - 1
    return list(zip(parts.tolist(), (picked - ends[parts]).tolist(), strict=True))


def heads(documents: pa.ChunkedArray, sizes: pa.ChunkedArray) -> list[Head]:
    """Of a unit's kept stories with copies those that the whole run may pick; sorted by document."""
    found = [Head(document=one, size=size) for one, size in zip(documents.to_pylist(), sizes.to_pylist(), strict=True)]
    chosen = {head.document: head for head in [*largest(found), *drawn(found)]}
    return [chosen[document] for document in sorted(chosen)]


def largest(found: Iterable[Head]) -> list[Head]:
    """The clusters with the most stories, the largest first."""
    return heapq.nsmallest(LARGEST, found, key=lambda head: (-head.size, head.document))


def drawn(found: Iterable[Head]) -> list[Head]:
    """Clusters as a sample of all, the largest first."""
    sample = heapq.nsmallest(DRAWN, found, key=lambda head: xxhash.xxh3_64_intdigest(b"cluster %d" % head.document))
    return sorted(sample, key=lambda head: (-head.size, head.document))
