"""Ctrl-C and failures: said in one line, and nothing that could not be continued."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import corpus
import pytest
import runs

from pipelines import clean

DEDUP = ("--steps", "dedup")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(5))


def test_an_interrupted_run_says_how_it_goes_on(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.clean.run", interrupt)
        outcome = runs.copydesk("run", pages, "--output", tmp_path / "out", *DEDUP)
    assert outcome.code == 130
    assert outcome.err == "copydesk: interrupted; the same command continues the run\n"
    assert "continuing the unfinished run" in runs.run(pages, *DEDUP, output=tmp_path / "out").err


def test_a_failed_run_is_told_in_two_lines_and_with_its_traceback_where_asked(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("transforms.clean_units.clean", fail)
    outcome = runs.copydesk("run", pages, "--output", tmp_path / "out", *DEDUP)
    assert outcome.code == 1
    first, second = outcome.err.splitlines()
    assert "the disk is full" in first
    assert second == "The same command continues it where it stopped; -v shows the traceback."
    assert "Traceback" in runs.copydesk("run", pages, "--output", tmp_path / "out", *DEDUP, "-v").err


def test_a_job_that_is_restarted_when_its_output_is_finished_has_not_failed(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = clean.run

    def restart(*arguments: Any) -> bool:
        finish(*arguments)
        raise RuntimeError("the plan is gone")

    monkeypatch.setattr("pipelines.clean.run", restart)
    runs.run(pages, *DEDUP, output=tmp_path / "out")
    assert runs.counts(tmp_path / "out")["read"] == 5
