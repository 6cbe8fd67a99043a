"""Invariant 7: the local runner is FnApiRunner, named explicitly."""

from __future__ import annotations

import json
from pathlib import Path

import apache_beam as beam
import corpus
import pytest
import runs
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from runs import Finished

from pipelines import clean
from pipelines.options import UsageError


@pytest.mark.parametrize("asked", [[], ["--runner=DirectRunner"], ["--runner", "FnApiRunner"]])
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


def test_dask_is_refused_since_it_mixes_up_outputs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DaskRunner mixes up"):
        clean.engine_options(["--runner=DaskRunner"], workers=None)
    corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(3))
    outcome = runs.copydesk("run", tmp_path / "in.jsonl", "--output", tmp_path / "out", "--runner=DaskRunner")
    assert outcome.code == 2
    assert "DaskRunner mixes up" in outcome.err
    assert not (tmp_path / "out").exists()


def test_workers_are_for_local_runs_alone() -> None:
    with pytest.raises(UsageError, match="--workers is for local runs; FlinkRunner has options of its own"):
        clean.engine_options(["--runner=FlinkRunner"], workers=2)
