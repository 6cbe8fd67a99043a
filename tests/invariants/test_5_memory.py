"""Invariant 5: memory grows with the corpus by less than 500 bytes a page, and that where keys are grouped."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import corpus
import psutil
import pytest
import runs

FEW, MANY = 25_000, 100_000  # with fewer, working space that does not grow further is still growing
BYTES_A_PAGE = 500
LOOK_EVERY = 0.02  # seconds


def peak_of_a_run(pages: Path, output: Path) -> int:
    """The largest sum of the bytes of the command and all of its children, looked at fifty times a second.

    Each run is a process of its own, so nothing that an earlier one left is counted. Sketch files that are mapped into
    memory are not counted either: they are the kernel's, which drops them when it needs the room.
    """
    environment = {**os.environ, "UNIT_BYTES": str(2 << 20)}  # the same for few pages and for many
    arguments = ("--output", output, "--steps", "dedup", "--workers", "1", "--quiet")
    process = runs.launch("run", pages, *arguments, environment=environment)
    tree = psutil.Process(process.pid)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _own_bytes(tree))
        time.sleep(LOOK_EVERY)
    assert process.returncode == 0, process.communicate()[1]
    return peak


def _own_bytes(tree: psutil.Process) -> int:
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in [tree, *tree.children(recursive=True)]:
            memory = one.memory_info()
            total += memory.rss - memory.shared
    return total


@pytest.mark.slow
def test_memory_grows_by_less_than_500_bytes_a_page(tmp_path: Path) -> None:
    peaks = {}
    for count in (FEW, MANY):
        corpus.write_jsonl(tmp_path / f"{count}.jsonl", corpus.pages(count))
        peaks[count] = peak_of_a_run(tmp_path / f"{count}.jsonl", tmp_path / f"out-{count}")
        assert runs.counts(tmp_path / f"out-{count}")["read"] == count
    assert runs.counts(tmp_path / f"out-{MANY}")["units"] > runs.counts(tmp_path / f"out-{FEW}")["units"]
    grown = (peaks[MANY] - peaks[FEW]) / (MANY - FEW)
    assert grown < BYTES_A_PAGE, f"{grown:.0f} bytes a page: {peaks}"
