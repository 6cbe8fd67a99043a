"""Worker processes of a local run: Ctrl-C ends them, and one that dies ends the run, where Beam would wait for ever.

- `watched`: a context in which the death of a worker is an error, and Ctrl-C is heard at any moment
- `end_all`: kill all of them
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator

import psutil

from pipelines.terminal import INTERRUPTED

# Beam's name of the threads that each wait for a worker process, and raise when it fails.
WAITING = "run_worker"

# Seconds that an interrupted run has to end by itself.
GRACE = 5.0


class WorkerDiedError(Exception):
    """A worker process ended before the run did."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Raises WorkerDiedError in the main thread as soon as a worker process dies, KeyboardInterrupt on Ctrl-C.

    Python may swallow KeyboardInterrupt where it arrives in the middle of a callback, and Beam waits for workers that
    are starting: a run that has not ended soon after Ctrl-C is ended without ceremony. The next run goes on from there.
    """
    deaths: list[BaseException | None] = []
    interrupted = threading.Event()
    before = threading.excepthook

    def note(failed: threading.ExceptHookArgs) -> None:
        if interrupted.is_set():
            return  # what goes wrong in the threads of an interrupted run is news to nobody
        if failed.thread is None or failed.thread.name != WAITING:
            before(failed)
            return
        deaths.append(failed.exc_value)
        if len(deaths) == 1:
            end_all()  # Beam waits for those that are left, and they for work
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGINT)  # a signal wakes it, whatever it waits for

    def interrupt(*_: object) -> None:
        if not deaths:
            interrupted.set()
            end_all()
            last = threading.Timer(GRACE, _give_up)
            last.daemon = True
            last.start()
        raise KeyboardInterrupt

    threading.excepthook = note
    handler = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        if not deaths:
            raise
        raise WorkerDiedError(
            f"a worker process died ({_told(deaths[0])}): if for lack of memory, fewer --workers need less"
        ) from None
    finally:
        signal.signal(signal.SIGINT, handler)
        if not interrupted.is_set():
            threading.excepthook = before


def _give_up() -> None:
    """End this process and its workers; the words are those of `copydesk run`."""
    end_all()
    os.write(2, b"copydesk: interrupted; the same command continues the run\n")
    os._exit(INTERRUPTED)


def end_all() -> None:
    """Kill the processes that this one has started, and theirs."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _told(death: BaseException | None) -> str:
    """What Beam says of it, with the exit code of a process that was killed as the signal that killed it."""
    said = str(death)
    before, _, code = said.rpartition("return code -")
    return f"signal {code}" if before and code.isdecimal() else said
