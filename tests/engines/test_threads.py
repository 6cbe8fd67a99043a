"""Units cleaned at the same time in one process, as Dataflow's workers do it."""

from __future__ import annotations

from pathlib import Path

import pytest
import runs


@pytest.mark.slow
def test_threads_of_a_process_write_what_one_writes(finished: runs.Finished, tmp_path: Path) -> None:
    with runs.small_units():
        threads = ("--direct_running_mode=multi_threading", "--direct_num_workers=3")
        outcome = runs.copydesk("run", finished.folder, "--output", tmp_path / "out", *threads)
    assert outcome.code == 3, outcome.err
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(finished.output)
