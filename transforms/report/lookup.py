"""A few rows out of large Parquet files: only the row groups that hold them are read.

- `rows_at`: rows by their number in the file
- `rows_of`: rows by their document, in files that are sorted by it
- `rows_where`: rows by the value of any column
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms import files

Row = dict[str, Any]


def rows_at(path: str, numbers: Iterable[int], columns: Sequence[str] | None = None) -> list[Row]:
    """The rows with these numbers, in the order of the file."""
    wanted = sorted(set(numbers))
    with files.open_binary(path) as file:
        parquet = pq.ParquetFile(file, pre_buffer=False)
        found: list[Row] = []
        first = 0
        for group in range(parquet.num_row_groups):
            end = first + parquet.metadata.row_group(group).num_rows
            if here := [number - first for number in wanted if first <= number < end]:
                found += _read(parquet, group, columns).take(pa.array(here)).to_pylist()
            first = end
        return found


def rows_of(path: str, documents: Iterable[int], columns: Sequence[str] | None = None) -> list[Row]:
    """All rows of these documents, in the order of the file."""
    wanted = sorted(set(documents))
    asked = pa.array(wanted, pa.uint64())
    with files.open_binary(path) as file:
        parquet = pq.ParquetFile(file, pre_buffer=False)
        found: list[Row] = []
        for group in _groups_with(parquet, wanted):
            table = _read(parquet, group, columns)
            found += table.filter(pc.is_in(table["document"], asked)).to_pylist()
        return found


def rows_where(path: str, column: str, values: pa.Array, columns: Sequence[str] | None = None) -> list[Row]:
    """All rows whose `column` has one of these values; other columns are read only of row groups that have one."""
    with files.open_binary(path) as file:
        parquet = pq.ParquetFile(file, pre_buffer=False)
        found: list[Row] = []
        for group in range(parquet.num_row_groups):
            hits = pc.is_in(_read(parquet, group, [column])[column], values)
            if pc.any(hits).as_py():
                found += _read(parquet, group, columns).filter(hits).to_pylist()
        return found


def _groups_with(parquet: Any, documents: list[int]) -> Iterator[int]:
    """Row groups whose range of documents, by their statistics, holds one of these, which are sorted."""
    column = parquet.schema_arrow.get_field_index("document")
    for group in range(parquet.num_row_groups):
        statistics = parquet.metadata.row_group(group).column(column).statistics
        first = bisect.bisect_left(documents, statistics.min)
        if first < len(documents) and documents[first] <= statistics.max:
            yield group


def _read(parquet: Any, group: int, columns: Sequence[str] | None) -> pa.Table:
    return parquet.read_row_group(group, list(columns) if columns else None, use_threads=False)
