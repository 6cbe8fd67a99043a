"""A run of 20,000 pages killed at random moments and continued: the same bytes, and never a partial file.

`KILLS` is how often it is killed, 5 times unless it says otherwise.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

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


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_ends_with_the_bytes_of_an_undisturbed_one(tmp_path: Path) -> None:
    corpus.write(PAGES, tmp_path / "pages")
    (tmp_path / "pages" / "truth.jsonl").unlink()
    started = time.monotonic()
    undisturbed = run(tmp_path / "pages", tmp_path / "undisturbed")
    undisturbed.communicate(timeout=PATIENCE)
    assert undisturbed.returncode == 0
    whole = time.monotonic() - started

    chance = random.Random(KILLS)
    killed = 0
    with watched(tmp_path / "out") as partial:
        for number in range(KILLS):
            process = run(tmp_path / "pages", tmp_path / "out")
            # Early enough not to find the run ended; later tries have less left to do.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.05, 0.6) * whole * (1 - number / KILLS / 2))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                killed += 1
            if (tmp_path / "out" / "run.json").exists():
                break
        else:
            last = run(tmp_path / "pages", tmp_path / "out")
            last.communicate(timeout=PATIENCE)
            assert last.returncode == 0
    assert killed
    assert not partial
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(tmp_path / "undisturbed")
    assert not (tmp_path / "out" / "_work").exists()
