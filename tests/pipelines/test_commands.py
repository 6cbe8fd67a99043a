"""The command line as a whole: what it lists, how fast it answers, how it refuses."""

from __future__ import annotations

import importlib
import subprocess
import sys

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


def test_a_command_that_is_none_is_refused_with_the_nearest() -> None:
    outcome = runs.copydesk("rnu")
    assert outcome.code == 2
    assert "no such command: rnu (did you mean run?)" in outcome.err
    assert "No such command 'zzz'" in runs.copydesk("zzz").err
