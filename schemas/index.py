"""The near-duplicate index: sketches of the stories that earlier runs kept.

    INDEX/index.json                     the pointer: which runs count, in the order of their dates, and for how long
    INDEX/RUN/part-00042.sketches.arrow  the kept stories of a unit of that run, columns of `INDEXED`
    INDEX/RUN/part-00042.keys.arrow      their keys, a record batch a partition

A run's folder never changes once the pointer names it; a run that fails leaves the pointer as it was.
"""

import datetime

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.dataset import column
from schemas.sketch import SKETCH

VERSION = 1
PERMUTATIONS = 128

INDEXED = SKETCH.append(
    column(
        "signature",
        pa.list_(pa.field("element", pa.uint32(), nullable=False), PERMUTATIONS),
        "datasketch's MinHash of the shingles (affine32, seed 1)",
    )
)

# What makes sketches of two runs comparable; runs with other sketches cannot share an index.
SKETCHES: dict[str, int | str] = {
    "permutations": PERMUTATIONS,
    "keys": 2,  # what `transforms.neardup.keys` gives for a story; counted up where that changes
    "columns": ", ".join(f"{field.name} {field.type}" for field in INDEXED),
}

KEYS = pa.schema(
    [
        column("key", pa.uint64(), "as in `schemas.sketch.KEY`"),
        column("row", pa.uint32(), "row of the story in the part's sketches"),
    ]
)


class IndexedRun(BaseModel):
    """A run in the index: its name, date, identity of its plan, numbers of its parts."""

    model_config = ConfigDict(frozen=True)

    name: str
    date: datetime.date
    identity: str
    parts: tuple[int, ...]

    @property
    def folder(self) -> str:
        """Its folder's name, as `schemas.plan.Plan.run_folder`."""
        return f"{self.name}-{self.identity[:12]}"


class Pointer(BaseModel):
    """`index.json`; `window_days`: the longest window that any run has looked back."""

    version: int = VERSION
    sketches: dict[str, int | str] = SKETCHES
    window_days: int = 0
    runs: tuple[IndexedRun, ...] = ()


class IndexPart(BaseModel):
    """A part of an earlier run that this run compares with, as the plan lists it."""

    model_config = ConfigDict(frozen=True)

    run: str
    identity: str
    path: str
    """Of the part's files, less `.sketches.arrow` and `.keys.arrow`."""
