"""The Python half of a Flink machine: starts a worker process for each that its task manager asks for.

    python worker_pool.py [--bind 127.0.0.1:50000]

Beam's own pool (`apache_beam.runners.worker.worker_pool_main`), with three differences. It listens where it is told
to, not on every address of the machine, as whoever reaches it can run code. Its workers run on its own Python, not on
whatever `python` means. And a worker whose number is asked for again is ended first: its task manager is gone, as
task managers number their workers by themselves. For that reason, too, each task manager needs a pool of its own.
"""

from __future__ import annotations

import argparse
import atexit
import os
import signal
import sys
import threading
from pathlib import Path

import grpc
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer
from apache_beam.utils import thread_pool_executor


class WorkerPool(BeamFnExternalWorkerPoolServicer):
    def StartWorker(  # noqa: N802 - named by the service
        self, request: beam_fn_api_pb2.StartWorkerRequest, context: grpc.ServicerContext
    ) -> beam_fn_api_pb2.StartWorkerResponse:
        if earlier := self._worker_processes.pop(request.worker_id, None):
            earlier.kill()
            earlier.wait()
        return super().StartWorker(request, context)

    def close(self) -> None:
        for worker in self._worker_processes.values():
            worker.kill()


def serve(address: str) -> None:
    """Start workers for whoever asks at `address` ("host:port"), until SIGTERM or Ctrl-C."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # workers are started as "python"
    pool = WorkerPool(use_process=True, data_buffer_time_limit_ms=-1)  # as its own main does
    atexit.register(pool.close)
    server = grpc.server(
        thread_pool_executor.shared_unbounded_instance(),
        options=[
            ("grpc.http2.max_pings_without_data", 0),
            ("grpc.http2.max_ping_strikes", 0),
            ("grpc.so_reuseport", 0),
        ],
    )
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)
    server.add_insecure_port(address)
    server.start()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    print(f"worker pool: listening on {address}", flush=True)
    ended.wait()
    server.stop(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bind", metavar="HOST:PORT", default="127.0.0.1:50000")
    serve(parser.parse_args().bind)
