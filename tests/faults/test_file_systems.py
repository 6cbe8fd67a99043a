"""File systems that are full, slow, failing, or change under a run: one clear message or a row of rejects/, no loss."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import corpus
import object_stores
import pytest
import runs
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from memory_files import MemoryFileSystem
from object_stores import BUSY, Gcs

from pipelines import output as outputs
from transforms import files

STEPS = ("--steps", "encoding,dedup")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", corpus.pages(60))
    corpus.write_jsonl(tmp_path / "in" / "b.jsonl", corpus.pages(40, 60))
    return tmp_path / "in"


def run(pages: str | Path, output: Path, code: int = 0) -> runs.Outcome:
    with runs.small_units():
        return runs.run(pages, *STEPS, output=output, code=code)


def before_the_run(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Make a change when the run has its plan and has read nothing yet."""
    prepare = outputs.prepare

    def prepared(*arguments: Any) -> bool:
        change()
        return prepare(*arguments)

    monkeypatch.setattr(outputs, "prepare", prepared)


@pytest.mark.parametrize("room", [0, 20_000, 200_000])
def test_a_full_disk_is_one_message_and_the_run_goes_on_when_there_is_room(
    room: int, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(pages, tmp_path / "undisturbed")
    write = files.Draft.write
    left = room

    def write_while_there_is_room(draft: files.Draft, data: Any) -> int:
        nonlocal left
        left -= memoryview(data).nbytes
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(draft, data)

    with monkeypatch.context() as full:
        full.setattr(files.Draft, "write", write_while_there_is_room)
        with runs.small_units():
            outcome = runs.copydesk("run", pages, *STEPS, "--output", tmp_path / "out")
    assert outcome.code in (1, 2)  # 2: not even the plan could be written
    assert "No space left on device" in outcome.err
    assert "Traceback" not in outcome.err
    run(pages, tmp_path / "out")
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(tmp_path / "undisturbed")


def test_an_input_that_vanishes_is_one_reject_and_exit_code_3(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_the_run(monkeypatch, (pages / "b.jsonl").unlink)
    run(pages, tmp_path / "out", code=3)
    counts = runs.counts(tmp_path / "out")
    assert counts["unreadable"] > 0
    assert counts["read"] == 60
    assert {row["source"] for row in runs.rows(tmp_path / "out", "rejects")} == {"b.jsonl"}


def test_a_file_that_grows_after_it_was_planned_loses_nothing(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow() -> None:
        with (pages / "b.jsonl").open("ab") as file:
            file.write(b'{"id": "late", "text": "Written while the run')

    before_the_run(monkeypatch, grow)
    run(pages, tmp_path / "out")
    counts = runs.counts(tmp_path / "out")
    assert counts["read"] in (100, 101)
    assert counts["read"] - sum(counts["rejected"].values()) == 100


class _Raw(io.RawIOBase):
    """A file that hands out a few bytes at a time, and fails where it is told to."""

    def __init__(self, data: bytes, fails_at: int | None = None, error: OSError | None = None) -> None:
        self._file = io.BytesIO(data)
        self._fails_at = fails_at
        self._error = error

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        if self._error and self._fails_at is not None and self._file.tell() >= self._fails_at:
            raise self._error
        return self._file.readinto(memoryview(buffer)[:97])


@pytest.fixture
def stored(pages: Path) -> Iterator[str]:
    """The pages on a file system in memory."""
    MemoryFileSystem.files.clear()
    for path in pages.iterdir():
        MemoryFileSystem.files[f"mem://in/{path.name}"] = path.read_bytes()
    yield "mem://in/*"
    MemoryFileSystem.files.clear()


def open_as(monkeypatch: pytest.MonkeyPatch, opened: Callable[[bytes, str], io.IOBase]) -> None:
    def open_raw(system: MemoryFileSystem, path: str, *_: Any, **__: Any) -> io.IOBase:
        return opened(system.files[path], path)

    monkeypatch.setattr(MemoryFileSystem, "open", open_raw)


def test_short_reads_change_nothing(stored: str, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(pages, tmp_path / "local")
    open_as(monkeypatch, lambda data, path: io.BufferedReader(_Raw(data), 128))
    run(stored, tmp_path / "out")
    assert runs.rows(tmp_path / "out", "stories") == runs.rows(tmp_path / "local", "stories")


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), TimeoutError("timed out")])
def test_a_file_that_fails_in_the_middle_costs_no_other_file_and_says_so(
    error: OSError, stored: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(data: bytes, path: str) -> io.IOBase:
        fails_at = len(data) // 2 if path.endswith("b.jsonl") else None
        return io.BufferedReader(_Raw(data, fails_at, error), 128)

    open_as(monkeypatch, opened)
    outcome = run(stored, tmp_path / "out", code=3)
    counts = runs.counts(tmp_path / "out")
    assert counts["unreadable"] >= 1
    assert 60 <= counts["read"] < 100
    assert "Traceback" not in outcome.err
    unreadable = [row for row in runs.rows(tmp_path / "out", "rejects") if row["position"] is None]
    assert all(str(error) in row["message"] for row in unreadable)


@pytest.fixture(scope="module")
def gcs() -> Iterator[Gcs]:
    with object_stores.gcs() as store:
        yield store


@pytest.mark.parametrize("status", BUSY)
def test_a_store_that_is_busy_is_asked_again(status: HTTPStatus, gcs: Gcs) -> None:
    name = f"busy-{status}.bin"
    path = f"{gcs.root}/{name}"
    gcs.fail = [status]
    files.write_bytes(path, b"content", f"{gcs.root}/_work")
    assert gcs.read(name) == b"content"
    for asked in (files.exists, files.read_bytes, files.listing):
        gcs.fail = [status]
        assert asked(path)
        assert not gcs.fail


@pytest.mark.slow
def test_a_store_that_is_busy_again_and_again_changes_nothing(
    gcs: Gcs, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.key_files.PARTITIONS", 2)  # fewer files, and so fewer requests
    for path in pages.iterdir():
        gcs.write(f"in/{path.name}", path.read_bytes())
    run(pages, tmp_path / "local")
    monkeypatch.setattr(gcs, "busy", 50)
    with runs.small_units():
        outcome = runs.copydesk("run", f"{gcs.root}/in", *STEPS, "--output", f"{gcs.root}/busy")
    monkeypatch.setattr(gcs, "busy", 0)
    assert outcome.code == 0, outcome.err
    assert gcs.refused > 5, gcs.requests
    for name in gcs.names("busy/"):
        path = tmp_path / "out" / name.removeprefix("busy/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gcs.read(name))
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(tmp_path / "local")


def test_a_store_that_refuses_is_not_asked_for_ever(gcs: Gcs) -> None:
    gcs.write("kept.bin", b"content")
    gcs.fail = [HTTPStatus.FORBIDDEN]
    with pytest.raises(Exception, match="403"):
        FileSystems.open(f"{gcs.root}/kept.bin", compression_type=CompressionTypes.UNCOMPRESSED).read()
    gcs.fail = []
