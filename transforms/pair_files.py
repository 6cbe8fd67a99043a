"""Candidate pairs on disk: one Arrow file a share of the keys, a record batch a unit, for the same reason as keys.

- `write`: the pairs of one share
- `read`: those of one unit, from all shares
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from transforms import files
from transforms.neardup.candidates import VOTE
from transforms.neardup.clusters import of_earlier_run
from transforms.packing import UNIT_BITS
from transforms.sketch_files import opened

Array = np.ndarray[Any, Any]

PAIRS = pa.schema(
    [pa.field(name, pa.from_numpy_dtype(VOTE[name]), nullable=False) for name in ("a", "b", "votes", "words")]
)


def write(work: str, share: int, pairs: Array, units: int) -> None:
    """Write the pairs (dtype `VOTE`) that one share of the keys gave, by the unit of their later document.

    The earlier one is often the star of a large bucket, and the first units would have a share of all pairs of the
    corpus. Of a pair with a story of an earlier run, that of this run counts.
    """
    mine = np.where(of_earlier_run(pairs["b"]), pairs["a"], pairs["b"]) >> np.uint64(UNIT_BITS)
    mine = mine.astype(np.min_scalar_type(units))  # small numbers are sorted by counting
    pairs = pairs[np.argsort(mine, kind="stable")]
    bounds = np.cumsum([0, *np.bincount(mine, minlength=units)]).tolist()
    with files.gathered(_path(work, share), work) as draft, pa.ipc.new_file(draft, PAIRS) as file:
        for first, last in pairwise(bounds):
            columns = [np.ascontiguousarray(pairs[name][first:last]) for name in PAIRS.names]
            file.write_batch(pa.record_batch(columns, schema=PAIRS))


def read(work: str, unit: int, shares: int) -> list[Array]:
    """The pairs (dtype `VOTE`) that are one unit's, of each share."""
    found = []
    for share in range(shares):
        with opened(_path(work, share)) as reader:
            batch = reader.get_batch(unit)
        pairs = np.empty(batch.num_rows, VOTE)
        for name in PAIRS.names:
            pairs[name] = batch[name].to_numpy()
        found.append(pairs)
    return found


def _path(work: str, share: int) -> str:
    return files.join(work, "pairs", f"{share:02d}.arrow")
