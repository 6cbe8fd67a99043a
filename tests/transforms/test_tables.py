"""Tables: the same file whatever the cut of the rows that were written."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms import tables

SCHEMA = pa.schema([("n", pa.int64()), ("text", pa.string()), ("kind", pa.dictionary(pa.int32(), pa.string()))])
ROWS = 120


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "GROUP_ROWS", 32)
    monkeypatch.setattr(tables, "GROUP_BYTES", 4000)


def rows_from(first: int, last: int) -> pa.Table:
    """Rows of every length; `kind` with a dictionary of its own for each table."""
    numbers = range(first, last)
    return pa.table(
        {
            "n": list(numbers),
            "text": ["x" * (n * 37 % 700) for n in numbers],
            "kind": pa.array([f"k{n % 5}" for n in numbers]).dictionary_encode(),
        }
    )


def write(path: Path, parts: list[pa.Table]) -> tables.Written | None:
    with tables.writer(str(path), SCHEMA, str(path.parent / "_work")) as file:
        for part in parts:
            file.write(part)
    return file.written


@given(cuts=st.lists(st.integers(0, ROWS), max_size=12).map(sorted))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_bytes_do_not_depend_on_the_cut_of_the_rows(cuts: list[int], tmp_path: Path) -> None:
    whole = write(tmp_path / "whole", [rows_from(0, ROWS)])
    cut = write(tmp_path / "cut", [rows_from(*bounds) for bounds in itertools.pairwise([0, *cuts, ROWS])])
    assert cut == whole
    assert (tmp_path / "cut").read_bytes() == (tmp_path / "whole").read_bytes()


def test_a_row_group_ends_at_whichever_limit_comes_first(tmp_path: Path) -> None:
    write(tmp_path / "short", [pa.table({"n": list(range(70)), "text": ["x"] * 70, "kind": ["k"] * 70})])
    assert group_rows(tmp_path / "short") == [32, 32, 6]
    write(tmp_path / "long", [pa.table({"n": [1, 2, 3], "text": ["x" * 1800] * 3, "kind": ["k"] * 3})])
    assert group_rows(tmp_path / "long") == [2, 1]


def test_a_row_above_the_limit_of_bytes_is_a_group_of_its_own(tmp_path: Path) -> None:
    sizes = [10, 9000, 10, 10]
    write(tmp_path / "a", [pa.table({"n": [1] * 4, "text": ["x" * size for size in sizes], "kind": ["k"] * 4})])
    assert group_rows(tmp_path / "a") == [1, 1, 2]


def group_rows(path: Path) -> list[int]:
    metadata = pq.read_metadata(path)
    return [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]


def test_what_was_written_is_told(tmp_path: Path) -> None:
    written = write(tmp_path / "a", [rows_from(0, 50)])
    assert written is not None
    assert (written.rows, written.size) == (50, (tmp_path / "a").stat().st_size)
    assert tables.rows_of(str(tmp_path / "a")) == 50


def test_without_rows_there_is_no_file(tmp_path: Path) -> None:
    assert write(tmp_path / "a", [rows_from(0, 0)]) is None
    assert write(tmp_path / "a", []) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_rows_has_the_columns_all_the_same(tmp_path: Path) -> None:
    written = tables.write_empty(str(tmp_path / "a"), SCHEMA, str(tmp_path / "_work"))
    assert written.rows == 0
    assert pq.read_table(tmp_path / "a").schema.equals(SCHEMA)
    assert pq.read_metadata(tmp_path / "a").num_row_groups == 0


def test_rows_are_read_in_order_a_few_at_a_time(tmp_path: Path) -> None:
    write(tmp_path / "a", [rows_from(0, ROWS)])
    parts = list(tables.batches(str(tmp_path / "a"), rows=50))
    assert max(part.num_rows for part in parts) <= 50
    assert pa.concat_tables(parts)["n"].to_pylist() == list(range(ROWS))
    assert tables.read(str(tmp_path / "a"), ["text"]).schema.names == ["text"]


def test_columns_are_put_in_order_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    shuffled = rows_from(0, 3).select(["kind", "text", "n"])
    write(tmp_path / "a", [shuffled])
    assert pq.read_schema(tmp_path / "a").names == SCHEMA.names
    with pytest.raises(KeyError, match="kind"):
        write(tmp_path / "b", [rows_from(0, 3).drop(["kind"])])
    assert not (tmp_path / "b").exists()


def test_a_file_that_cannot_be_ended_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    file = tables.writer(str(tmp_path / "t"), SCHEMA, str(tmp_path)).__enter__()
    file.write(rows_from(0, 40))  # a row group is on the disk, another waits
    monkeypatch.setattr(pq.ParquetWriter, "write_table", fail)
    with pytest.raises(OSError, match="no space left"):
        file.__exit__(None)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.written is None
