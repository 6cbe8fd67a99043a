"""One run at a time in an output folder.

On a local disk the operating system holds the lock, and lets go of it when the process dies, however it dies. Anywhere
else a small file is a lease that the run renews: one that has not been renewed for `LAPSE` seconds is a dead run's.
Nothing renews the lease of a job that was submitted without waiting.

- `held`: a context within which no other run gets the same folder
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.options import UsageError
from transforms import files

LOCK = "_lock"
RENEW, LAPSE = 60, 600  # seconds


@contextlib.contextmanager
def held(output: str) -> Iterator[None]:
    """Raises UsageError where another run holds the folder, OSError where it cannot be written to."""
    with _leased(output) if "://" in output else _locked(output):
        yield


@contextlib.contextmanager
def _locked(output: str) -> Iterator[None]:
    path = Path(output) / LOCK
    made = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("a+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _refused(output, path.read_bytes()) from None
            if not _is_still(path, file.fileno()):
                continue  # its holder has just ended, and taken the file along
            file.truncate(0)
            file.write(_owner())
            file.flush()
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
                if made:
                    with contextlib.suppress(OSError):  # unless something has come into it
                        path.parent.rmdir()
            return


@contextlib.contextmanager
def _leased(output: str) -> Iterator[None]:
    path = files.join(output, LOCK)
    drafts = files.join(output, "_work")
    found = files.read_bytes(path) if files.exists(path) else None
    mine = _owner()
    lapsed = found is None or _has_lapsed(found)
    if not lapsed or not files.replace(path, mine, files.state_of(found), files.state_of, drafts):
        raise _refused(output, files.read_bytes(path))
    ended = threading.Event()

    def renew() -> None:
        nonlocal mine
        while not ended.wait(RENEW):
            with contextlib.suppress(Exception):  # a lease that could not be renewed this minute may be in the next
                later = _owner()
                if not files.replace(path, later, files.state_of(mine), files.state_of, drafts):
                    return  # it had lapsed, and another run has it
                mine = later

    renewal = threading.Thread(target=renew, daemon=True)
    renewal.start()
    try:
        yield
    finally:
        ended.set()
        renewal.join()
        if files.exists(path) and files.read_bytes(path) == mine:
            files.delete([path])


def _refused(output: str, owner: bytes) -> UsageError:
    known = _read(owner)
    who = f" (process {known['process']} on {known['host']})" if known else ""
    return UsageError(f"another run{who} is writing to {output}: wait for its end, or choose another --output")


def _owner() -> bytes:
    """Who holds the folder, and when they said so."""
    now = datetime.datetime.now(datetime.UTC).isoformat()
    return json.dumps(
        {"process": os.getpid(), "host": socket.gethostname(), "renewed": now, "token": uuid.uuid4().hex}
    ).encode()


def _read(owner: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError):
        known = json.loads(owner)
        if isinstance(known, dict) and {"process", "host", "renewed"} <= known.keys():
            return known
    return None


def _has_lapsed(owner: bytes) -> bool:
    known = _read(owner)
    if known is None:
        return True
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(known["renewed"])
    return age.total_seconds() > LAPSE


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the path still names the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
