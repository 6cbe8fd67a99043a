"""The local runner: Beam's `FnApiRunner`, whose worker processes wait for it (`pipelines.workers.started`).

- `runner`: the runner for a run's options
"""

from __future__ import annotations

import threading
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_provision_api_pb2, beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import ExtendedProvisionInfo, FnApiRunner, RunnerResult
from apache_beam.runners.portability.fn_api_runner.worker_handlers import GrpcWorkerHandler, WorkerHandler
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from google.protobuf import json_format, text_format

from pipelines import workers

WAITING = "copydesk:waiting"  # the environment of Beam's that our worker processes are


class _LocalRunner(FnApiRunner):
    """Beam starts a command a worker; here each is taken from those that wait."""

    def run_via_runner_api(
        self, pipeline_proto: beam_runner_api_pb2.Pipeline, options: PipelineOptions
    ) -> RunnerResult:
        for environment in pipeline_proto.components.environments.values():
            if environment.urn == python_urns.SUBPROCESS_SDK:
                environment.urn = WAITING
        return super().run_via_runner_api(pipeline_proto, options)


class _Handler(GrpcWorkerHandler):
    """Sets a waiting process to work on a job, and watches over it."""

    def __init__(self, worker: workers.Worker, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._worker = worker
        self._watcher = threading.Thread(name=workers.WATCHER, target=worker.join)

    def start_worker(self) -> None:
        self._worker.begin(
            {
                "WORKER_ID": self.worker_id,
                "CONTROL_API_SERVICE_DESCRIPTOR": text_format.MessageToString(self.control_api_service_descriptor()),
                "PIPELINE_OPTIONS": json_format.MessageToJson(self.provision_info.provision_info.pipeline_options),
            }
        )
        self._watcher.start()

    def stop_worker(self) -> None:
        self._watcher.join()


def runner(options: PipelineOptions, waiting: list[workers.Worker]) -> FnApiRunner:
    """A runner that tells its worker processes the options, as Beam's does not: file systems need them."""
    WorkerHandler.register_environment(WAITING, bytes)(lambda _, *arguments: _Handler(waiting.pop(), *arguments))
    told = JobServiceHandle.encode_pipeline_options(options.get_all_options(drop_default=True))
    provision = beam_provision_api_pb2.ProvisionInfo(pipeline_options=told, retrieval_token="unused-retrieval-token")
    return _LocalRunner(provision_info=ExtendedProvisionInfo(provision))
