"""Jobs are scored by what they kept, and told as medians and ratios."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import compare, tree
from benchmarks.compare import Score
from benchmarks.tree import Ran

TRUTH = {"a": 1, "a2": 1, "a3": 1, "b": 2, "c": 3, "wall": None}


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    lines = [json.dumps({"id": id, "story": story}) for id, story in TRUTH.items()]
    (tmp_path / "truth.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "truth.jsonl"


@pytest.mark.parametrize(
    ("kept", "left", "lost"),
    [(["a", "b", "c"], 0, 0), (["a", "a2", "a3", "b", "c"], 2, 0), (["a2"], 0, 2), (["a", "b", "c", "wall"], 0, 0)],
)
def test_a_story_kept_twice_is_a_copy_left_and_one_not_kept_is_lost(
    kept: list[str], left: int, lost: int, truth: Path, tmp_path: Path
) -> None:
    (tmp_path / "stories").mkdir()
    pq.write_table(pa.table({"id": kept}), tmp_path / "stories" / "part-00000.parquet")
    assert compare.score(tmp_path / "stories", truth) == Score(len(kept), left, lost)


def test_a_job_is_told_by_its_median_and_as_a_multiple_of_the_same_round() -> None:
    found = {
        "copydesk": ([Ran(2.0, 300_000_000), Ran(4.0, 200_000_000)], Score(9, 1, 0)),
        "other": ([Ran(4.0, 10_000_000), Ran(8.0, 10_000_000)], Score(8, 1_200, 3)),
    }
    rows = compare.table(found, megabytes=12).splitlines()
    assert rows[2] == "| copydesk | 3.0 (2.0 to 4.0) | 4.0 | 1.00 | 300 | 1 | 0 |"
    assert rows[3] == "| other | 6.0 (4.0 to 8.0) | 2.0 | 2.00 | 10 | 1,200 | 3 |"


def test_a_peer_that_is_not_installed_is_left_out() -> None:
    job = compare.Job("none", lambda pages, output: [], needs="a_package_that_nobody_has")
    assert not job.installed()


def test_memory_is_that_of_the_whole_process_tree() -> None:
    child = "held = b'x' * 150_000_000; import time; time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert tree.run([sys.executable, "-c", parent]).peak > 150_000_000


def test_a_job_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        tree.run([sys.executable, "-c", "raise SystemExit('no such corpus')"])
    assert b"no such corpus" in failed.value.stderr
