"""Invariant 3: the same input and settings give the same bytes, wherever and however they are cleaned."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import corpus
import pytest
import runs
from numpy._core import _multiarray_umath  # the names that NPY_DISABLE_CPU_FEATURES takes have no public home
from runs import Finished

STEPS = ("--steps", "encoding,scaffolding,dedup")
OLD_CPU = "Nehalem"  # whose kernels of OpenBLAS any x86 can run
FEW_STEPS = ("--steps", "encoding,dedup")


def optional_cpu_features() -> list[str]:
    """Those that this CPU has, NumPy has code for, and can do without."""
    there = _multiarray_umath.__cpu_features__
    return [name for name in _multiarray_umath.__cpu_dispatch__ if there.get(name)]


def launch(folder: Path, output: Path, *arguments: str, **environment: str) -> None:
    process = runs.launch("run", folder, "--output", output, *arguments, environment={**os.environ, **environment})
    _, err = process.communicate()
    assert process.returncode == 3, err


def test_two_worker_processes_write_what_one_writes(corpus_folder: Path, tmp_path: Path) -> None:
    launch(corpus_folder, tmp_path / "two", *FEW_STEPS, "--workers", "2", PYTHONHASHSEED="1")
    with runs.small_units():
        runs.run(corpus_folder, *FEW_STEPS, output=tmp_path / "one", code=3)
    assert runs.fingerprint(tmp_path / "two") == runs.fingerprint(tmp_path / "one")


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["2", "5"])
def test_several_worker_processes_write_what_one_writes_in_all_steps(
    workers: str, finished: Finished, tmp_path: Path
) -> None:
    launch(finished.folder, tmp_path / "out", "--workers", workers, PYTHONHASHSEED="1")
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(finished.output)


def test_another_cpu_another_clock_and_another_hash_seed_write_the_same(finished: Finished, tmp_path: Path) -> None:
    lacking = " ".join(optional_cpu_features())
    launch(
        finished.folder,
        tmp_path / "out",
        NPY_DISABLE_CPU_FEATURES=lacking,
        OPENBLAS_CORETYPE=OLD_CPU,
        ARROW_USER_SIMD_LEVEL="NONE",
        PYTHONHASHSEED="2",
        TZ="Asia/Kolkata",
        LC_ALL="C",
    )
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(finished.output)


def test_numpy_has_features_here_to_do_without_and_other_kernels() -> None:
    assert optional_cpu_features()
    environment = {**os.environ, "OPENBLAS_CORETYPE": OLD_CPU, "OPENBLAS_VERBOSE": "2"}
    command = [sys.executable, "-c", "import numpy"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f"Core: {OLD_CPU}" in done.stderr


def test_bundles_that_are_replayed_write_nothing_twice(finished: Finished, tmp_path: Path) -> None:
    with runs.small_units():
        runs.run(finished.folder, "--direct_runner_bundle_repeat=1", output=tmp_path / "out", code=3)
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(finished.output)


def stories_by_id(output: Path) -> dict[str, Any]:
    """What each story became, without what names its place in the input."""
    own = {"document", "source", "position"}
    return {row["id"]: {name: row[name] for name in row if name not in own} for row in runs.rows(output, "stories")}


def copies_by_id(output: Path) -> dict[str, Any]:
    own = {"document", "cluster_document", "kept_document"}
    return {row["id"]: {name: row[name] for name in row if name not in own} for row in runs.rows(output, "duplicates")}


def test_stories_and_copies_do_not_depend_on_how_pages_are_spread_over_files(tmp_path: Path) -> None:
    pages = corpus.pages(120)
    corpus.write_jsonl(tmp_path / "one" / "all.jsonl", pages)
    for number in range(7):
        corpus.write_jsonl(tmp_path / "seven" / f"{number}.jsonl", pages[number::7])
    runs.run(tmp_path / "one", *STEPS, output=tmp_path / "from-one")
    with runs.small_units():
        runs.run(tmp_path / "seven", *STEPS, output=tmp_path / "from-seven")
    assert stories_by_id(tmp_path / "from-one") == stories_by_id(tmp_path / "from-seven")
    assert copies_by_id(tmp_path / "from-one") == copies_by_id(tmp_path / "from-seven")
    assert copies_by_id(tmp_path / "from-one")


def test_the_cut_into_units_decides_nothing_but_the_numbers_of_documents(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in" / "all.jsonl", corpus.pages(120))
    runs.run(tmp_path / "in", *STEPS, output=tmp_path / "whole")
    with runs.small_units():
        runs.run(tmp_path / "in", *STEPS, output=tmp_path / "cut")
    assert runs.counts(tmp_path / "cut")["units"] > runs.counts(tmp_path / "whole")["units"]
    assert stories_by_id(tmp_path / "cut") == stories_by_id(tmp_path / "whole")
    assert copies_by_id(tmp_path / "cut") == copies_by_id(tmp_path / "whole")
