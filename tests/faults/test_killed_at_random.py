"""Runs of 20,000 pages killed at random moments, or a worker of theirs: continued, they give the same bytes.

`KILLS` is how often something is killed in all, 5 times unless it says otherwise; what the last run still lacks it does
undisturbed.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import runs

from benchmarks import corpus

KILLS = int(os.environ.get("KILLS", "5"))
PAGES = 20_000
UNIT_BYTES = 1 << 20
PATIENCE = 1200  # seconds


def run(pages: Path, output: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"UNIT_BYTES": str(UNIT_BYTES)}
    return runs.launch("run", pages, "--output", output, "--workers", "2", "--quiet", environment=environment)


@contextlib.contextmanager
def watched(output: Path) -> Iterator[list[str]]:
    """Looks at every file under a final name as it appears; hands over the names of those that are not whole."""
    partial: list[str] = []
    ended = threading.Event()
    seen: set[Path] = set()

    def look() -> None:
        while not ended.wait(0.02):
            for path in {*output.glob("[a-z]*/part-*")} - seen:
                seen.add(path)
                try:
                    pq.read_metadata(path)
                except FileNotFoundError:
                    seen.discard(path)
                except (OSError, pa.ArrowInvalid):
                    partial.append(path.name)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield partial
    finally:
        ended.set()
        looking.join()


def wait_and_kill(process: subprocess.Popen[str], seconds: float, chance: random.Random) -> bool:
    """Kill the run, or one of its workers, after so many seconds; whether it was there to be killed."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    if process.poll() is not None:
        return False
    workers = list(runs.workers_of(process))
    if workers and chance.random() < 0.5:
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    return process.returncode != 0


@pytest.mark.slow
def test_runs_that_are_killed_again_and_again_end_with_the_bytes_of_an_undisturbed_one(tmp_path: Path) -> None:
    corpus.write(PAGES, tmp_path / "pages")
    (tmp_path / "pages" / "truth.jsonl").unlink()
    started = time.monotonic()
    undisturbed = run(tmp_path / "pages", tmp_path / "undisturbed")
    undisturbed.communicate(timeout=PATIENCE)
    assert undisturbed.returncode == 0
    whole = time.monotonic() - started

    chance = random.Random(KILLS)
    killed, output = 0, tmp_path / "out"
    while killed < KILLS:
        with watched(output) as partial:
            while not (output / "run.json").exists():
                process = run(tmp_path / "pages", output)
                if killed < KILLS:
                    killed += wait_and_kill(process, chance.uniform(0.03, 0.4) * whole, chance)
                else:
                    process.communicate(timeout=PATIENCE)
                    assert process.returncode == 0
        assert not partial
        assert runs.fingerprint_of_finished(output) == runs.fingerprint(tmp_path / "undisturbed")
        shutil.rmtree(output)
