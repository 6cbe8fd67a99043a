"""A worker process of a local run: Beam's own, made to end with its run and to keep quiet.

What goes wrong in a worker reaches the run by Beam's channels, and the run tells it in one line; the tracebacks that
Beam's worker prints besides are for --verbose.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

LOOK_EVERY = 0.5  # seconds
PR_SET_PDEATHSIG = 1  # prctl's: the signal that a process gets when its parent dies


def main(run: int, verbose: bool, told: Connection) -> None:
    """Wait for the environment variables of a job, and work until it ends. `run`: the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the run ends its workers
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with, args=(run,), daemon=True).start()
    if not verbose:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    from apache_beam.runners.worker import sdk_worker_main  # takes seconds where it is not loaded, and the run may end

    from pipelines import terminal
    from transforms import heap

    terminal.log(verbose)
    # It logs all options, keys of stores among them.
    logging.getLogger("apache_beam.runners.worker.sdk_worker_main").setLevel(logging.WARNING)
    gc.set_threshold(100_000)  # as in `pipelines.cli`
    heap.keep()
    os.environ.update(told.recv())
    sdk_worker_main.main([])


def _end_with(run: int) -> None:
    """End this process when its run is gone: nothing it does would be of use, and a fork holds the run's lock, too.

    Linux does that at once.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    while os.getppid() == run:
        time.sleep(LOOK_EVERY)
    os._exit(1)
