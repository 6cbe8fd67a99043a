"""Runs of the whole job for tests, and what came of them.

- `copydesk`: the command line, in this process
- `launch`: the same in a process of its own; `workers_of`: its worker processes
- `small_units`: within it, inputs of some kilobytes make several units
- `fingerprint`, `fingerprint_of_finished`: everything about an output that has to be the same wherever it was made
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipelines.cli import main
from schemas.datasets import DATASETS

UNIT = 48 << 10
LAUNCHER = Path(__file__).with_name("launch.py")
NAMES = [dataset.name for dataset in DATASETS]


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its exit code, what it printed, and what it printed as errors."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Finished:
    """A run that has ended: what it read, where its output lies, how the command ended."""

    folder: Path
    output: Path
    outcome: Outcome


def copydesk(*arguments: str | Path) -> Outcome:
    """Run the command in this process; an exception that gets through to here is a defect of the command line."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def run(*arguments: str | Path, output: Path, code: int = 0) -> Outcome:
    """`copydesk run` into `output` in one process; the test fails unless it exits with `code`."""
    outcome = copydesk("run", *arguments, "--output", output, "--workers", "1")
    assert outcome.code == code, outcome.err
    return outcome


def launch(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the command, with small units, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, str(LAUNCHER), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def workers_of(process: subprocess.Popen[str]) -> Iterator[psutil.Process]:
    """The worker processes of a run that was launched, those that there are by now: they are forks of it."""
    run = psutil.Process(process.pid)
    for child in run.children():
        with contextlib.suppress(psutil.Error):
            if child.cmdline() == run.cmdline():
                yield child


@contextlib.contextmanager
def small_units(size: int = UNIT) -> Iterator[None]:
    """Within it, every plan is cut into units of about `size` bytes, however large the input."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transforms.plan.SMALLEST_UNIT", size)
        patch.setattr("transforms.plan.LARGEST_UNIT", size)
        yield


def table(output: Path, dataset: str) -> pa.Table:
    """All rows of a dataset, in the order of its files."""
    parts = [pq.read_table(path) for path in sorted((output / dataset).glob("*.parquet"))]
    return pa.concat_tables(parts).unify_dictionaries()


def rows(output: Path, dataset: str) -> list[dict[str, Any]]:
    return list(table(output, dataset).to_pylist())


def result(output: Path) -> dict[str, Any]:
    return dict(json.loads((output / "run.json").read_bytes())["result"])


def counts(output: Path) -> dict[str, Any]:
    return dict(result(output)["counts"])


def names(output: Path) -> list[str]:
    """Every file below a folder, relative to it."""
    return sorted(str(path.relative_to(output)) for path in output.rglob("*") if path.is_file())


def fingerprint(output: Path) -> dict[str, str]:
    """File name to a hash of its bytes; of run.json its `result` alone, of report.html all but its section on time."""
    prints = fingerprint_of_folder(output)
    del prints["run.json"]
    report = re.sub(
        '<section id="time">.*?</section>', "", (output / "report.html").read_text("utf-8"), flags=re.DOTALL
    )
    prints["report.html"] = hashlib.sha256(report.encode()).hexdigest()
    return prints | {"run.json: result": json.dumps(result(output))}


def fingerprint_of_finished(output: Path) -> dict[str, str]:
    """The same of an output in which a killed run has left its lock and its work."""
    return {name: mark for name, mark in fingerprint(output).items() if not name.startswith("_")}


def fingerprint_of_folder(folder: Path) -> dict[str, str]:
    """File name to a hash of its bytes."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names(folder)}
