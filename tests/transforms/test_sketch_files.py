"""Sketches on disk: found again by document, across units and batches."""

from __future__ import annotations

from pathlib import Path

import corpus
import numpy as np
import pyarrow as pa
import pytest

from schemas.plan import Plan
from schemas.settings import Settings
from schemas.sketch import FACTS
from transforms import plan, sketch_files
from transforms.clean import Desk, clean
from transforms.neardup.sketch import sketch


def sketches(unit: int, count: int) -> pa.Table:
    """Sketches of `count` stories of a unit."""
    pages = corpus.as_pages([{"id": f"{unit}-{row}", "text": f"story {row}"} for row in range(count)])
    return sketch(clean(pages, unit << 32, Desk(Settings(steps=()))).stories)


@pytest.fixture
def planned(tmp_path: Path) -> Plan:
    (tmp_path / "in.txt").touch()
    return plan.make([str(tmp_path / "in.txt")], Settings())


@pytest.fixture
def work(planned: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Units 0 and 2 with 10 sketches, 4 a batch; unit 1 with none."""
    monkeypatch.setattr(sketch_files, "BATCH_ROWS", 4)
    for unit, count in ((0, 10), (1, 0), (2, 10)):
        with sketch_files.SketchWriter(sketch_files.path_of(planned, str(tmp_path), unit), str(tmp_path)) as file:
            for start in range(0, count, 2):
                file.write(sketches(unit, count).slice(start, 2))
            file.write(sketches(unit, 0))
    return str(tmp_path)


def at(unit: int, *rows: int) -> np.ndarray:
    return np.array([(unit << 32) + row for row in rows], np.uint64)


def test_sketches_come_back_in_the_order_that_was_asked_for(planned: Plan, work: str) -> None:
    found = sketch_files.at(planned, work, np.concatenate([at(0, 1, 3, 4, 9), at(2, 0, 7)]))
    assert found["id"].to_pylist() == ["0-1", "0-3", "0-4", "0-9", "2-0", "2-7"]
    stored = pa.concat_tables([sketches(0, 10), sketches(2, 10)])
    assert found.to_pylist() == stored.take([1, 3, 4, 9, 10, 17]).to_pylist()


def test_a_few_columns_are_read_where_a_few_will_do(planned: Plan, work: str) -> None:
    assert sketch_files.at(planned, work, at(2, 5), FACTS).schema.names == list(FACTS)


def test_no_document_is_no_sketch(planned: Plan, work: str) -> None:
    assert sketch_files.at(planned, work, np.empty(0, np.uint64)).num_rows == 0


@pytest.mark.parametrize("missing", [at(0, 3, 10), at(1, 0)])
def test_a_document_without_a_sketch_is_an_error_that_names_it(missing: np.ndarray, planned: Plan, work: str) -> None:
    with pytest.raises(KeyError, match=f"no sketch of document {missing[-1]}"):
        sketch_files.at(planned, work, missing)


def test_a_unit_gives_its_sketches_in_batches(planned: Plan, work: str) -> None:
    batches = list(sketch_files.batches(planned, work, 2))
    assert [batch.num_rows for batch in batches if batch.num_rows] == [4, 4, 2]
    assert pa.concat_tables(batches)["id"].to_pylist() == [f"2-{row}" for row in range(10)]


def test_a_unit_without_stories_has_no_sketches(planned: Plan, work: str) -> None:
    assert sum(batch.num_rows for batch in sketch_files.batches(planned, work, 1)) == 0
