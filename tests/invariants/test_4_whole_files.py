"""Invariant 4: a file appears under its final name only when it is whole, and a run that was killed continues."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import corpus
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import runs

from transforms import files, tables

STEPS = ("--steps", "encoding,dedup")
SCHEMA = pa.schema([("n", pa.int64())])


class BrokenOffError(Exception):
    """Something that goes wrong in the middle of writing."""


def write_rows_and_break_off(path: Path, work: Path) -> None:
    with tables.writer(str(path), SCHEMA, str(work)) as file:
        for _ in range(3):
            file.write(pa.table({"n": list(range(tables.GROUP_ROWS))}))
        raise BrokenOffError


def write_bytes_and_break_off(path: Path, work: Path) -> None:
    with files.draft(str(path), str(work)) as file:
        file.write(b"new")
        raise BrokenOffError


def test_a_table_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BrokenOffError):
        write_rows_and_break_off(tmp_path / "stories" / "part.parquet", tmp_path / "_work")
    assert runs.names(tmp_path) == []


def test_a_file_that_is_not_replaced_whole_stays_as_it_is(tmp_path: Path) -> None:
    final = tmp_path / "run.json"
    final.write_bytes(b"old")
    with pytest.raises(BrokenOffError):
        write_bytes_and_break_off(final, tmp_path / "_work")
    assert final.read_bytes() == b"old"
    assert runs.names(tmp_path) == ["run.json"]


def test_a_draft_is_under_work_until_it_is_whole(tmp_path: Path) -> None:
    work, final = str(tmp_path / "_work"), tmp_path / "run.json"
    with files.draft(str(final), work) as file:
        file.write(b"half")
        assert not final.exists()
        assert [name.startswith("_work/drafts/") for name in runs.names(tmp_path)] == [True]
    assert final.read_bytes() == b"half"
    assert runs.names(tmp_path) == ["run.json"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    corpus.write_jsonl(folder / "a.jsonl", corpus.pages(100))
    corpus.write_jsonl(folder / "b.jsonl", corpus.pages(60, 100))
    return folder


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    with runs.small_units():
        runs.run(folder, *STEPS, output=output)
    return runs.fingerprint(output)


def kill_at(moment: str, place: str, folder: Path, output: Path, *arguments: str) -> None:
    """Run until a file with this end is about to get its name, or has just got it."""
    environment = {**os.environ, moment: place}
    process = runs.launch("run", folder, *STEPS, "--output", output, *arguments, environment=environment)
    _, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err


AT_WORK = [
    ("DIE_BEFORE", "cleaned/00001.json"),
    ("DIE_AFTER", "_work/output/edits/part-00001.parquet"),
    ("DIE_AFTER", "_work/output/run.json"),
]
AT_THE_END = [("DIE_AFTER", "out/edits/part-00001.parquet"), ("DIE_BEFORE", "out/run.json")]


@pytest.mark.parametrize(("moment", "place"), AT_WORK + AT_THE_END)
def test_a_run_that_was_killed_continues_to_the_same_bytes(
    moment: str, place: str, folder: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    output = tmp_path / "out"
    kill_at(moment, place, folder, output)
    for path in output.glob("*/part-*.parquet"):
        pq.read_table(path)  # whatever has its final name is whole
    assert not (output / "run.json").exists()
    with runs.small_units():
        outcome = runs.run(folder, *STEPS, output=output)
    assert "continuing the unfinished run" in outcome.err
    assert runs.fingerprint(output) == undisturbed


def test_a_unit_that_was_cleaned_before_the_kill_is_not_cleaned_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms import clean_units

    kill_at("DIE_AFTER", "cleaned/00002.json", folder, tmp_path / "out")
    done = {int(path.stem) for path in (tmp_path / "out" / "_work" / "cleaned").glob("*.json")}
    again: list[int] = []
    original = clean_units.clean_unit

    def clean_unit(work: str, identity: str, unit: int) -> object:
        again.append(unit)
        return original(work, identity, unit)

    monkeypatch.setattr(clean_units, "clean_unit", clean_unit)
    with runs.small_units():
        runs.run(folder, *STEPS, output=tmp_path / "out")
    assert done
    assert sorted([*again, *done]) == list(range(runs.counts(tmp_path / "out")["units"]))


def test_a_run_with_other_settings_clears_away_what_the_dead_one_left(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    kill_at("DIE_BEFORE", "out/run.json", folder, output, "--edits", "none")
    with runs.small_units():
        outcome = runs.run(folder, "--limit", "10", "--steps", "dedup", output=output)
        runs.run(folder, "--limit", "10", "--steps", "dedup", output=tmp_path / "fresh")
    assert "continuing" not in outcome.err
    assert runs.fingerprint(output) == runs.fingerprint(tmp_path / "fresh")


def test_a_run_that_was_killed_when_it_had_ended_is_finished_and_can_be_replaced(
    folder: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    output = tmp_path / "out"
    kill_at("DIE_AFTER", "out/run.json", folder, output)
    assert (output / "_work").exists()
    assert runs.copydesk("run", folder, *STEPS, "--output", output).code == 2
    with runs.small_units():
        outcome = runs.run(folder, *STEPS, "--overwrite", output=output)
    assert "continuing" not in outcome.err
    assert runs.fingerprint(output) == undisturbed


@pytest.fixture(scope="module")
def older(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run of other settings and fewer pages."""
    output = tmp_path_factory.mktemp("older") / "out"
    with runs.small_units():
        runs.run(folder, "--limit", "100", "--steps", "encoding", output=output)
    return output


@pytest.fixture
def replaced(older: Path, tmp_path: Path) -> Path:
    return shutil.copytree(older, tmp_path / "out")


@pytest.mark.parametrize(("moment", "place"), AT_WORK[1:])
def test_a_killed_run_leaves_the_one_that_it_was_to_replace_and_continues(
    moment: str, place: str, folder: Path, replaced: Path, undisturbed: dict[str, str]
) -> None:
    before = runs.fingerprint(replaced)
    kill_at(moment, place, folder, replaced, "--overwrite")
    assert runs.fingerprint_of_finished(replaced) == before
    assert runs.copydesk("run", folder, *STEPS, "--output", replaced).code == 2
    with runs.small_units():
        outcome = runs.run(folder, *STEPS, "--overwrite", output=replaced)
    assert "continuing the unfinished run" in outcome.err
    assert runs.fingerprint(replaced) == undisturbed


@pytest.mark.parametrize(("moment", "place", "again"), [(*AT_THE_END[0], ()), (*AT_THE_END[1], ("--overwrite",))])
def test_a_run_killed_while_it_takes_the_place_of_another_is_no_finished_one_and_continues(
    moment: str, place: str, again: tuple[str, ...], folder: Path, replaced: Path, undisturbed: dict[str, str]
) -> None:
    kill_at(moment, place, folder, replaced, "--overwrite")
    assert not (replaced / "run.json").exists()
    with runs.small_units():
        outcome = runs.run(folder, *STEPS, *again, output=replaced)
    assert "continuing the unfinished run" in outcome.err
    assert runs.fingerprint(replaced) == undisturbed


def test_a_killed_run_that_was_to_replace_another_gives_way_to_a_third(
    folder: Path, replaced: Path, undisturbed: dict[str, str]
) -> None:
    before = runs.fingerprint(replaced)
    kill_at("DIE_AFTER", "_work/output/run.json", folder, replaced, "--overwrite", "--edits", "none")
    assert runs.fingerprint_of_finished(replaced) == before
    with runs.small_units():
        outcome = runs.run(folder, *STEPS, "--overwrite", output=replaced)
    assert "continuing" not in outcome.err
    assert runs.fingerprint(replaced) == undisturbed


def test_ids_that_repeat_are_counted_also_when_a_run_without_dedup_continues(tmp_path: Path) -> None:
    for name in ("a", "b"):
        corpus.write_jsonl(tmp_path / "in" / f"{name}.jsonl", corpus.pages(60))
    output, steps = tmp_path / "out", ("--steps", "")
    environment = {**os.environ, "DIE_AFTER": "_work/output/stories/part-00001.parquet"}
    process = runs.launch("run", tmp_path / "in", *steps, "--output", output, environment=environment)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    with runs.small_units():
        runs.run(tmp_path / "in", *steps, output=output)
        runs.run(tmp_path / "in", *steps, output=tmp_path / "undisturbed")
    assert runs.counts(output)["repeated_ids"] == 60
    assert runs.fingerprint(output) == runs.fingerprint(tmp_path / "undisturbed")
