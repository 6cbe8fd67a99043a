"""Worker processes of a local run: Ctrl-C ends them, and one that dies ends the run, where Beam would wait for ever.

- `started`: a context with worker processes that wait for a job
- `watched`: a context in which the death of a worker is an error, and Ctrl-C is heard at any moment
- `end_all`: kill all of them
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil

from pipelines import worker
from pipelines.terminal import INTERRUPTED

# Name of the threads that each wait for the end of a worker process, and raise when it fails.
WATCHER = "copydesk-worker"

# Seconds that an interrupted run has to end by itself.
GRACE = 5.0


class WorkerDiedError(Exception):
    """A worker process ended before the run did."""


@dataclass(frozen=True)
class Worker:
    """A worker process, and the pipe by which it is told of its job."""

    process: BaseProcess
    tell: Connection

    def begin(self, environment: Mapping[str, str]) -> None:
        """Set it to work on a job, which these variables tell it of."""
        with contextlib.suppress(BrokenPipeError):  # it is dead, which `join` says
            self.tell.send(environment)

    def join(self) -> None:
        """Wait for its end. Raises WorkerDiedError where that is none to a job."""
        self.process.join()
        if code := self.process.exitcode:
            raise WorkerDiedError(f"signal {-code}" if code < 0 else f"exit code {code}")


@contextlib.contextmanager
def started(count: int, verbose: bool) -> Iterator[list[Worker]]:
    """So many worker processes, which wait for a job; none is left behind.

    Where no other thread runs in this process they are forks of it: modules and models that it has loaded are theirs at
    once, and in memory but once. Else each is started anew, as a fork among threads can hang.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork") if alone else multiprocessing.get_context("spawn")
    gc.freeze()  # the collector writes to all that it looks through, and what is written to is no longer shared
    made: list[Worker] = []
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until they know that it is not for them
        for _ in range(count):
            told, tell = context.Pipe(duplex=False)
            process = context.Process(target=worker.main, args=(os.getpid(), verbose, told), daemon=True)
            process.start()
            made.append(Worker(process, tell))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        yield made[:]
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for one in made:
            one.process.kill()
        gc.unfreeze()


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
        if failed.thread is None or failed.thread.name != WATCHER:
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
            f"a worker process died ({deaths[0]}): if for lack of memory, fewer --workers need less"
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
