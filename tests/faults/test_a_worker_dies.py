"""A worker process that is killed ends the run at once, which the same command continues."""

from __future__ import annotations

import time
from pathlib import Path

import corpus
import pytest
import runs

from pipelines import workers

PATIENCE = 120  # seconds


@pytest.mark.slow
def test_a_run_whose_worker_is_killed_says_so_and_is_continued(tmp_path: Path) -> None:
    pages = corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(400))
    arguments = ("run", pages, "--steps", "encoding,language,dedup", "--workers", "2", "--output")
    undisturbed = runs.launch(*arguments, tmp_path / "undisturbed")
    undisturbed.communicate(timeout=PATIENCE)
    assert undisturbed.returncode == 0

    process = runs.launch(*arguments, tmp_path / "out")
    deadline = time.monotonic() + PATIENCE
    while not any((tmp_path / "out").glob("_work/cleaned/*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    next(runs.workers_of(process)).kill()
    killed = time.monotonic()
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "a worker process died (signal 9)" in said
    assert "The same command continues it" in said
    assert time.monotonic() - killed < 30

    process = runs.launch(*arguments, tmp_path / "out")
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(tmp_path / "undisturbed")


def test_an_interrupt_is_no_death_of_a_worker() -> None:
    with pytest.raises(KeyboardInterrupt), workers.watched():
        raise KeyboardInterrupt
