"""How much faster two workers of a local run are than one, from the first unit's manifest to the last.

    python -m benchmarks.workers CORPUS [--times 3]

CORPUS is what `copydesk run` reads. Runs of one and of two workers take turns, each into a folder that is removed. Told
are the wall seconds of each and the CPU seconds of each worker: on a machine that does other work, too, the ratio of
one worker's CPU seconds to those of the busier of two says what the wall seconds would on an idle one.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Cleaning:
    """From the first manifest to the last: wall seconds, and CPU seconds of each process that cleaned."""

    units: int
    wall: float
    cpu: list[float]


def cleaning(source: str, workers: int) -> Cleaning:
    """Run the job and watch it clean. Raises subprocess.CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        command = [sys.executable, "-m", "pipelines.clean", source, "--quiet", "--output", str(output)]
        with subprocess.Popen([*command, "--workers", str(workers)]) as run:
            seen: dict[Path, float] = {}
            first, last = dict[int, float](), dict[int, float]()
            while run.poll() is None:
                new = {path: _changed(path) for path in (output / "_work" / "cleaned").glob("*.json")}
                if len(new) > len(seen):
                    last = _cpu(run.pid, workers)
                    first = first or last
                    seen |= new
                time.sleep(LOOK_EVERY)
        if run.returncode:
            raise subprocess.CalledProcessError(run.returncode, command)
    spent = [last[process] - first[process] for process in first]
    return Cleaning(len(seen), max(seen.values()) - min(seen.values()), spent)


def _changed(path: Path) -> float:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0


def _cpu(run: int, workers: int) -> dict[int, float]:
    """CPU seconds of the processes that clean: the run's own where it has one worker."""
    process = psutil.Process(run)
    cleaners = [process] if workers == 1 else process.children(recursive=True)
    return {one.pid: sum(one.cpu_times()[:2]) for one in cleaners}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    for _ in range(arguments.times):
        one, two = (cleaning(arguments.corpus, workers) for workers in (1, 2))
        for workers, found in ((1, one), (2, two)):
            spent = " + ".join(f"{seconds:.1f}" for seconds in found.cpu)
            print(f"{workers} workers  {found.units} units  {found.wall:7.1f} s wall  {spent} s CPU", flush=True)
        print(f"wall {one.wall / two.wall:.2f} times as fast, CPU {max(one.cpu) / max(two.cpu):.2f}", flush=True)


if __name__ == "__main__":
    main()
