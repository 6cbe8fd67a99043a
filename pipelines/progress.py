"""Progress of a local run, seen in the manifests that appear: a bar on a terminal, nothing elsewhere.

- `watching`: a context that shows progress on standard error while its block runs
"""

from __future__ import annotations

import contextlib
import glob
import os
import sys
import threading
import time
from collections.abc import Iterator

from tqdm import tqdm

from transforms.manifests import CleanedUnit

LOOK_EVERY = 0.5  # seconds


@contextlib.contextmanager
def watching(work: str, units: int) -> Iterator[None]:
    """Show how many of the run's units are cleaned, pages a second and time left, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(work, units, stop), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _watch(work: str, units: int, stop: threading.Event) -> None:
    seen: set[str] = set(_manifests(work))  # done by an earlier try: no speed of ours
    pages, started = 0, time.monotonic()
    bar = tqdm(total=units, initial=len(seen), unit=" units", leave=False, file=sys.stderr, desc="cleaning")
    with bar:
        while not stop.wait(LOOK_EVERY):
            new = [path for path in _manifests(work) if path not in seen]
            seen.update(new)
            pages += sum(_pages(path) for path in new)
            speed = f"{pages / (time.monotonic() - started):,.0f} pages/s"
            bar.update(len(new))
            bar.set_postfix_str(speed)
            surveyed = 0 if seen else len(_files(work, "sightings", "*.arrow"))
            if surveyed:
                bar.set_description(f"surveyed {surveyed}, cleaning", refresh=False)
                started = time.monotonic()
            elif len(seen) == units:
                bar.set_description("finding duplicates, writing", refresh=False)


def _manifests(work: str) -> list[str]:
    return _files(work, "cleaned", "*.json")


def _files(work: str, folder: str, pattern: str) -> list[str]:
    return glob.glob(os.path.join(glob.escape(work), folder, pattern))


def _pages(path: str) -> int:
    try:
        with open(path, encoding="utf-8") as file:
            return CleanedUnit.model_validate_json(file.read()).counts.read
    except (OSError, ValueError):
        return 0  # gone with the work folder, as the run has ended
