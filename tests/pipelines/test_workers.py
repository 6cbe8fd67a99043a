"""Worker processes of a local run: what they are made of, and how they end."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from pipelines import workers

SECONDS = 60.0  # for what takes one where nothing else runs

STARTED_AND_LEFT = """
import os
from pipelines import worker, workers
worker.LOOK_EVERY = 3600  # a fork does not have to look
with workers.started(2, verbose=False) as waiting:
    print(type(waiting[0].process).__name__, *(worker.process.pid for worker in waiting), flush=True)
    os._exit(0)  # as if it had been killed
"""


@pytest.fixture
def left() -> tuple[str, list[int]]:
    """What workers were that a run started in which nothing else ran, and their numbers; the run is gone."""
    run = subprocess.run([sys.executable, "-c", STARTED_AND_LEFT], capture_output=True, text=True, check=True)
    kind, *numbers = run.stdout.split()
    return kind, [int(number) for number in numbers]


@pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")
def test_a_run_without_threads_forks_its_workers(left: tuple[str, list[int]]) -> None:
    assert left[0] == "ForkProcess"


def test_workers_that_wait_end_when_their_run_is_gone(left: tuple[str, list[int]]) -> None:
    until = time.monotonic() + SECONDS
    while alive := [number for number in left[1] if _runs(number)]:
        assert time.monotonic() < until, alive
        time.sleep(0.05)


def _runs(number: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    return False


def test_nothing_is_forked_among_threads() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        with workers.started(1, verbose=False) as (worker,):
            assert type(worker.process).__name__ == "SpawnProcess"
    finally:
        stop.set()
        other.join()


def test_a_worker_that_is_killed_is_told_with_its_signal() -> None:
    with workers.started(1, verbose=False) as (worker,):
        worker.process.kill()
        worker.begin({"WORKER_ID": "worker_0"})
        with pytest.raises(workers.WorkerDiedError, match=r"^signal 9$"):
            worker.join()


def test_a_worker_that_cannot_work_is_told_with_its_exit_code() -> None:
    with workers.started(1, verbose=False) as (worker,):
        worker.begin({})  # nothing says where its work comes from
        with pytest.raises(workers.WorkerDiedError, match=r"^exit code 1$"):
            worker.join()


def test_none_is_left_behind() -> None:
    with workers.started(2, verbose=False) as waiting:
        numbers = [worker.process.pid for worker in waiting]
    until = time.monotonic() + SECONDS
    while any(number is not None and _runs(number) for number in numbers):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert os.getpid() not in numbers
