"""Candidate pairs on disk: one Arrow file a partition of keys, a record batch a unit, for the same reason as keys.

- `write`: the pairs of one partition
- `read`: those of one unit, from all partitions
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from transforms import files
from transforms.key_files import PARTITIONS
from transforms.packing import UNIT_BITS
from transforms.sketch_files import opened

Array = np.ndarray[Any, Any]

PAIRS = pa.schema([pa.field("a", pa.uint64(), nullable=False), pa.field("b", pa.uint64(), nullable=False)])


def write(work: str, part: int, pairs: Array, units: int) -> None:
    """Write the pairs (uint64, n x 2, sorted) that one partition of keys gave, by the unit of their first document."""
    bounds = np.searchsorted(pairs[:, 0] >> np.uint64(UNIT_BITS), np.arange(units + 1)).tolist()
    with files.draft(_path(work, part), work) as draft, pa.ipc.new_file(draft, PAIRS) as file:
        for first, last in pairwise(bounds):
            columns = [np.ascontiguousarray(pairs[first:last, side]) for side in (0, 1)]
            file.write_batch(pa.record_batch(columns, schema=PAIRS))


def read(work: str, unit: int) -> list[Array]:
    """The pairs (uint64, n x 2) whose first document is of this unit, of each partition."""
    found = []
    for part in range(PARTITIONS):
        with opened(_path(work, part)) as reader:
            batch = reader.get_batch(unit)
        found.append(np.column_stack([batch["a"].to_numpy(), batch["b"].to_numpy()]))
    return found


def _path(work: str, part: int) -> str:
    return files.join(work, "pairs", f"{part:02d}.arrow")
