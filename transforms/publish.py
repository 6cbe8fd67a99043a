"""A finished output put into its place, over that of an older run where there is one.

All that a run writes waits in its outbox, `_work/output`, until it is whole and counted; then it is renamed into place.
So an older run can be read until the new one is done, and a run that ends before that leaves it untouched. While files
are renamed the folder has no `run.json`: it holds neither run. Whatever broke off, doing it again ends it.

- `outbox`: where the files wait, under the names that they will have
- `will_replace`: note the older run down, before anything is written
- `publish`: the outbox into place
- `is_done`: whether that has happened
- `replaced_identity`: which run is replaced
- `parts_of`: the files that a `run.json` lists
- `outputs_among`: the folders of finished runs among files
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from apache_beam.io.filesystem import BeamIOError

from schemas.datasets import DATASETS
from transforms import files

RUN, REPORT, CARD = "run.json", "report.html", "README.md"
OWN_FILES = (CARD, REPORT, RUN)
PART = re.compile("(" + "|".join(dataset.name for dataset in DATASETS) + r")/part-\d{5,}\.parquet")

# Renaming is copying on an object store, where it is waiting for answers that takes the time.
AT_A_TIME = 16


def outbox(work: str) -> str:
    return files.join(work, "output")


def will_replace(run: bytes, work: str) -> None:
    """run: the older run's `run.json`."""
    files.write_bytes(_replaced_path(work), run, work)


def is_done(output: str, work: str) -> bool:
    """Whether the folder holds a finished run other than the one that is to be replaced."""
    run = files.join(output, RUN)
    return files.exists(run) and files.read_bytes(run) != _replaced(work)


def replaced_identity(work: str) -> str | None:
    """The identity of the older run's plan, if there is an older run."""
    run = _replaced(work)
    return None if run is None else json.loads(run)["result"].get("identity")


def publish(output: str, work: str) -> None:
    """Move everything from the outbox into place, `run.json` last; what only the replaced run had goes."""
    box = outbox(work)
    waiting = [metadata.path.removeprefix(box).lstrip("/") for metadata in files.listing(files.join(box, "**"))]
    if (replaced := _replaced(work)) is not None:
        new = parts_of(files.read_bytes(files.join(box, RUN)))
        if not is_done(output, work):
            _delete([RUN], output)
        _delete(set(parts_of(replaced)) - set(new), output)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(lambda name: _move(name, box, output), [name for name in waiting if name != RUN]))
    _move(RUN, box, output)


def parts_of(run: bytes) -> list[str]:
    """The dataset files that a `run.json` lists, relative to the output. Raises ValueError where it is none of ours."""
    try:
        names = [str(info["name"]) for info in json.loads(run)["result"]["files"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("not written by copydesk") from None
    return [name for name in names if PART.fullmatch(name)]


def outputs_among(paths: Iterable[str]) -> list[str]:
    """The folders among these files that hold a finished run: those of a `run.json` that copydesk wrote."""
    found = []
    for path in paths:
        if path.rpartition("/")[2] == RUN:
            with contextlib.suppress(ValueError, OSError, BeamIOError):
                parts_of(files.read_bytes(path))
                found.append(files.parent(path))
    return found


def _move(name: str, source: str, target: str) -> None:
    files.move(files.join(source, name), files.join(target, name))


def _delete(names: Iterable[str], output: str) -> None:
    files.delete([path for path in (files.join(output, name) for name in sorted(names)) if files.exists(path)])


def _replaced_path(work: str) -> str:
    return files.join(work, "replaced.json")


def _replaced(work: str) -> bytes | None:
    path = _replaced_path(work)
    return files.read_bytes(path) if files.exists(path) else None
