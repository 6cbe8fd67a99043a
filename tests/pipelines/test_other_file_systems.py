"""A run from and to a file system that is not local: paths are Beam's everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import pytest
import runs
from memory_files import MemoryFileSystem

from transforms import plan

OUTPUT = "mem://news/out"
STEPS = ("--steps", "encoding,dedup")


@pytest.fixture
def stored(tmp_path: Path) -> dict[str, bytes]:
    """Files of the file system, at first two of pages and a list that names them."""
    files = MemoryFileSystem.files
    files.clear()
    for name, records in (("a.jsonl", corpus.pages(60)), ("b.jsonl.gz", corpus.pages(20, 60))):
        files[f"mem://news/in/{name}"] = corpus.write_jsonl(tmp_path / "in" / name, records).read_bytes()
    files["mem://news/list.txt"] = b"mem://news/in/a.jsonl\nmem://news/in/b.jsonl.gz\n"
    return files


def run(*arguments: str, code: int = 0) -> runs.Outcome:
    with runs.small_units():
        outcome = runs.copydesk("run", *STEPS, *arguments, "--output", OUTPUT)
    assert outcome.code == code, outcome.err
    return outcome


def outputs(stored: dict[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(f"{OUTPUT}/"): data for name, data in stored.items() if name.startswith(f"{OUTPUT}/")}


def test_a_run_reads_and_writes_the_same_as_with_local_files(stored: dict[str, bytes], tmp_path: Path) -> None:
    run("mem://news/in")
    with runs.small_units():
        runs.run(tmp_path / "in", *STEPS, output=tmp_path / "out")
    local = {name: (tmp_path / "out" / name).read_bytes() for name in runs.names(tmp_path / "out")}
    found = outputs(stored)
    assert found.keys() == local.keys()
    assert {name: data for name, data in found.items() if name.endswith(".parquet")} == {
        name: data for name, data in local.items() if name.endswith(".parquet")
    }
    assert json.loads(found["run.json"])["result"]["counts"] == runs.counts(tmp_path / "out")


@pytest.mark.parametrize("given", ["mem://news/in/*", "@mem://news/list.txt"])
def test_globs_and_lists_name_the_same_files(given: str, stored: dict[str, bytes]) -> None:
    assert stored
    sources = [source for source, _ in plan.find([given])[0]]
    assert sources == ["a.jsonl", "b.jsonl.gz"]


def test_what_later_runs_need_may_lie_elsewhere_than_the_output(stored: dict[str, bytes], tmp_path: Path) -> None:
    """No draft is renamed from one file system to another."""
    steps = ("--steps", "scaffolding,dedup", "--duplicates", "mark")
    elsewhere = ("--index", "mem://news/index", "--site-profiles", "mem://news/profiles")
    for night in (1, 2):
        date = f"2026-05-0{night}"
        runs.run("mem://news/in/b.jsonl.gz", *steps, *elsewhere, "--run-date", date, output=tmp_path / date)
    assert [name for name in stored if name.startswith("mem://news/profiles/") and name.endswith("/profile.json")]
    assert [name for name in stored if "_work" in name] == []
    assert {row["kept_run"] is not None for row in runs.rows(tmp_path / "2026-05-02", "duplicates")} == {True}


def test_a_finished_output_is_refused_or_replaced(stored: dict[str, bytes]) -> None:
    run("mem://news/in/a.jsonl")
    first = outputs(stored)
    assert "holds a finished run" in run("mem://news/in/a.jsonl", code=2).err
    run("mem://news/in/b.jsonl.gz", "--overwrite")
    second = outputs(stored)
    assert second["run.json"] != first["run.json"]
    assert sum(name.startswith("stories/") for name in second) < sum(name.startswith("stories/") for name in first)


def test_a_run_that_fails_leaves_the_one_that_it_was_to_replace(
    stored: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("mem://news/in/a.jsonl")
    first = outputs(stored)
    with monkeypatch.context() as patch:
        patch.setattr("transforms.commit.check", lambda *_: 1 / 0)
        run("mem://news/in/b.jsonl.gz", "--overwrite", code=1)
    assert first.items() <= outputs(stored).items()
    run("mem://news/in/b.jsonl.gz", "--overwrite")
    assert first.keys() > outputs(stored).keys()


def test_a_run_that_failed_continues(stored: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("transforms.commit.check", no_space)
        assert "no space left" in run("mem://news/in", code=1).err
    assert f"{OUTPUT}/_work/plan.json" in stored
    assert "continuing the unfinished run" in run("mem://news/in").err
    assert not any("/_work/" in name for name in stored)


def test_a_file_that_is_not_there_is_named(stored: dict[str, bytes]) -> None:
    assert "no file to read at mem://news/nothing" in run("mem://news/nothing", code=2).err
