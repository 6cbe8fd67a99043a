"""The last step: it ends a run once, and only one whose numbers add up."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import numpy as np
import pytest
import runs

from schemas.plan import Plan
from schemas.settings import Settings
from transforms import clean_units, commit, finish, manifests, plan
from transforms.commit import LostRecordsError
from transforms.manifests import FinishedUnit
from transforms.packing import pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", [*corpus.pages(9), "broken", {"id": "x", "text": " "}])
    return tmp_path


@pytest.fixture
def made(folder: Path) -> Plan:
    made = plan.make([str(folder / "in")], Settings(steps=("encoding",)))
    plan.save(made, str(folder / "out" / "_work"))
    return made


@pytest.fixture
def finished(folder: Path, made: Plan) -> list[FinishedUnit]:
    work = str(folder / "out" / "_work")
    clean_units.clean_unit(work, made.identity, 0)
    return [finish.finish_unit(0, [], work, made.identity)]


def end(folder: Path, made: Plan, finished: list[FinishedUnit], repeats: int = 0) -> dict[str, object]:
    output = str(folder / "out")
    return commit.commit(finished, repeats, output, f"{output}/_work", made.identity, "SomeRunner")


def test_a_run_ends_with_run_json_a_card_and_nothing_else_of_its_making(
    folder: Path, made: Plan, finished: list[FinishedUnit]
) -> None:
    result = end(folder, made, finished, repeats=2)
    content = json.loads((folder / "out" / "run.json").read_bytes())
    assert content["result"] == result
    assert content["execution"]["engine"] == "SomeRunner"
    assert content["result"]["counts"]["repeated_ids"] == 2
    assert (content["result"]["counts"]["read"], content["result"]["counts"]["kept"]) == (11, 9)
    assert sorted(path.name for path in (folder / "out").iterdir()) == sorted(
        [*runs.NAMES, "README.md", "report.html", "run.json"]
    )


def test_datasets_without_rows_are_there_all_the_same(folder: Path, made: Plan, finished: list[FinishedUnit]) -> None:
    end(folder, made, finished)
    assert runs.table(folder / "out", "duplicates").num_rows == 0


def test_nothing_of_when_where_and_how_long_is_in_the_result(
    folder: Path, made: Plan, finished: list[FinishedUnit]
) -> None:
    text = json.dumps(end(folder, made, finished))
    assert str(folder) not in text
    assert "seconds" not in text
    assert "SomeRunner" not in text


def test_a_retry_finds_the_run_ended_and_clears_away_what_is_left(
    folder: Path, made: Plan, finished: list[FinishedUnit]
) -> None:
    first = end(folder, made, finished)
    before = (folder / "out" / "run.json").read_bytes()
    (folder / "out" / "_work" / "drafts").mkdir(parents=True)
    assert end(folder, made, []) == first
    assert (folder / "out" / "run.json").read_bytes() == before
    assert not (folder / "out" / "_work").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kept": 8}, "9 stories were cleaned, but 8 kept and 0 dropped"),
        ({"kept": 8, "dropped": 1}, "stories/ holds 9 rows, but 8 were counted"),
        ({"unit": 1}, "1 units were planned and 1 finished"),
        ({"files": []}, "stories/ holds 0 rows, but 9 were counted"),
    ],
)
def test_numbers_that_do_not_add_up_fail_the_run(
    change: dict[str, object], told: str, folder: Path, made: Plan, finished: list[FinishedUnit]
) -> None:
    with pytest.raises(LostRecordsError, match=told):
        end(folder, made, [finished[0].model_copy(update=change)])
    assert not (folder / "out" / "run.json").exists()


@pytest.mark.parametrize("name", ["filtered", "rejects"])
def test_a_file_that_lost_a_row_fails_the_run(
    name: str, folder: Path, made: Plan, finished: list[FinishedUnit]
) -> None:
    box = folder / "out" / "_work" / "output"
    schema = runs.table(box, name).schema
    path = box / name / "part-00000.parquet"
    commit.tables.write_empty(str(path), schema, str(folder / "out" / "_work"))
    with pytest.raises(LostRecordsError, match=f"{name}/ holds 0 rows, but 1 were counted"):
        end(folder, made, finished)


def test_a_manifest_whose_records_do_not_balance_fails_the_run(
    folder: Path, made: Plan, finished: list[FinishedUnit]
) -> None:
    work = str(folder / "out" / "_work")
    cleaned = manifests.read_cleaned(work, 0, made.identity)
    assert cleaned is not None
    tampered = cleaned.model_copy(update={"counts": cleaned.counts.model_copy(update={"read": 12})})
    manifests.write(tampered, manifests.cleaned_path(work, 0), work)
    with pytest.raises(LostRecordsError, match="records read and records found again differ"):
        end(folder, made, finished)


def test_a_unit_without_a_manifest_fails_the_run(folder: Path, made: Plan, finished: list[FinishedUnit]) -> None:
    (folder / "out" / "_work" / "cleaned" / "00000.json").unlink()
    with pytest.raises(LostRecordsError, match="unit 0 has no manifest"):
        end(folder, made, finished)


@pytest.mark.parametrize(("ids", "repeats"), [([], 0), ([1, 2, 3], 0), ([1, 2, 1, 1, 2], 3)])
def test_repeats_are_stories_whose_id_an_earlier_one_has(ids: list[int], repeats: int) -> None:
    pieces = [piece for _, piece in pack(np.array(ids, "<u8"), np.zeros(len(ids), np.int64))]
    assert commit._repeats((0, pieces)) == (1, str(repeats).encode())
