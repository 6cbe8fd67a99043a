"""A worker process of a local run: Beam's own, made to end with its run and to keep quiet.

    python -P -m pipelines.worker RUN [--verbose]

RUN is the process that runs the job, which starts workers by way of `pipelines.local`. What goes wrong in a worker
reaches the run by Beam's channels, and the run tells it in one line; the tracebacks that Beam's worker prints besides
are for --verbose.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time

LOOK_EVERY = 0.5  # seconds


def main(run: int, verbose: bool) -> None:
    """Work until the run ends. `run`: the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the run ends its workers
    threading.Thread(target=_end_with, args=(run,), daemon=True).start()
    if not verbose:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # It logs all options, keys of stores among them.
    logging.getLogger("apache_beam.runners.worker.sdk_worker_main").setLevel(logging.WARNING)
    gc.set_threshold(100_000)  # as in `pipelines.cli`
    from apache_beam.runners.worker import sdk_worker_main  # takes seconds, in which the run may end

    from pipelines import memory

    memory.keep()
    sdk_worker_main.main([])


def _end_with(run: int) -> None:
    """End this process at once when its run is gone: nothing it does would be of use."""
    while os.getppid() == run:
        time.sleep(LOOK_EVERY)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), "--verbose" in sys.argv)
