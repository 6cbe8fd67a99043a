"""Stories and edits on their way from cleaning to the final files: Arrow streams under `_work`.

- `StagedWriter`: a context that writes one, which appears when the block ends well
- `batches`: its rows as they were written, `rows_of`: those of some documents

What is staged is written once and read once, so Parquet's encodings do not pay; a stream, as each batch has
dictionaries of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms import files
from transforms.tables import Written


class StagedWriter:
    """Writes each table as it comes. `written` is set when the file is whole; without rows there is no file."""

    def __init__(self, path: str, schema: pa.Schema, work: str) -> None:
        self.path, self._schema, self._work = path, schema, work
        self._stack = contextlib.ExitStack()
        self._stream: Any = None
        self._draft: files.Draft | None = None
        self._rows = 0
        self.written: Written | None = None

    def write(self, table: pa.Table) -> None:
        """Add rows, the columns in the schema's order and types."""
        if not table.num_rows:
            return
        if self._draft is None:
            self._draft = self._stack.enter_context(files.draft(self.path, self._work))
            codec = "lz4" if "://" in self._work else None  # to a store what travels counts, else the time
            options = pa.ipc.IpcWriteOptions(compression=codec)
            self._stream = self._stack.enter_context(pa.ipc.new_stream(self._draft, self._schema, options=options))
        self._stream.write_table(table.select(self._schema.names).cast(self._schema))
        self._rows += table.num_rows

    def __enter__(self) -> StagedWriter:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)
        if self._draft is not None and error[0] is None:
            self.written = Written(self._rows, self._draft.size, self._draft.checksum)


def batches(path: str) -> Iterator[pa.Table]:
    """The tables that were written; of a local file mapped into memory."""
    source = files.open_binary(path) if "://" in path else pa.memory_map(path)
    with source, pa.ipc.open_stream(source) as stream:
        for batch in stream:
            yield pa.Table.from_batches([batch])


def rows_of(path: str, documents: Iterable[int], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these documents, in the order of the file."""
    asked = pa.array(sorted(set(documents)), pa.uint64())
    found = []
    for table in batches(path):
        found += table.select(columns).filter(pc.is_in(table["document"], asked)).to_pylist()
    return found
