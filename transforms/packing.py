"""Packed records: what is shuffled, NumPy records as bytes under a small number.

A Beam element costs the same whatever it holds, so records travel by the thousand; and no element is over a megabyte,
as Flink refuses records near ten. Pieces are compressed, pairs to a quarter: the local runner holds what it
groups in memory several times over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import zstandard

Array = np.ndarray[Any, Any]

Packed = tuple[int, bytes]
Grouped = tuple[int, Iterable[bytes]]

# Before compression; zstd at its fastest, as only the shuffle gains.
RECORD_BYTES = 1 << 20
LEVEL = 1


UNIT_BITS = 32
"""A document is its unit, in the upper bits, and its row in the unit, in so many lower ones."""


FULL_UNITS = 32  # a run of more units has units of full size, one of fewer small ones


def shares(units: int, partitions: int) -> list[range]:
    """All partitions, cut into what is read together: few of a small run, lest its files are opened over and over; of a
    large one three more for each unit of full size, lest a share outgrows memory.
    """
    count = min(partitions, max(4, units // 2, FULL_UNITS // 2 + 3 * (units - FULL_UNITS)))
    return [range(n * partitions // count, (n + 1) * partitions // count) for n in range(count)]


def pack(records: Array, keys: Array) -> Iterator[Packed]:
    """Records as (key, bytes), those of one key together. `keys`: integers, one a record."""
    order = np.argsort(keys, kind="stable")
    keys, records = keys[order], records[order]
    most = RECORD_BYTES // (records[:1].nbytes or 1)
    for key in np.unique(keys).tolist():
        first, last = (int(np.searchsorted(keys, key, side)) for side in ("left", "right"))
        for start in range(first, last, most):
            yield key, zstandard.compress(records[start : min(start + most, last)].tobytes(), LEVEL)


def records(pieces: Iterable[bytes], dtype: Any) -> Array:
    """The records of packed pieces, as one array."""
    pieces = [piece for piece in pieces if piece]
    ends = np.cumsum([zstandard.frame_content_size(piece) for piece in pieces], dtype=np.int64)
    found = np.empty(ends[-1] if pieces else 0, np.uint8)
    for piece, end in zip(pieces, ends.tolist(), strict=True):  # one at a time: they are many times as large as packed
        opened = np.frombuffer(zstandard.decompress(piece), np.uint8)
        found[end - len(opened) : end] = opened
    return found.view(dtype)
