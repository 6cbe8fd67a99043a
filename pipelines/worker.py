"""A worker process of a local run: Beam's own, made to end with its run and to keep quiet.

    python -P -m pipelines.worker [--verbose]

`pipelines.local` starts it. What goes wrong in a worker reaches the run by Beam's channels, and the run tells it in one
line; the tracebacks that Beam's worker prints besides are for --verbose.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from apache_beam.runners.worker import sdk_worker_main

LOOK_EVERY = 0.5  # seconds


def main(arguments: list[str]) -> None:
    """Work until the run ends. `arguments`: of the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the run ends its workers
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    if "--verbose" not in arguments:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())
    sdk_worker_main.main(arguments)


def _end_with(parent: int) -> None:
    """End this process at once when its run is gone: nothing it does would be of use."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
