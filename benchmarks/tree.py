"""A command as a whole: wall-clock seconds, and the most memory that its process tree held at any moment."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

LOOK_EVERY = 0.1  # seconds


@dataclass(frozen=True)
class Ran:
    """peak: resident bytes of the whole tree; what processes share counts once, where the system tells."""

    seconds: float
    peak: int


def run(command: Sequence[str]) -> Ran:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    peak = 0
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as process:
            watched = psutil.Process(process.pid)
            while process.poll() is None:
                peak = max(peak, held(watched))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_EVERY)
        seconds = time.perf_counter() - started
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, list(command), stderr=said.read())
    return Ran(seconds, peak)


def held(root: psutil.Process) -> int:
    """Resident bytes of a process and all below it: on Linux the sum of their proportional set sizes."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                memory = process.memory_full_info()
                total += getattr(memory, "pss", memory.rss)
    return total
