import subprocess
import sys
from pathlib import Path

import pytest

from transforms import timing


def test_time_is_split_among_steps_without_a_gap():
    clock = timing.Clock()
    clock.spent("read", 10)
    clock.spent_in_parts({"encoding": 0.25}, "audit")
    assert set(clock.seconds) == {"read", "audit", "encoding"}
    assert clock.seconds["encoding"] == 0.25
    assert clock.bytes == {"read": 10, "audit": 0}


def test_what_parts_noted_is_summed(tmp_path: Path):
    work = str(tmp_path)
    for unit in (0, 1):
        with timing.timed(work, "survey", unit) as clock:
            clock.sized({"survey": 100})
    spent = timing.total(work)
    assert spent.bytes["survey"] == 200
    assert spent.seconds["survey"] > 0
    assert spent.peak > 1 << 20


@pytest.mark.skipif(not timing.STATUS.exists(), reason="only Linux tells a program's own peak")
def test_the_memory_of_whoever_started_a_process_is_not_its_own():
    child = "from transforms import timing; print(timing._peak())"
    parent = (
        f"import subprocess, sys; held = b'x' * 10**9; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )
    done = subprocess.run([sys.executable, "-c", parent], check=True, capture_output=True, text=True)
    assert int(done.stdout) < 10**9


def test_a_part_done_again_counts_once(tmp_path: Path):
    work = str(tmp_path)
    for _ in range(2):
        with timing.timed(work, "verify", 7) as clock:
            clock.sized({"verify": 100})
    assert timing.total(work).bytes["verify"] == 100


def test_a_part_that_fails_notes_nothing(tmp_path: Path):
    with pytest.raises(OSError, match="gone"), timing.timed(str(tmp_path), "finish", 1):
        raise OSError("gone")
    assert not timing.total(str(tmp_path)).seconds


def test_what_fails_is_told_with_its_step_and_part(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="broken"), timing.timed(str(tmp_path), "survey", 7):
        raise ValueError("broken")
    assert [(one.name, one.getMessage()) for one in caplog.records] == [
        ("copydesk.survey", "part 7 failed: ValueError: broken")
    ]
    assert not (tmp_path / "spent").exists()
