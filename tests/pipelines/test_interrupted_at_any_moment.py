"""Ctrl-C at any moment: the run ends within seconds, says how it goes on, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
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


def wait_for(moment: str, process: subprocess.Popen[str], work: Path) -> None:
    """Wait until something is there: a worker, or a file or folder of the run."""
    until = time.monotonic() + 3 * SECONDS
    while not (any(runs.workers_of(process)) if moment == "worker" else any(work.glob(f"{moment}*"))):
        assert time.monotonic() < until, f"no {moment}"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_the_run_and_its_workers(moment: str, pages: Path, tmp_path: Path) -> None:
    process = runs.launch("run", pages, "--output", tmp_path / "out", "--workers", "2", "--steps", "encoding,dedup")
    with process:
        wait_for(moment, process, tmp_path / "out" / "_work")
        left = list(runs.workers_of(process))
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert err.splitlines()[-1] == "copydesk: interrupted; the same command continues the run"
    assert "Traceback" not in err
    assert not psutil.wait_procs(left, timeout=SECONDS)[1]
