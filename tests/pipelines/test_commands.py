"""The command line as a whole: what it lists, how fast it answers, how it refuses."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import corpus
import pytest
import runs

from pipelines.cli import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_of_each_what_it_says_of_itself(name: str) -> None:
    command = importlib.import_module(f"pipelines.commands.{name}").command
    assert command.name == name
    assert command.help.startswith(COMMANDS[name].removesuffix("."))
    assert runs.copydesk(name, "--help").code == 0


def test_help_and_version_load_neither_beam_nor_arrow_nor_the_settings() -> None:
    heavy = {"apache_beam", "pyarrow", "numpy", "pydantic"}
    show = "import sys; from pipelines.cli import main; main(['--help'], standalone_mode=False)"
    script = f"{show}; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
    assert all(name in done.stdout for name in COMMANDS)


def test_help_of_run_does_not_wait_for_beam() -> None:
    script = "import sys; import pipelines.commands.run; print({'apache_beam', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_file_that_is_gone_from_an_output_or_an_index_is_named_in_a_line(tmp_path: Path) -> None:
    pages = corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(5))
    output, index = tmp_path / "out", tmp_path / "index"
    runs.run(pages, "--steps", "dedup", "--index", index, "--run-date", "2026-05-01", output=output)
    (output / "stories" / "part-00000.parquet").unlink()
    (keys,) = index.rglob("*.keys.arrow")
    keys.unlink()
    for command in (("show", output, "p000001"), ("diff", output, output), ("profile", output, "--to", "w.parquet")):
        outcome = runs.copydesk(*command)
        assert outcome.code == 2
        assert f"{output} has lost stories/part-00000.parquet, which its run.json lists" in outcome.err
    outcome = runs.copydesk("explain", pages, "--index", index)
    assert outcome.code == 1
    assert str(keys) in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_command_that_is_none_is_refused_with_the_nearest() -> None:
    outcome = runs.copydesk("rnu")
    assert outcome.code == 2
    assert "no such command: rnu (did you mean run?)" in outcome.err
    assert "No such command 'zzz'" in runs.copydesk("zzz").err
