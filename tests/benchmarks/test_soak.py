"""A soak sees what does not hold: files left or changed, records in two places, edits that do not give a page back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import corpus
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import runs

from benchmarks import soak
from benchmarks.soak import Look

STORIES = Path("stories/part-00000.parquet")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("soak")
    corpus.write_jsonl(folder / "in" / "pages-00000.jsonl", corpus.pages(60))
    runs.run(folder / "in", "--steps", "encoding,dedup", output=folder / "out")
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """The pages in `in`, the finished output in `out`, and `tmp`, all to be spoilt."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    (tmp_path / "tmp").mkdir()
    return tmp_path


def troubles(folder: Path) -> list[str]:
    return list(soak.troubles(folder / "in", folder / "out", folder / "tmp", every=1))


def change_stories(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(folder / "out" / STORIES)), folder / "out" / STORIES)


def test_a_finished_run_has_none(folder: Path) -> None:
    assert troubles(folder) == []


def test_what_was_left_or_is_missing_is_named(folder: Path) -> None:
    (folder / "out" / "_work").mkdir()
    (folder / "out" / "_work" / "plan.json").touch()
    (folder / "out" / "report.html").unlink()
    (folder / "tmp" / "left").touch()
    files, scratch = troubles(folder)
    assert "_work/plan.json" in files
    assert "report.html" in files
    assert "left" in scratch


def test_a_story_that_was_lost_or_is_there_twice_is_counted(folder: Path) -> None:
    change_stories(folder, lambda stories: pa.concat_tables([stories.slice(1), stories.slice(2, 1)]))
    changed, misplaced = troubles(folder)
    assert "is not what run.json says" in changed
    assert "60 records were read" in misplaced


def test_a_letter_that_no_edit_accounts_for_is_found(folder: Path) -> None:
    def spoil(stories: pa.Table) -> pa.Table:
        texts = [f"{text}!" if row == 3 else text for row, text in enumerate(stories["text"].to_pylist())]
        return stories.set_column(stories.schema.get_field_index("text"), "text", pa.array(texts))

    change_stories(folder, spoil)
    assert "do not give back its page" in troubles(folder)[-1]


def test_records_that_were_never_read_are_counted(folder: Path) -> None:
    with (folder / "in" / "pages-00000.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(corpus.page(99)) + "\n")
    assert troubles(folder) == ["61 records are there, 60 were read"]


def test_memory_is_told_by_quarters_of_the_cleaning() -> None:
    looks = [Look(0, 1), *(Look(unit, 100 * (unit * 4 // 20 + 1)) for unit in range(1, 20)), Look(20, 9_999)]
    assert soak.quarters(looks, 20) == [100, 200, 300, 400]
