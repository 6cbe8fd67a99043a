"""A whole submission to a double of the Dataflow service: what is staged, what runs, what the command says."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import corpus
import dataflow_service
import pytest
import runs
from dataflow_service import Service
from object_stores import Gcs

from pipelines import template
from transforms import plan as plans

pytestmark = pytest.mark.slow

STEPS = ("--steps", "encoding,dedup")
ROOT = Path(__file__).resolve().parents[2]
IMAGE = "us-central1-docker.pkg.dev/test-project/copydesk/copydesk:1"


@pytest.fixture(autouse=True)
def few_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a file or more, and each file some requests: with few of them the emulated store is done in seconds."""
    monkeypatch.setattr("transforms.key_files.PARTITIONS", 3)


@pytest.fixture
def pages(gcs: Gcs, tmp_path: Path) -> Path:
    """Pages on the store, in a folder with a date, and the same here."""
    path = corpus.write_jsonl(tmp_path / "in" / "a.jsonl", corpus.pages(40))
    gcs.write("in/2026-05-31/a.jsonl", path.read_bytes())
    return path.parent


@pytest.fixture
def double(gcs: Gcs) -> Iterator[Service]:
    with dataflow_service.service(gcs) as service:
        yield service


def submit(service: Service, *options: str) -> runs.Outcome:
    place = (f"{Gcs.root}/in/{{date}}", "--output", f"{Gcs.root}/out/{{date}}", "--run-date", "2026-05-31")
    return runs.copydesk("run", *place, *STEPS, *service.options, *options)


def local(pages: Path, output: Path) -> Path:
    runs.run(pages, *STEPS, "--run-date", "2026-05-31", output=output)
    return output


def assert_the_same(store: Gcs, expected: Path) -> None:
    """The datasets byte for byte, and the result."""
    for name in runs.names(expected):
        if name.endswith(".parquet"):
            assert store.read(f"out/2026-05-31/{name}") == (expected / name).read_bytes(), name
    assert json.loads(store.read("out/2026-05-31/run.json"))["result"] == runs.result(expected)


def staged(store: Gcs) -> dict[str, bytes]:
    """What was staged for workers, by the name that they see."""
    return {name.rpartition("/")[2]: store.read(name) for name in store.names("tmp/")}


def test_a_job_from_a_checkout_does_what_a_local_run_does(
    gcs: Gcs, double: Service, pages: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rooms = [path for room in ("pipelines", "transforms", "schemas") for path in (ROOT / room).rglob("*.*")]
    outcome = submit(double)
    assert outcome.code == 0, outcome.err
    assert f"/dataflow/jobs/us-central1/{dataflow_service.JOB_ID}?project=test-project" in caplog.text
    assert_the_same(gcs, local(pages, tmp_path / "out"))
    assert json.loads(gcs.read("out/2026-05-31/run.json"))["execution"]["engine"] == "DataflowRunner"
    assert gcs.names("out/2026-05-31/_work") == []

    jobs = "/v1b3/projects/test-project/locations/us-central1/jobs"
    assert double.requests[0] == ("POST", jobs)
    own = f"{jobs}/{dataflow_service.JOB_ID}"
    assert set(double.requests[1:]) <= {("GET", own), ("GET", f"{own}/messages")}

    files = staged(gcs)
    assert files.keys() == {"workflow.tar.gz", "requirements.txt", "pipeline.pb"}
    pins = dict(line.split("==") for line in files["requirements.txt"].decode().split())
    there = plans.decisive_versions()
    assert {name: pins[name] for name in plans.DECISIVE if name in pins} == {
        name: there[name] for name in plans.DECISIVE if name != "apache-beam"
    }
    (job,) = double.jobs
    assert job.name.startswith("copydesk-2026-05-31-")
    (pool,) = job.environment.worker_pools
    assert pool.worker_harness_container_image.endswith(f"/beam_python3.11_sdk:{there['apache-beam']}")
    assert {package.name for package in pool.packages} == files.keys() - {"pipeline.pb"}

    with tarfile.open(fileobj=BytesIO(files["workflow.tar.gz"])) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {str(path.relative_to(ROOT)) for path in rooms if path.suffix not in (".pyc", ".so")} <= held


def test_a_job_that_fails_says_why(double: Service, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise RuntimeError("OSError: the workers are gone")

    assert pages
    monkeypatch.setattr(Service, "_run", gone)
    outcome = submit(double, f"--sdk_container_image={IMAGE}")
    assert outcome.code == 1
    assert "the workers are gone" in outcome.err


def test_a_template_launch_submits_and_does_not_wait(
    gcs: Gcs,
    double: Service,
    pages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The launcher names the file that it wants the job in; Dataflow takes it from there when the launcher ended."""
    monkeypatch.setenv(template.IMAGE, IMAGE)
    parameters = {
        "input": f"{Gcs.root}/in/{{date}}",
        "output": f"{Gcs.root}/out/{{date}}",
        "run_date": "2026-05-31",
        "steps": "encoding,dedup",
        "survey": "false",
        "exclude": "",
        "job_name": "copydesk-nightly",
        "template_location": f"{Gcs.root}/launches/job_object",
    }
    with pytest.raises(SystemExit) as end:
        template.launch([*double.options, *(f"--{name}={value}" for name, value in parameters.items())])
    told = capsys.readouterr().err
    assert end.value.code == 0, told
    assert "the job was submitted" in told
    assert double.requests == []
    assert "out/2026-05-31/_work/plan.json" in gcs.names("out")
    assert "out/2026-05-31/run.json" not in gcs.names("out")

    double.accept(gcs.read("launches/job_object"))
    assert double.failure is None
    (job,) = double.jobs
    assert job.name == "copydesk-nightly"
    assert job.environment.worker_pools[0].worker_harness_container_image == IMAGE
    output = tmp_path / "out"
    runs.run(pages, *STEPS, "--no-survey", "--run-date", "2026-05-31", output=output)
    assert_the_same(gcs, output)
