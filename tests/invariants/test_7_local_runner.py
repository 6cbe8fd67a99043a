"""Invariant 7: the local runner is FnApiRunner, named explicitly."""

from __future__ import annotations

import json
from pathlib import Path

import apache_beam as beam
import corpus
import pytest
import runs
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from runs import Finished

from pipelines import clean
from pipelines.options import UsageError


@pytest.mark.parametrize("runner", ["NoSuchRunner", "no.such.Runner", "os.NoSuchRunner"])
def test_a_runner_that_does_not_exist_is_refused_before_the_run(runner: str) -> None:
    with pytest.raises(UsageError, match="--runner: "):
        clean.engine_options([f"--runner={runner}"], workers=None)


def test_a_wrong_value_of_a_beam_option_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"^argument --direct_num_workers: invalid int value: 'abc'$"):
        clean.engine_options(["--direct_num_workers=abc"], workers=None)


WORTH = clean.WORTH_WORKERS


@pytest.mark.parametrize(
    ("arguments", "workers", "size", "chosen"),
    [
        ([], None, WORTH - 1, (1, "in_memory")),
        ([], None, WORTH, (4, "multi_processing")),
        ([], 1, WORTH, (1, "in_memory")),
        ([], 2, 1, (2, "multi_processing")),
        (["--direct_num_workers=3"], None, 1, (3, "multi_processing")),
        (["--direct_num_workers=3", "--direct_running_mode=multi_threading"], None, 1, (3, "multi_threading")),
    ],
)
def test_processes_are_as_many_as_asked_for_else_as_the_input_is_worth(
    arguments: list[str], workers: int | None, size: int, chosen: tuple[int, str]
) -> None:
    options = clean.engine_options(arguments, workers)
    clean.use_workers(options, workers, size, cores=4, verbose=False)
    direct = options.view_as(DirectOptions)
    assert (direct.direct_num_workers, direct.direct_running_mode) == chosen


@pytest.mark.parametrize("asked", [[], ["--runner=DirectRunner"], ["--runner", "direct"], ["--runner=FnApiRunner"]])
def test_a_local_run_is_of_the_fn_api_runner_itself(asked: list[str]) -> None:
    options = clean.engine_options(asked, workers=None)
    assert type(beam.Pipeline(options=options).runner) is FnApiRunner


def test_the_run_says_which_runner_it_had(finished: Finished) -> None:
    execution = json.loads((finished.output / "run.json").read_bytes())["execution"]
    assert execution["engine"] == "FnApiRunner"


def test_a_run_that_asks_for_the_direct_runner_gets_it_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(3))
    runs.run(tmp_path / "in.jsonl", "--steps", "dedup", "--runner=DirectRunner", output=tmp_path / "out")
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["execution"]["engine"] == "FnApiRunner"
    assert "FnApiRunner, which DirectRunner stands for" in caplog.text


@pytest.mark.parametrize("name", ["DaskRunner", "dask"])
def test_dask_is_refused_since_it_mixes_up_outputs(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DaskRunner mixes up"):
        clean.engine_options([f"--runner={name}"], workers=None)
    corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(3))
    outcome = runs.copydesk("run", tmp_path / "in.jsonl", "--output", tmp_path / "out", f"--runner={name}")
    assert outcome.code == 2
    assert "DaskRunner mixes up" in outcome.err
    assert not (tmp_path / "out").exists()


def test_workers_are_for_local_runs_alone() -> None:
    with pytest.raises(UsageError, match="--workers is for local runs; FlinkRunner has options of its own"):
        clean.engine_options(["--runner=FlinkRunner"], workers=2)
