"""The job as Dataflow gets it: typed where it is shuffled, small, and completed with what its user left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpus
import dataflow_service
import pytest
import runs
import shuffles
from apache_beam.options.pipeline_options import WorkerOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2 as beam_api
from google.cloud import dataflow
from memory_files import MemoryFileSystem

from pipelines import dataflow as launched
from schemas.settings import Settings
from transforms import plan as plans

IMAGE = "--sdk_container_image=us-central1-docker.pkg.dev/test-project/copydesk/copydesk:1"
GROUP, SPREAD = (common_urns.primitives.GROUP_BY_KEY.urn, common_urns.composites.RESHUFFLE.urn)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> plans.Plan:
    folder = tmp_path_factory.mktemp("in")
    corpus.write_jsonl(folder / "a.jsonl", corpus.pages(3))
    return plans.make([str(folder)], Settings())


@pytest.fixture(scope="module")
def job(plan: plans.Plan) -> Any:
    return dataflow_service.dry_run(plan, IMAGE)


def shuffled(pipeline: beam_api.Pipeline) -> Iterator[tuple[str, str]]:
    """Name of each shuffle of the job's and the coder of what it is given; not the insides of Beam's Reshuffle."""
    parts = pipeline.components
    spreads = [one.unique_name for one in parts.transforms.values() if one.spec.urn == SPREAD]
    for one in parts.transforms.values():
        inside = any(one.unique_name.startswith(f"{spread}/") for spread in spreads)
        if one.spec.urn == SPREAD or (one.spec.urn == GROUP and not inside):
            (given,) = one.inputs.values()
            yield one.unique_name, parts.pcollections[given].coder_id


def urns(pipeline: beam_api.Pipeline, coder: str) -> set[str]:
    one = pipeline.components.coders[coder]
    return {one.spec.urn, *(urn for part in one.component_coder_ids for urn in urns(pipeline, part))}


def test_everything_that_is_shuffled_has_a_type(job: Any) -> None:
    found = dict(shuffled(job.proto_pipeline))
    assert len(found) >= 10
    standard = {"kv", "varint", "bytes"}
    for name, coder in found.items():
        assert urns(job.proto_pipeline, coder) <= {f"beam:coder:{kind}:v1" for kind in standard}, name


def test_the_graph_is_as_small_for_a_hundred_thousand_files(job: Any, plan: plans.Plan) -> None:
    """Dataflow takes requests of 20 MB and graphs of 10 MB."""
    one, span = plan.inputs[0], plan.units[0][0]
    many = plan.model_copy(
        update={
            "inputs": tuple(one.model_copy(update={"path": f"gs://news/in/{n}.jsonl"}) for n in range(100_000)),
            "units": tuple((span.model_copy(update={"input": n}),) for n in range(100_000)),
        }
    )
    large = dataflow_service.dry_run(many, IMAGE)
    for described in (large.json(), large.proto_pipeline.SerializeToString()):
        assert len(described) < 200_000
    sizes = [len(each.proto_pipeline.SerializeToString()) for each in (job, large)]
    assert abs(sizes[0] - sizes[1]) < 1000


def test_a_page_takes_a_few_bytes_of_each_shuffle(tmp_path: Path) -> None:
    """Text never crosses one: hashes of ids do, and edges and decisions of copies."""
    pages = 400
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", corpus.pages(pages))
    with shuffles.counted() as sent, runs.small_units():
        runs.run(tmp_path / "in", "--steps", "encoding,dedup", output=tmp_path / "out")
    units = runs.counts(tmp_path / "out")["units"]
    assert units > 5
    a_page = {"Typed ids": 20, "FindDuplicates/Verify": 20, "FinishUnits/Flatten": 20}
    a_unit = {"Commit/Together": 1000}  # its manifest
    for step, size in sent.items():
        # the others spread numbers, of units and of the 64 partitions
        allowed = a_page.get(step, 0) * pages + a_unit.get(step, 0) * units + 160 * (units + 64)
        assert size < allowed, step
    assert {*a_page, *a_unit} < sent.keys()
    assert sum(sent[step] for step in a_page) < 40 * pages


def worker_pool(job: Any) -> dataflow.WorkerPool:
    """The machines that a job asks for."""
    from apache_beam.runners.dataflow.internal.apiclient import Environment

    environment = Environment([], job.options, "8", "gs://news/tmp/pipeline.pb", job.proto_pipeline)
    (pool,) = environment.proto.worker_pools
    return pool


def test_machines_are_chosen_where_nobody_chose(job: Any) -> None:
    pool = worker_pool(job)
    assert (pool.machine_type, pool.disk_size_gb, pool.num_threads_per_worker) == ("n2-standard-4", 50, 2)
    assert (pool.num_workers, pool.autoscaling_settings.max_num_workers) == (1, 1)
    assert pool.worker_harness_container_image == IMAGE.partition("=")[2]


def test_what_was_chosen_stays(plan: plans.Plan) -> None:
    job = dataflow_service.dry_run(
        plan,
        IMAGE,
        "--machine_type=e2-standard-8",
        "--disk_size_gb=30",
        "--number_of_worker_harness_threads=1",
        "--max_num_workers=7",
        "--job_name=mine",
    )
    pool = worker_pool(job)
    assert (pool.machine_type, pool.disk_size_gb, pool.num_threads_per_worker) == ("e2-standard-8", 30, 1)
    assert (pool.num_workers, pool.autoscaling_settings.max_num_workers) == (1, 7)
    assert job.proto.name == "mine"


@pytest.mark.parametrize(
    ("units", "chosen", "workers"),
    [(160, (), 10), (160, ("--machine_type=n2-standard-16",), 3), (160, ("--max_num_workers=4",), 4), (10**6, (), 100)],
)
def test_workers_follow_from_the_units(plan: plans.Plan, units: int, chosen: tuple[str, ...], workers: int) -> None:
    many = plan.model_copy(update={"units": plan.units * units})
    options = dataflow_service.completed(many, IMAGE, *chosen).view_as(WorkerOptions)
    assert (options.num_workers, options.max_num_workers) == (workers, workers)


def test_a_job_has_the_name_of_its_input_so_that_it_cannot_run_twice_at_once(job: Any, plan: plans.Plan) -> None:
    assert job.proto.name == f"copydesk-{plan.run_name}"


def test_an_image_brings_everything_so_nothing_is_staged(job: Any) -> None:
    (environment,) = job.proto_pipeline.components.environments.values()
    assert list(environment.dependencies) == []


def test_what_dataflow_needs_is_asked_for_at_once(tmp_path: Path) -> None:
    pages = corpus.write_jsonl(tmp_path / "a.jsonl", corpus.pages(3))
    for options, told in (
        ((), "--project, --region, --temp_location"),
        (dataflow_service.PLACE, f"cannot see {pages}"),
    ):
        outcome = runs.copydesk("run", pages, "--output", "gs://news/out", "--runner=DataflowRunner", *options)
        assert outcome.code == 2
        assert told in outcome.err


def test_a_list_may_be_on_this_machine_but_not_what_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launched.PipelineOptionsValidator, "validate", lambda _: [])  # it asks Google for the bucket
    MemoryFileSystem.files["mem://news/a.jsonl"] = b'{"text": "A page."}\n'
    listed = tmp_path / "list.txt"
    command = ("run", f"@{listed}", "--dry-run", "--runner=DataflowRunner", *dataflow_service.PLACE)
    listed.write_text("mem://news/a.jsonl\n", encoding="utf-8")
    assert "would read 1 file" in runs.copydesk(*command).out
    listed.write_text(f"{listed}\n", encoding="utf-8")
    outcome = runs.copydesk(*command)
    assert (outcome.code, f"cannot see {listed}" in outcome.err) == (2, True)


def test_a_word_profile_on_this_machine_is_refused(tmp_path: Path) -> None:
    words = tmp_path / "words.parquet"
    command = ("run", "gs://news/in", "--word-profile", words, "--runner=DataflowRunner", *dataflow_service.PLACE)
    outcome = runs.copydesk(*command, "--output", "gs://news/out")
    assert (outcome.code, f"cannot see {words}" in outcome.err) == (2, True)


def test_an_output_on_this_machine_is_refused(tmp_path: Path) -> None:
    outcome = runs.copydesk(
        "run", "gs://news/in", "--output", tmp_path, "--runner=DataflowRunner", *dataflow_service.PLACE
    )
    assert outcome.code == 2
    assert f"cannot see {tmp_path}" in outcome.err


def test_installed_without_sources_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pipelines.dataflow.CHECKOUT", tmp_path)
    command = ("run", "gs://news/in", "--output", "gs://news/out", "--runner=DataflowRunner", *dataflow_service.PLACE)
    outcome = runs.copydesk(*command)
    assert outcome.code == 2
    assert "--sdk_container_image" in outcome.err
