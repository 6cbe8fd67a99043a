"""Every dataset says what its columns mean, in a schema that files carry."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemas.dataset import Dataset, column
from schemas.datasets import DATASETS
from schemas.edits import BATCH_EDITS
from schemas.pages import PAGES
from schemas.sketch import MEMBERS, RELATION, SKETCH

every_dataset = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)


@every_dataset
def test_every_column_has_a_meaning_of_its_own(dataset: Dataset) -> None:
    meanings = dataset.meanings()
    assert list(meanings) == dataset.schema.names
    assert all(meanings.values())


@every_dataset
def test_a_stamped_schema_has_the_versions_and_the_carried_columns(dataset: Dataset) -> None:
    stamped = dataset.stamped("1.2.3", ("section",))
    assert stamped.metadata == {
        b"copydesk.dataset": dataset.name.encode(),
        b"copydesk.schema_version": str(dataset.version).encode(),
        b"copydesk.version": b"1.2.3",
    }
    assert stamped.names == [*dataset.schema.names, "section"]
    assert stamped.field("section").nullable


@pytest.mark.parametrize("schema", [PAGES, BATCH_EDITS, SKETCH, MEMBERS, RELATION])
def test_what_steps_hand_on_is_explained_too(schema: pa.Schema) -> None:
    assert [field.name for field in schema if not field.metadata] == []


def test_the_join_key_is_the_same_type_everywhere() -> None:
    keys = {dataset.name: dataset.schema.field("document").type for dataset in DATASETS if dataset.name != "rejects"}
    assert set(keys.values()) == {pa.uint64()}


def test_columns_hold_a_value_unless_they_say_otherwise() -> None:
    assert column("a", pa.string(), "meaning").nullable is False
    assert column("a", pa.string(), "meaning", nullable=True).nullable is True
