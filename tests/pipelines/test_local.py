"""Worker processes of a local run: which program they are, and what they say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines import local


@pytest.mark.parametrize(("level", "said"), [("ERROR", False), ("INFO", True)])
def test_a_worker_is_ours_wherever_the_user_stands_and_talks_where_it_is_asked_to(
    level: str, said: bool, tmp_path: Path
) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").touch()
    command = local.command(PipelineOptions([f"--default_sdk_harness_log_level={level}"]))
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1  # nobody has told it where its work comes from
    assert ("CONTROL_API_SERVICE_DESCRIPTOR" in done.stderr) is said
    assert bool(done.stderr) is said


def test_an_interpreter_in_a_folder_with_a_blank_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/my tools/python")
    assert local.command(PipelineOptions([])).startswith("exec '/my tools/python' -P -m pipelines.worker ")
