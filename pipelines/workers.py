"""Worker processes of a local run: one that dies ends the run, for Beam would wait for it for ever.

- `watched`: a context in which the death of a worker is an error
- `end_all`: kill all of them
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import psutil

# Beam's name of the threads that each wait for a worker process, and raise when it fails.
WAITING = "run_worker"


class WorkerDiedError(Exception):
    """A worker process ended before the run did."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Raises WorkerDiedError in the main thread as soon as a worker process dies."""
    deaths: list[BaseException | None] = []
    before = threading.excepthook

    def note(failed: threading.ExceptHookArgs) -> None:
        if failed.thread is None or failed.thread.name != WAITING:
            before(failed)
            return
        deaths.append(failed.exc_value)
        if len(deaths) == 1:
            end_all()  # Beam waits for those that are left, and they for work
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGINT)  # a signal wakes it, whatever it waits for

    threading.excepthook = note
    try:
        yield
    except KeyboardInterrupt:
        if not deaths:
            raise
        raise WorkerDiedError(
            f"a worker process died ({_told(deaths[0])}): if for lack of memory, fewer --workers need less"
        ) from None
    finally:
        threading.excepthook = before


def end_all() -> None:
    """Kill the processes that this one has started, and theirs."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _told(death: BaseException | None) -> str:
    """What Beam says of it, with a shell's exit code as the signal that it stands for."""
    said = str(death)
    code = said.rpartition(" ")[2]
    return f"signal {int(code) - 128}" if code.isdecimal() and int(code) > 128 else said
