"""`copydesk schema`, `steps`, `init` and `completion`: what they tell is what the code holds."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
import runs
from click.shell_completion import BashComplete

from pipelines import reference
from pipelines.cli import main
from pipelines.options import merge
from pipelines.specs import specs
from schemas.datasets import DATASETS
from schemas.settings import STEPS, Execution, Settings


def test_schema_tells_every_column_with_tabs_for_pipes_and_as_json() -> None:
    lines = runs.copydesk("schema").out.splitlines()
    assert lines[0].split("\t") == ["dataset", "column", "type", "null", "meaning"]
    assert len(lines) == 1 + sum(len(dataset.schema) for dataset in DATASETS)
    assert {len(line.split("\t")) for line in lines} == {5}
    told = json.loads(runs.copydesk("schema", "edits", "--json").out)
    assert [one["dataset"] for one in told] == ["edits"]
    assert {"name": "rule", "type": "string", "nullable": False, "meaning": "what decided it, as family/name"} in told[
        0
    ]["columns"]


def test_schema_refuses_a_dataset_that_is_none() -> None:
    outcome = runs.copydesk("schema", "storys")
    assert outcome.code == 2
    assert "stories" in outcome.err


def test_steps_tells_each_step_in_order_with_its_settings() -> None:
    told = json.loads(runs.copydesk("steps", "--json").out)
    assert [one["step"] for one in told] == list(STEPS)
    dedup = {one["key"]: one for one in told[-1]["settings"]}
    assert dedup["dedup.drop_at"]["option"] == "--drop-at"
    assert dedup["dedup.drop_at"]["default"] == "85"
    assert dedup["dedup.keep"]["choices"] == ["longest", "earliest", "latest", "preferred-sites"]
    assert "scaffolding.keep_phrases" in runs.copydesk("steps").out


def test_a_new_config_says_nothing_until_a_line_is_uncommented(tmp_path: Path) -> None:
    file = tmp_path / "copydesk.toml"
    assert runs.copydesk("init", file).code == 0
    assert merge({}, str(file)) == (Settings(), Execution(), [], [])
    file.write_text(file.read_text().replace("#min_words = 0", "min_words = 7").replace("#[typos]", "[typos]"))
    assert merge({}, str(file))[0].min_words == 7


def test_a_new_config_uncommented_says_the_defaults(tmp_path: Path) -> None:
    lines = [line.removeprefix("#") if line[:2] != "# " else line for line in reference.config().splitlines()]
    data = tomllib.loads("\n".join(lines))
    data.pop("beam")
    data.pop("input")
    for spec in specs():
        table = data[spec.path[0]] if len(spec.path) > 1 else data
        value = table.pop(spec.path[-1])
        assert spec.default is None or value == (list(spec.default) if spec.kind == "list" else spec.default), spec.key
    assert [name for name, left in data.items() if left != {}] == []


def test_a_config_that_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "copydesk.toml"
    file.write_text("limit = 3\n")
    outcome = runs.copydesk("init", file)
    assert outcome.code == 2
    assert "is there already" in outcome.err
    assert file.read_text() == "limit = 3\n"


def test_a_config_goes_to_standard_output_for_a_dash() -> None:
    assert runs.copydesk("init", "-").out == reference.config()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_the_shell(shell: str) -> None:
    script = runs.copydesk("completion", shell)
    assert script.code == 0
    assert "_COPYDESK_COMPLETE" in script.out
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script.out, text=True, check=True)


@pytest.mark.parametrize(("words", "wanted"), [("copydesk sch", "schema"), ("copydesk run --dupl", "--duplicates")])
def test_completion_names_commands_and_options(words: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    assert f"plain,{wanted}" in BashComplete(main, {}, "copydesk", "_COPYDESK_COMPLETE").complete()


@pytest.mark.parametrize("words", ["copydesk run pages/a", "copydesk run --output o", "copydesk explain pa"])
def test_completion_leaves_paths_to_the_shell(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    assert BashComplete(main, {}, "copydesk", "_COPYDESK_COMPLETE").complete() == f"file,{words.split()[-1]}"
