"""Stories and edits on their way from cleaning to the final files.

On a local disk they are Arrow streams: what is written once and read once gains nothing by Parquet's encodings, and is
mapped into memory. On an object store they are Parquet files, of which less travels.

- `path_of`: where a unit's wait
- `writer`: a context that writes one file, which appears when the block ends well
- `batches`: its rows some at a time, `rows_of`: those of some documents
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms import files, manifests, tables
from transforms.report import lookup
from transforms.tables import TableWriter, Written


class StreamWriter:
    """Writes each table as it comes: a stream, as each has dictionaries of its own.

    `written` is set when the file is whole; without rows there is no file.
    """

    def __init__(self, path: str, schema: pa.Schema, work: str) -> None:
        self.path, self._schema, self._work = path, schema, work
        self._stack = contextlib.ExitStack()
        self._stream: Any = None
        self._draft: files.Draft | None = None
        self._rows = 0
        self.written: Written | None = None

    def write(self, table: pa.Table) -> None:
        """Add rows; the columns are put in the schema's order and types."""
        if not table.num_rows:
            return
        if self._draft is None:
            self._draft = self._stack.enter_context(files.draft(self.path, self._work))
            self._stream = self._stack.enter_context(pa.ipc.new_stream(self._draft, self._schema))
        self._stream.write_table(table.select(self._schema.names).cast(self._schema))
        self._rows += table.num_rows

    def __enter__(self) -> StreamWriter:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)
        if self._draft is not None and error[0] is None:
            self.written = Written(self._rows, self._draft.size, self._draft.checksum)


def path_of(work: str, unit: int, dataset: str) -> str:
    return files.join(manifests.unit_folder(work, unit), f"{dataset}.{'parquet' if '://' in work else 'arrow'}")


def writer(path: str, schema: pa.Schema, work: str) -> StreamWriter | TableWriter:
    return tables.writer(path, schema, work, "lz4") if "://" in path else StreamWriter(path, schema, work)


def batches(path: str) -> Iterator[pa.Table]:
    """A file's rows, some at a time."""
    if "://" in path:
        yield from tables.batches(path)
        return
    with pa.memory_map(path) as source, pa.ipc.open_stream(source) as stream:
        for batch in stream:
            yield pa.Table.from_batches([batch])


def rows_of(path: str, documents: Iterable[int], columns: Sequence[str]) -> list[lookup.Row]:
    """The rows of these documents, in the order of the file."""
    if "://" in path:
        return lookup.rows_of(path, documents, columns)
    asked = pa.array(sorted(set(documents)), pa.uint64())
    found = []
    for table in batches(path):
        found += table.select(columns).filter(pc.is_in(table["document"], asked)).to_pylist()
    return found
