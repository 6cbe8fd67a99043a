"""Keys on disk: one Arrow file a unit, a record batch a partition, so that a partition is read without the others.

- `write`: a unit's keys
- `read`: those of some partitions
- `shares`: which partitions are read together

Keys wait in files, not in the shuffle: the local runner holds what it shuffles in memory several times over, and this
is a kilobyte a story.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.index import KEYS
from schemas.sketch import KEY
from transforms import files, manifests, packing
from transforms.neardup.keys import partition
from transforms.packing import UNIT_BITS
from transforms.sketch_files import opened

Array = np.ndarray[Any, Any]

PARTITIONS = 256


def shares(units: int) -> list[range]:
    """Which partitions are read together."""
    return packing.shares(units, PARTITIONS)


def path_of(work: str, unit: int) -> str:
    return files.join(manifests.unit_folder(work, unit), "keys.arrow")


def write(path: str, keys: Array, work: str) -> None:
    """Write keys (dtype `KEY`) of documents of one unit, whose rows alone are kept. Drafts wait under `work`."""
    # numbers of a byte are sorted by counting
    parts = partition(keys, PARTITIONS).astype(np.min_scalar_type(PARTITIONS - 1))
    keys = keys[np.argsort(parts, kind="stable")]
    rows = (keys["document"] & np.uint64(2**UNIT_BITS - 1)).astype(np.uint32)
    bounds = np.cumsum([0, *np.bincount(parts, minlength=PARTITIONS)]).tolist()
    with files.gathered(path, work) as draft, pa.ipc.new_file(draft, KEYS) as file:
        for first, last in pairwise(bounds):
            file.write_batch(pa.record_batch([keys["key"][first:last], rows[first:last]], schema=KEYS))


def read(path: str, parts: range, unit: int) -> Array:
    """The keys (dtype `KEY`) of some partitions, of documents of this unit."""
    with opened(path) as reader:
        batches = [reader.get_batch(part) for part in parts]
    keys = np.empty(sum(batch.num_rows for batch in batches), KEY)
    keys["key"] = np.concatenate([batch["key"].to_numpy() for batch in batches])
    keys["document"] = np.concatenate([batch["row"].to_numpy() for batch in batches])
    keys["document"] += np.uint64(unit) << np.uint64(UNIT_BITS)
    return keys
