"""Sketches on disk: one Arrow file a unit, so that verification takes the rows it needs and no more.

- `writer`: gathers a unit's sketches into few large record batches
- `batches`: all sketches of a unit
- `at`: the sketches of given documents, of any units

Files are mapped into memory, of those that are not local a copy: taking a story's row touches that row's pages of the
file alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.plan import Plan
from schemas.sketch import SKETCH
from transforms import files, local_copies, manifests
from transforms.neardup.coverage import Lists
from transforms.packing import UNIT_BITS

Array = np.ndarray[Any, Any]

# Few batches, so that a row is found at once; not one, so that a unit of any size streams: some 12 MB each.
BATCH_ROWS = 4096
FIRST_INDEXED = 1 << 31
"""The first unit that stands for a part of the index."""


class SketchWriter:
    """Gathers sketches, of the schema given; `path` appears when the block ends well, also without a row."""

    def __init__(self, path: str, work: str, schema: pa.Schema = SKETCH) -> None:
        self._stack = contextlib.ExitStack()
        self._path, self._work, self._schema = path, work, schema
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write(self, sketches: pa.Table) -> None:
        self._waiting.append(sketches)
        self._rows += sketches.num_rows
        if self._rows >= BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        gathered = pa.concat_tables(self._waiting).combine_chunks()
        self._waiting.clear()
        self._rows = 0
        self._file.write_table(gathered)

    def __enter__(self) -> SketchWriter:
        draft = self._stack.enter_context(files.draft(self._path, self._work, hashed=False))
        self._file = pa.ipc.new_file(draft, self._schema)
        self._stack.callback(self._file.close)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._stack.__exit__(kind, *rest)  # type: ignore[arg-type]
            return
        with self._stack:  # what fails here discards the draft, too
            if self._waiting:
                self._flush()


def path_of(plan: Plan, work: str, unit: int) -> str:
    """Where a unit's sketches lie: under `_work`, or in the index for a part of it."""
    if unit >= FIRST_INDEXED:
        return f"{plan.index[unit - FIRST_INDEXED].path}.sketches.arrow"
    return files.join(manifests.unit_folder(work, unit), "sketches.arrow")


@contextlib.contextmanager
def opened(path: str) -> Iterator[Any]:
    """A reader of an Arrow file, mapped into memory: of one that is not local a copy."""
    source = local_copies.buffer(path) if "://" in path else pa.memory_map(path)
    with pa.ipc.open_file(source) as reader:
        yield reader


def batches(plan: Plan, work: str, unit: int, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The sketches of a unit, some at a time; the rows of an index part are numbered as documents of this run."""
    rows = 0
    with opened(path_of(plan, work, unit)) as reader:
        for number in range(reader.num_record_batches):
            # all columns are mapped: those that nobody looks at cost nothing, and having Arrow leave them out does
            table = pa.Table.from_batches([reader.get_batch(number)]).select(columns or SKETCH.names)
            if unit >= FIRST_INDEXED:
                documents = np.arange(rows, rows + len(table), dtype=np.uint64) + (
                    np.uint64(unit) << np.uint64(UNIT_BITS)
                )
                table = table.set_column(0, SKETCH.field("document"), pa.array(documents))
            rows += len(table)
            yield table


def at(plan: Plan, work: str, documents: Array, columns: Sequence[str] | None = None) -> pa.Table:
    """The sketches of `documents` (uint64, sorted, distinct), in their order.

    Raises KeyError where one has none.
    """
    found = [SKETCH.empty_table().select(columns or SKETCH.names)]
    units = documents >> np.uint64(UNIT_BITS)
    for unit in np.unique(units).tolist():
        wanted = documents[np.searchsorted(units, unit) : np.searchsorted(units, unit, side="right")]
        for table in batches(plan, work, unit, columns):
            here = table["document"].to_numpy()
            places = np.searchsorted(here, wanted)
            places = places[here[np.minimum(places, len(here) - 1)] == wanted]
            found.append(pa.table([_taken(column, places) for column in table.columns], schema=table.schema))
    out = pa.concat_tables(found)
    if out.num_rows != len(documents):
        missing = np.setdiff1d(documents, out["document"].to_numpy())
        raise KeyError(f"no sketch of document {missing[0]}")
    return out


def _taken(column: pa.ChunkedArray, places: Array) -> pa.Array | pa.ChunkedArray:
    """Some rows of a column. Long lists are copied as they lie: Arrow copies value by value."""
    if not pa.types.is_list(column.type) or column.type.value_type.bit_width != 32:
        return column.take(pa.array(places))
    lists = Lists.of(column).take(places)
    return pa.ListArray.from_arrays(pa.array(lists.first, pa.int32()), pa.array(lists.values), type=column.type)
