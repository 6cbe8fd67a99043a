"""Parquet files written a table at a time, the same bytes however the rows arrive.

- `writer`: a context that gathers tables and writes one file, which appears when the block ends well
- `rows_of`, `batches`, `read`: a file's number of rows (from its footer), its rows in batches, all of it
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms import files

# A row group ends at whichever comes first; writers and readers hold one in memory, and skip by its statistics.
GROUP_ROWS, GROUP_BYTES = 16_384, 16 << 20


@dataclass(frozen=True)
class Written:
    """What a finished file holds: rows, size in bytes, xxh3-128 of its bytes in hex."""

    rows: int
    size: int
    checksum: str


class TableWriter:
    """Gathers tables into row groups by a fixed rule. `written` is set when the file is whole, if it has rows."""

    def __init__(self, path: str, schema: pa.Schema, work: str, codec: str) -> None:
        self.path, self._schema, self._work, self._codec = path, schema, work, codec
        self._stack = contextlib.ExitStack()
        self._parquet: pq.ParquetWriter | None = None
        self._draft: files.Draft | None = None
        self._waiting: list[pa.Table] = []
        self._rows = self._group_rows = self._group_bytes = 0
        self.written: Written | None = None

    def write(self, table: pa.Table) -> None:
        """Add rows; the columns are put in the schema's order and types."""
        table = table.select(self._schema.names).cast(self._schema)
        sizes = _row_sizes(table)
        while table.num_rows:
            ends = self._group_bytes + np.cumsum(sizes)
            fitting = int(np.searchsorted(ends, GROUP_BYTES, side="right"))
            take = min(table.num_rows, GROUP_ROWS - self._group_rows, max(fitting, 0 if self._group_rows else 1))
            if take:
                self._waiting.append(table.slice(0, take))
                self._group_rows += take
                self._group_bytes = int(ends[take - 1])
                table, sizes = table.slice(take), sizes[take:]
            if table.num_rows:
                self._end_group()

    def _end_group(self) -> None:
        group = _dictionaries_anew(pa.concat_tables(self._waiting)).combine_chunks()
        self._waiting.clear()
        self._rows += self._group_rows
        self._group_rows = self._group_bytes = 0
        if self._parquet is None:
            self._draft = self._stack.enter_context(files.draft(self.path, self._work))
            # zstd finds what repeats in rows of their own, and dictionaries of those take a fifth longer; not in edits,
            # of which many have one id
            coded = any(pa.types.is_dictionary(field.type) for field in self._schema)
            self._parquet = pq.ParquetWriter(self._draft, self._schema, compression=self._codec, use_dictionary=coded)
            # closed even after an error, or its destructor would write to a closed file; the draft is then discarded
            self._stack.callback(self._parquet.close)
        self._parquet.write_table(group, row_group_size=GROUP_ROWS)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._stack.__exit__(kind, *rest)  # type: ignore[arg-type]
            return
        with self._stack:  # what fails here discards the draft, too
            if self._group_rows:
                self._end_group()
        if self._draft is not None:
            self.written = Written(self._rows, self._draft.size, self._draft.checksum)


def writer(path: str, schema: pa.Schema, work: str, codec: str = "zstd") -> TableWriter:
    """A context that writes one Parquet file of `schema`; without rows there is no file."""
    return TableWriter(path, schema, work, codec)


def write_empty(path: str, schema: pa.Schema, work: str) -> Written:
    """A file without rows, for a dataset that has none: readers find its columns all the same.

    It has no row group either: `datasets` fails to stream one without rows.
    """
    with files.draft(path, work) as file:
        pq.ParquetWriter(file, schema).close()
    return Written(0, file.size, file.checksum)


def rows_of(path: str) -> int:
    with files.open_binary(path) as file:
        return int(pq.ParquetFile(file).metadata.num_rows)


def batches(path: str, rows: int = 2048) -> Iterator[pa.Table]:
    """A file's rows, some at a time."""
    with files.open_binary(path) as file:
        parquet = pq.ParquetFile(file, pre_buffer=False)
        for batch in parquet.iter_batches(rows, use_threads=False):
            yield pa.Table.from_batches([batch])


def read(path: str, columns: list[str] | None = None) -> pa.Table:
    """A file, whole, or some of its columns."""
    with files.open_binary(path) as file:
        return pq.ParquetFile(file).read(columns, use_threads=False)


def _dictionaries_anew(group: pa.Table) -> pa.Table:
    """Dictionaries that hold the group's own values in the order of its rows, whatever those that came held."""
    for number, field in enumerate(group.schema):
        if pa.types.is_dictionary(field.type):
            values = group[field.name].cast(field.type.value_type).combine_chunks()
            group = group.set_column(number, field, values.dictionary_encode())
    return group


def _row_sizes(table: pa.Table) -> np.ndarray:
    """Bytes that each row's strings take (int64), with a little for the rest."""
    sizes = np.full(table.num_rows, 64, np.int64)
    for field in table.schema:
        if pa.types.is_string(field.type):
            lengths = pc.fill_null(pc.binary_length(table[field.name]), 0)
            sizes += lengths.to_numpy().astype(np.int64)
    return sizes
