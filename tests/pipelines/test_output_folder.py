"""The output folder: what is refused, replaced, continued and left alone."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import pytest
import runs

from pipelines import output
from pipelines.options import UsageError
from schemas.settings import Settings
from transforms import plan

DEDUP = ("--steps", "dedup")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    return corpus.write_jsonl(folder / "in.jsonl", [*corpus.pages(20), "broken"])


@pytest.fixture
def out(pages: Path, tmp_path: Path) -> Path:
    """A finished run."""
    runs.run(pages, *DEDUP, output=tmp_path / "out")
    return tmp_path / "out"


def run_again(pages: Path, out: Path, *arguments: str) -> runs.Outcome:
    return runs.copydesk("run", pages, "--output", out, *DEDUP, *arguments)


def test_a_finished_run_is_refused(pages: Path, out: Path) -> None:
    before = runs.fingerprint(out)
    outcome = run_again(pages, out)
    assert outcome.code == 2
    assert "holds a finished run: choose another --output, or replace it with --overwrite" in outcome.err
    assert runs.fingerprint(out) == before


def test_overwriting_deletes_what_the_old_run_lists_and_nothing_else(pages: Path, out: Path) -> None:
    mine = ["notes.txt", "stories/mine.parquet", "stories/part-of-mine.parquet", "stories/part-99999.parquet", "kept/a"]
    for name in mine:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text("mine", encoding="utf-8")
    assert run_again(pages, out, "--overwrite", "--limit", "3").code == 0
    assert [(out / name).read_text("utf-8") for name in mine] == ["mine"] * len(mine)
    ours = [info["name"] for info in runs.result(out)["files"]]
    assert runs.names(out) == sorted([*ours, *mine, "README.md", "report.html", "run.json"])


def test_overwriting_with_less_leaves_no_old_part_behind(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", corpus.pages(60))
    corpus.write_jsonl(tmp_path / "in" / "b.jsonl", corpus.pages(60, 60))
    with runs.small_units():
        runs.run(tmp_path / "in", *DEDUP, output=tmp_path / "out")
        runs.run(tmp_path / "in" / "a.jsonl", "--limit", "5", *DEDUP, "--overwrite", output=tmp_path / "out")
    parts = sorted(path.name for path in (tmp_path / "out" / "stories").iterdir())
    assert parts == ["part-00000.parquet"]


def test_a_run_json_that_lists_other_peoples_files_deletes_none_of_them(pages: Path, out: Path, tmp_path: Path) -> None:
    outside = tmp_path / "precious.parquet"
    outside.write_text("mine", encoding="utf-8")
    content = json.loads((out / "run.json").read_text("utf-8"))
    content["result"]["files"].append({"name": "../precious.parquet"})
    content["result"]["files"].append({"name": str(outside)})
    (out / "run.json").write_text(json.dumps(content), encoding="utf-8")
    assert run_again(pages, out, "--overwrite").code == 0
    assert outside.exists()


def test_a_run_that_fails_leaves_the_one_that_it_was_to_replace(
    pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: (out / name).read_bytes() for name in runs.names(out)}
    with monkeypatch.context() as patch:
        patch.setattr("transforms.commit.check", lambda *_: 1 / 0)
        assert run_again(pages, out, "--overwrite", "--limit", "3").code == 1
    assert {name: (out / name).read_bytes() for name in before} == before
    assert run_again(pages, out, "--overwrite", "--limit", "3").code == 0
    assert runs.counts(out)["stories"] == 3


def test_overwriting_an_output_that_is_not_there_is_a_plain_run(pages: Path, tmp_path: Path) -> None:
    assert run_again(pages, tmp_path / "new", "--overwrite").code == 0


def test_a_folder_of_other_files_is_refused_with_one_of_them_named(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    outcome = run_again(pages, tmp_path, "--overwrite")
    assert outcome.code == 2
    assert "holds files that no copydesk run wrote, holiday.jpg for one" in outcome.err


def test_files_that_are_named_like_a_runs_are_somebody_elses_where_no_run_has_died(pages: Path, tmp_path: Path) -> None:
    mine = tmp_path / "edits" / "part-00007.parquet"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    outcome = run_again(pages, tmp_path)
    assert outcome.code == 2
    assert "holds files that no copydesk run wrote, edits/part-00007.parquet for one" in outcome.err
    assert mine.read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["a*b", "a?b", "a[b]"])
def test_an_output_that_reads_as_a_glob_is_refused(name: str, pages: Path, tmp_path: Path) -> None:
    outcome = run_again(pages, tmp_path / name)
    assert outcome.code == 2
    assert "cannot be in the path" in outcome.err


def test_a_run_that_failed_is_continued_by_the_same_command(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("transforms.commit.check", lambda *_: 1 / 0)
        failed = run_again(pages, tmp_path / "out")
    assert failed.code == 1
    assert "The same command continues it where it stopped" in failed.err
    assert "continuing the unfinished run" in run_again(pages, tmp_path / "out").err
    runs.run(pages, *DEDUP, output=tmp_path / "undisturbed")
    assert runs.fingerprint(tmp_path / "out") == runs.fingerprint(tmp_path / "undisturbed")


def test_a_run_that_failed_is_begun_anew_by_another_command_or_on_changed_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(10))
    with monkeypatch.context() as patch:
        patch.setattr("transforms.commit.check", lambda *_: 1 / 0)
        assert run_again(mine, tmp_path / "out").code == 1
        assert run_again(mine, tmp_path / "out", "--min-words", "3").code == 1
    corpus.write_jsonl(mine, corpus.pages(12))
    outcome = run_again(mine, tmp_path / "out", "--min-words", "3")
    assert (outcome.code, "continuing" in outcome.err) == (0, False)
    assert runs.counts(tmp_path / "out")["read"] == 12


@pytest.fixture
def planned(pages: Path) -> plan.Plan:
    return plan.make([str(pages)], Settings())


def test_a_free_folder_is_made_ready_with_the_plan_before_anything_else(planned: plan.Plan, tmp_path: Path) -> None:
    assert output.prepare(str(tmp_path / "out"), planned) is False
    assert runs.names(tmp_path / "out") == ["_work/plan.json"]


def test_the_plan_that_lies_there_is_continued(planned: plan.Plan, tmp_path: Path) -> None:
    output.prepare(str(tmp_path), planned)
    (tmp_path / "_work" / "cleaned").mkdir()
    (tmp_path / "_work" / "cleaned" / "00000.json").write_bytes(b"{}")
    assert output.prepare(str(tmp_path), planned) is True
    assert runs.names(tmp_path) == ["_work/cleaned/00000.json", "_work/plan.json"]


@pytest.mark.parametrize("left", [b"", b"{}", b"not JSON", b'{"identity": "of another version"}'])
def test_a_plan_that_cannot_be_read_is_as_good_as_none(left: bytes, planned: plan.Plan, tmp_path: Path) -> None:
    for name in ("_work/plan.json", "_work/cleaned/00000.json", "stories/part-00000.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(left)
    assert output.prepare(str(tmp_path), planned) is False
    assert runs.names(tmp_path) == ["_work/plan.json"]
    assert plan.Plan.model_validate_json((tmp_path / "_work" / "plan.json").read_bytes()) == planned


def test_an_interrupted_clearing_never_leaves_a_run_that_could_be_continued(
    planned: plan.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever clearing away another plan's run stops, that plan is not taken up again with half of its files."""
    old = planned.model_copy(update={"identity": "old", "fingerprint": "old"})
    for stop in range(1, 4):
        folder = tmp_path / str(stop)
        output.prepare(str(folder), old)
        for name in ("_work/cleaned/00000.json", "stories/part-00000.parquet"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"")
        _prepare_and_stop_at_deletion(stop, folder, planned, monkeypatch)
        assert output.prepare(str(folder), old) is False


def _prepare_and_stop_at_deletion(stop: int, folder: Path, planned: plan.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    delete, calls = output.files.delete, 0

    def stopping(paths: list[str]) -> None:
        nonlocal calls
        calls += 1
        if calls > stop:
            raise KeyboardInterrupt
        delete(paths)

    with monkeypatch.context() as patch:
        patch.setattr(output.files, "delete", stopping)
        with pytest.raises(KeyboardInterrupt):
            output.prepare(str(folder), planned)


def test_check_lets_a_free_folder_pass_and_looks_at_nothing_else(tmp_path: Path) -> None:
    output.check(str(tmp_path / "not-there"), overwrite=False)
    output.check(str(tmp_path), overwrite=False)
    (tmp_path / "run.json").write_text('{"result": {"files": []}}', encoding="utf-8")
    output.check(str(tmp_path), overwrite=True)
    with pytest.raises(UsageError, match="holds a finished run"):
        output.check(str(tmp_path), overwrite=False)


def test_a_run_json_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="not written by copydesk"):
        output.check(str(tmp_path), overwrite=True)
