"""The local runner: Beam's `FnApiRunner`, whose worker processes are `pipelines.worker`.

- `runner`: the runner for a run's options
- `command`: what starts a worker process
"""

from __future__ import annotations

import os
import shlex
import sys

from apache_beam.options.pipeline_options import PipelineOptions, WorkerOptions
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_provision_api_pb2, beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import ExtendedProvisionInfo, FnApiRunner, RunnerResult
from apache_beam.runners.portability.portable_runner import JobServiceHandle


class _LocalRunner(FnApiRunner):
    """Beam has no option for the command of its worker processes: so it is put into the pipeline."""

    def run_via_runner_api(
        self, pipeline_proto: beam_runner_api_pb2.Pipeline, options: PipelineOptions
    ) -> RunnerResult:
        for environment in pipeline_proto.components.environments.values():
            if environment.urn == python_urns.SUBPROCESS_SDK:
                environment.payload = command(options).encode()
        return super().run_via_runner_api(pipeline_proto, options)


def runner(options: PipelineOptions) -> FnApiRunner:
    """A runner that tells its worker processes the options, as Beam's does not: file systems need them."""
    told = JobServiceHandle.encode_pipeline_options(options.get_all_options(drop_default=True))
    provision = beam_provision_api_pb2.ProvisionInfo(pipeline_options=told, retrieval_token="unused-retrieval-token")
    return _LocalRunner(provision_info=ExtendedProvisionInfo(provision))


def command(options: PipelineOptions) -> str:
    """For a shell. -P: a folder `transforms` where the user stands would be taken for ours."""
    words = [sys.executable, "-P", "-m", "pipelines.worker", str(os.getpid())]
    if options.view_as(WorkerOptions).default_sdk_harness_log_level in ("DEBUG", "INFO"):
        words.append("--verbose")
    return "exec " + shlex.join(words)
