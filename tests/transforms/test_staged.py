"""What waits for the decisions about copies: it comes back as it went, whatever dictionaries its tables had."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from memory_files import MemoryFileSystem

from transforms import staged
from transforms.tables import TableWriter

SCHEMA = pa.schema([("document", pa.uint64()), ("text", pa.string()), ("rule", pa.dictionary(pa.int32(), pa.string()))])
ROWS = [{"document": n, "text": "ferry " * (n % 7), "rule": f"r{n // 10}"} for n in range(40)]


def part(first: int, last: int) -> pa.Table:
    return pa.Table.from_pylist(ROWS[first:last], schema=SCHEMA)


def write(path: str, work: str, parts: list[pa.Table]) -> staged.StreamWriter | TableWriter:
    with staged.writer(path, SCHEMA, work) as file:
        for one in parts:
            file.write(one)
    return file


@pytest.mark.parametrize("place", ["", "mem://staged"])
def test_rows_come_back_as_they_went(tmp_path: Path, place: str) -> None:
    work = place or str(tmp_path)
    path = staged.path_of(work, 7, "stories")
    parts = [part(0, 15), part(15, 15), pa.concat_tables([part(15, 20), part(20, 40)])]
    written = write(path, work, parts).written
    size = len(MemoryFileSystem.files[path]) if place else Path(path).stat().st_size
    assert written is not None
    assert (written.rows, written.size) == (40, size)
    assert pa.concat_tables(staged.batches(path)).to_pylist() == ROWS
    assert staged.rows_of(path, [31, 2, 99, 2], ("document", "rule")) == [
        {"document": 2, "rule": "r0"},
        {"document": 31, "rule": "r3"},
    ]


def test_without_rows_there_is_no_file(tmp_path: Path) -> None:
    assert write(str(tmp_path / "a"), str(tmp_path), [part(3, 3)]).written is None
    assert not list(tmp_path.iterdir())


def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="text"):
        write(str(tmp_path / "a"), str(tmp_path), [part(0, 3), part(3, 5).drop(["text"])])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
