"""Copies of a store's files: fetched once, fetched anew when written anew, the oldest gone first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from apache_beam.io.filesystems import FileSystems
from memory_files import MemoryFileSystem

from transforms import local_copies

PATH = "mem://news/file"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    local_copies._copies.clear()
    MemoryFileSystem.files.clear()
    yield
    local_copies._copies.clear()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were read, in order."""
    paths: list[str] = []
    opened = FileSystems.open

    def noted(path: str, *rest: Any) -> Any:
        paths.append(path)
        return opened(path, *rest)

    monkeypatch.setattr(FileSystems, "open", noted)
    return paths


def bytes_of(path: str) -> bytes:
    return local_copies.buffer(path).to_pybytes()


def test_a_file_is_fetched_once(fetched: list[str]) -> None:
    MemoryFileSystem.files[PATH] = b"content"
    assert [bytes_of(PATH), bytes_of(PATH)] == [b"content"] * 2
    assert fetched == [PATH]


def test_a_file_that_was_written_anew_is_fetched_anew(fetched: list[str]) -> None:
    MemoryFileSystem.files[PATH] = b"first"
    before = local_copies.buffer(PATH)
    MemoryFileSystem.files[PATH] = b"other"
    assert bytes_of(PATH) == b"other"
    assert before.to_pybytes() == b"first"
    assert len(fetched) == 2


def test_the_one_asked_for_longest_ago_goes_first(fetched: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_copies, "KEPT_BYTES", 20)
    paths = [f"{PATH}{number}" for number in range(3)]
    for path in paths:
        MemoryFileSystem.files[path] = path.encode()[-9:]
    for path in (*paths[:2], paths[0], paths[2]):
        held = local_copies.buffer(path)
    bytes_of(paths[0])
    assert fetched == paths
    bytes_of(paths[1])
    assert fetched == [*paths, paths[1]]
    assert held.to_pybytes() == paths[2].encode()[-9:]


def test_a_file_larger_than_what_is_kept_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_copies, "KEPT_BYTES", 3)
    MemoryFileSystem.files[PATH] = b"content"
    assert bytes_of(PATH) == b"content"


def test_an_empty_file_is_empty() -> None:
    MemoryFileSystem.files[PATH] = b""
    assert bytes_of(PATH) == b""
