"""Two runs at once into one output: the second is refused, and a dead run's lock lapses."""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import corpus
import pytest
import runs
from memory_files import MemoryFileSystem

from pipelines import lock
from pipelines.options import UsageError

LEASE = "mem://bucket/out/_lock"


def _hold(output: str, has_it: Event) -> None:
    with lock.held(output):
        has_it.set()
        time.sleep(60)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    """Another process that holds the folder `out`."""
    context = multiprocessing.get_context("spawn")
    has_it = context.Event()
    process = context.Process(target=_hold, args=(str(tmp_path / "out"), has_it))
    process.start()
    assert has_it.wait(30)
    yield process
    process.kill()
    process.join()


@pytest.fixture
def bucket() -> Iterator[None]:
    MemoryFileSystem.files.clear()
    yield
    MemoryFileSystem.files.clear()


def _leave_lease(age: int) -> None:
    renewed = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=age)
    lease = {"process": 7, "host": "elsewhere", "renewed": renewed.isoformat()}
    MemoryFileSystem.files[LEASE] = json.dumps(lease).encode()


def test_the_second_run_is_refused_and_told_who_holds_the_folder(
    holder: multiprocessing.process.BaseProcess, tmp_path: Path
) -> None:
    pages = corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(3))
    outcome = runs.copydesk("run", pages, "--output", tmp_path / "out", "--steps", "dedup")
    assert outcome.code == 2
    assert f"another run (process {holder.pid} on " in outcome.err
    assert runs.names(tmp_path / "out") == [lock.LOCK]


def test_the_lock_of_a_killed_run_is_no_lock(holder: multiprocessing.process.BaseProcess, tmp_path: Path) -> None:
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    assert (tmp_path / "out" / lock.LOCK).exists()
    with lock.held(str(tmp_path / "out")):
        pass
    assert not (tmp_path / "out" / lock.LOCK).exists()


def test_a_finished_run_leaves_no_lock(tmp_path: Path) -> None:
    pages = corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(3))
    runs.run(pages, "--steps", "dedup", output=tmp_path / "out")
    assert lock.LOCK not in runs.names(tmp_path / "out")


@pytest.mark.usefixtures("bucket")
def test_a_store_is_held_by_a_lease_that_ends_with_the_run() -> None:
    with lock.held("mem://bucket/out"):
        with pytest.raises(UsageError, match="another run"), lock.held("mem://bucket/out"):
            pass
        assert LEASE in MemoryFileSystem.files
    assert LEASE not in MemoryFileSystem.files


@pytest.mark.usefixtures("bucket")
def test_a_lease_that_is_renewed_is_respected() -> None:
    _leave_lease(age=lock.RENEW)
    with pytest.raises(UsageError, match="process 7 on elsewhere"), lock.held("mem://bucket/out"):
        pass


@pytest.mark.usefixtures("bucket")
def test_a_lease_that_nobody_renewed_has_lapsed() -> None:
    _leave_lease(age=lock.LAPSE + 1)
    with lock.held("mem://bucket/out"):
        pass


@pytest.mark.usefixtures("bucket")
def test_a_lease_is_renewed_while_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "RENEW", 0.01)
    with lock.held("mem://bucket/out"):
        first = MemoryFileSystem.files[LEASE]
        deadline = time.monotonic() + 5
        while MemoryFileSystem.files[LEASE] == first and time.monotonic() < deadline:
            time.sleep(0.01)
        assert MemoryFileSystem.files[LEASE] != first


@pytest.mark.usefixtures("bucket")
def test_a_lease_that_another_run_has_taken_is_neither_renewed_nor_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "RENEW", 0.01)
    with lock.held("mem://bucket/out"):
        _leave_lease(age=0)
        taken = MemoryFileSystem.files[LEASE]
        time.sleep(0.2)
        assert MemoryFileSystem.files[LEASE] == taken
    assert MemoryFileSystem.files[LEASE] == taken
