"""Packed records: what is shuffled, NumPy records as bytes under a small number.

A Beam element costs the same whatever it holds, so records travel by the thousand; and no element is over a megabyte,
as Flink refuses records near ten. Pieces are compressed: pairs to a quarter, keys to two thirds, and the local runner
holds what it groups in memory several times over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import zstandard

from schemas.sketch import KEY

Array = np.ndarray[Any, Any]

Packed = tuple[int, bytes]
Grouped = tuple[int, Iterable[bytes]]

# Before compression; zstd at its fastest, as only the shuffle gains.
RECORD_BYTES = 1 << 20
LEVEL = 1


# A key as it is shuffled: its document is a row of the unit that stands in front of the piece, which saves a quarter.
ROW_KEY = np.dtype([("key", "<u8"), ("row", "<u4")])
UNIT = np.dtype("<u4")
UNIT_BITS = 32


def pack_keys(keys: Array, partitions: Array) -> Iterator[Packed]:
    """Keys (dtype `schemas.sketch.KEY`) of one unit's documents as (partition, bytes). Undone by `unpack_keys`."""
    if len(keys):
        rows = np.empty(len(keys), ROW_KEY)
        rows["key"], rows["row"] = keys["key"], keys["document"] & np.uint64(2**UNIT_BITS - 1)
        unit = (keys["document"][:1] >> np.uint64(UNIT_BITS)).astype(UNIT).tobytes()
        for partition, piece in pack(rows, partitions):
            yield partition, unit + piece


def unpack_keys(pieces: Iterable[bytes]) -> Array:
    """The keys of packed pieces, of any units, as records of dtype `schemas.sketch.KEY`."""
    found = [np.empty(0, KEY)]
    for piece in pieces:
        rows = records([piece[UNIT.itemsize :]], ROW_KEY)
        keys = np.empty(len(rows), KEY)
        unit = np.frombuffer(piece, UNIT, 1)[0].astype(np.uint64)
        keys["key"], keys["document"] = rows["key"], (unit << np.uint64(UNIT_BITS)) + rows["row"]
        found.append(keys)
    return np.concatenate(found)


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
    """The records of packed pieces, as one array that is read only."""
    return np.frombuffer(b"".join(zstandard.decompress(piece) for piece in pieces if piece), dtype)
