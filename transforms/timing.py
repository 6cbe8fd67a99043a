"""Where a run's time went: seconds and bytes by step, for `run.json` and `--profile`.

Times are wall-clock seconds summed over workers; they tell about this run and decide nothing. What is done a unit or
a partition at a time notes its time in a small file under `_work/spent`, which a retry writes again, so nothing counts
twice.

- `Clock`: the time of one stretch of work, split among steps
- `timed`: a stretch of work whose time is noted when it ends well, and which is `named` when it does not
- `total`: all that was noted
"""

from __future__ import annotations

import contextlib
import json
import logging
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from transforms import files

# `ru_maxrss` is in kilobytes, but on macOS, where it is in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
STATUS = Path("/proc/self/status")


@dataclass
class Spent:
    """Seconds and bytes of text by step, and the most memory of any one worker process, in bytes."""

    seconds: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    peak: int = 0

    def add(self, seconds: Mapping[str, float], sizes: Mapping[str, int], peak: int = 0) -> None:
        self.seconds.update(seconds)
        self.bytes.update(sizes)
        self.peak = max(self.peak, peak)


class Clock:
    """Splits the time from its making on among steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.bytes: Counter[str] = Counter()
        self._at = time.perf_counter()

    def spent(self, on: str, size: int = 0) -> None:
        """What has passed since the last call was spent on this, on so many bytes."""
        now = time.perf_counter()
        self.seconds[on] = self.seconds.get(on, 0.0) + now - self._at
        self.bytes[on] += size
        self._at = now

    def spent_in_parts(self, parts: Mapping[str, float], rest: str) -> None:
        """What has passed since the last call was spent on these, and what remains of it on `rest`."""
        self.spent(rest)
        for name, seconds in parts.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.seconds[rest] -= sum(parts.values())

    def sized(self, sizes: Mapping[str, int]) -> None:
        """The steps worked on so many bytes more."""
        self.bytes.update(sizes)


@contextlib.contextmanager
def timed(work: str, step: str, part: int) -> Iterator[Clock]:
    """A stretch of work of one part (a unit, a partition); what it took is noted unless it raises, which is told."""
    clock = Clock()
    with named(step, part):
        yield clock
    clock.spent(step)
    note(clock, work, step, part)


@contextlib.contextmanager
def named(step: str, part: int) -> Iterator[None]:
    """An error is logged with the step and the part before it goes on: the runner knows neither."""
    try:
        yield
    except Exception as error:
        logging.getLogger(f"copydesk.{step}").error("part %d failed: %s: %s", part, type(error).__name__, error)
        raise


def note(clock: Clock, work: str, step: str, part: int) -> None:
    """Write down what a part of the work took so far."""
    noted = {"seconds": clock.seconds, "bytes": clock.bytes, "peak": _peak()}
    files.write_bytes(files.join(work, "spent", f"{step}-{part:05d}.json"), json.dumps(noted).encode(), work)


def total(work: str) -> Spent:
    """The sum of what was noted."""
    spent = Spent()
    for metadata in files.listing(files.join(work, "spent", "*.json")):
        noted = json.loads(files.read_bytes(metadata.path))
        spent.add(noted["seconds"], noted["bytes"], noted["peak"])
    return spent


def _peak() -> int:
    """The most memory that this process held so far, in bytes."""
    # `ru_maxrss` is that of the process that started this one, where that was larger: Linux hands it on.
    if STATUS.exists():
        told = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(told.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT
