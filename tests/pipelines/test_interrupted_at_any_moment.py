"""Ctrl-C at any moment: the run ends within seconds, says how it goes on, and leaves no process behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import corpus
import psutil
import pytest
import runs

SECONDS = 60.0  # for what takes five where nothing else runs
MOMENTS = ("plan.json", "worker", "units", "cleaned")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(400))


def workers(run: psutil.Process) -> list[psutil.Process]:
    found = []
    for one in run.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [one] if "pipelines.worker" in one.cmdline() else []
    return found


def wait_for(moment: str, run: psutil.Process, work: Path) -> None:
    """Wait until something is there: a worker, or a file or folder of the run."""
    until = time.monotonic() + 3 * SECONDS
    while not (workers(run) if moment == "worker" else any(work.glob(f"{moment}*"))):
        assert time.monotonic() < until, f"no {moment}"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_the_run_and_its_workers(moment: str, pages: Path, tmp_path: Path) -> None:
    process = runs.launch("run", pages, "--output", tmp_path / "out", "--workers", "2", "--steps", "encoding,dedup")
    with process:
        run = psutil.Process(process.pid)
        wait_for(moment, run, tmp_path / "out" / "_work")
        left = workers(run)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert err.splitlines()[-1] == "copydesk: interrupted; the same command continues the run"
    assert "Traceback" not in err
    assert not psutil.wait_procs(left, timeout=SECONDS)[1]


def test_a_worker_whose_run_is_gone_ends_before_it_has_started() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    worker = subprocess.run([sys.executable, "-m", "pipelines.worker", str(gone.pid)], timeout=SECONDS, check=False)
    assert worker.returncode == 1
