"""A double of the Dataflow service on loopback: takes a job, runs what was staged, tells its state.

- `service`: the double, until the block ends; `options` point the runner to it
- `completed`: a job's options, with what was left out
- `dry_run`: the job of a plan as Dataflow would get it, nothing of it submitted

The double runs the staged pipeline with Beam's local runner in this process, against the object store that the job was
staged on. So it covers what the client sends; images, machines and the service's own shuffle it does not have.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import apache_beam as beam
import object_stores
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_runner_api_pb2 as beam_api
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from google.cloud import dataflow
from google.protobuf import json_format

from pipelines import clean
from pipelines import dataflow as completing
from schemas.plan import Plan

PLACE = ("--project=test-project", "--region=us-central1", f"--temp_location={object_stores.Gcs.root}/tmp")
JOB_ID = "2026-05-31_00_00_00-1"


class Service:
    """What was asked of the double: `jobs` as the client described them, `requests` as (method, path)."""

    def __init__(self, store: object_stores.Gcs, port: int) -> None:
        self.options = ("--runner=DataflowRunner", *PLACE, f"--dataflow_endpoint=http://localhost:{port}")
        self.jobs: list[dataflow.Job] = []
        self.requests: list[tuple[str, str]] = []
        self.failure: str | None = None
        self.state = "JOB_STATE_RUNNING"
        self._store = store

    def accept(self, described: bytes) -> None:
        """Take a job and run it, before the client asks how it is."""
        try:
            self.jobs.append(dataflow.Job.from_json(described))
            self._run(self.jobs[-1])
        except (Exception, SystemExit) as error:
            self.failure = str(error) or type(error).__name__
        self.state = "JOB_STATE_FAILED" if self.failure else "JOB_STATE_DONE"

    def pipeline(self) -> beam_api.Pipeline:
        """The pipeline of the last job, as it was staged."""
        return staged_pipeline(self._store, self.jobs[-1])

    def _run(self, job: dataflow.Job) -> None:
        pipeline = staged_pipeline(self._store, job)
        for environment in pipeline.components.environments.values():
            environment.urn = python_urns.EMBEDDED_PYTHON
        FnApiRunner().run_via_runner_api(pipeline, PipelineOptions()).wait_until_finish()

    def told(self) -> dict[str, str]:
        return {
            "id": JOB_ID,
            "projectId": "test-project",
            "name": "job",
            "currentState": self.state,
            "location": "us-central1",
            "type": "JOB_TYPE_BATCH",
        }


def staged_options(job: dataflow.Job) -> dict[str, Any]:
    """The pipeline options that the job tells its workers."""
    return dict(json_format.MessageToDict(dataflow.Job.pb(job).environment.sdk_pipeline_options)["options"])


def staged_pipeline(store: object_stores.Gcs, job: dataflow.Job) -> beam_api.Pipeline:
    path = str(staged_options(job)["pipelineUrl"])
    return beam_api.Pipeline.FromString(store.read(path.removeprefix(f"{store.root}/")))


@contextlib.contextmanager
def service(store: object_stores.Gcs) -> Iterator[Service]:
    """The double, with staging on `store`."""
    with ThreadingHTTPServer(("localhost", 0), _Handler) as http:
        http.double = Service(store, http.server_port)  # type: ignore[attr-defined]
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield http.double  # type: ignore[attr-defined]
        http.shutdown()
        thread.join()


def completed(plan: Plan, *options: str) -> PipelineOptions:
    """The options of a job of a plan, with what their user left out."""
    engine = clean.engine_options(["--runner=DataflowRunner", *PLACE, *options], None)
    completing.complete(engine, plan)
    return engine


def dry_run(plan: Plan, *options: str) -> Any:
    """The job of a plan, as the client would submit it: `proto_pipeline` and `json()` describe it."""
    engine = completed(plan, "--dry_run=True", "--no_auth", *options)
    pipeline = beam.Pipeline(runner="DataflowRunner", options=engine)
    clean.build(pipeline, plan, "gs://news/out", "gs://news/out/_work", "DataflowRunner")
    return pipeline.run().job  # type: ignore[attr-defined]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        double = self._noted()
        described = self.rfile.read(int(self.headers["Content-Length"]))
        if re.fullmatch(r"/v1b3/projects/test-project/locations/us-central1/jobs", self.path.partition("?")[0]):
            double.jobs.clear()
            Thread(target=double.accept, args=(described,), daemon=True).start()
            told = {**json.loads(described), "id": JOB_ID, "currentState": "JOB_STATE_RUNNING"}
            self._answer({name: told[name] for name in ("id", "name", "currentState", "clientRequestId")})
        else:
            self._answer({}, 404)

    def do_GET(self) -> None:
        double = self._noted()
        if "/messages" in self.path:
            said = {"time": "2026-05-31T00:00:00Z", "messageText": double.failure}
            messages = [{**said, "messageImportance": "JOB_MESSAGE_ERROR"}]
            self._answer({"jobMessages": messages if double.failure else []})
        else:
            self._answer(double.told())

    def _noted(self) -> Service:
        double: Service = self.server.double  # type: ignore[attr-defined]
        double.requests.append((self.command, self.path.partition("?")[0]))
        return double

    def _answer(self, content: object, status: int = 200) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass
