"""The library as `examples/library` shows it: in a notebook, and inside a pipeline of one's own."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import apache_beam as beam
import pandas
import pyarrow as pa
import pytest
from apache_beam.testing.util import assert_that, equal_to

from schemas.pages import PAGES
from schemas.settings import FieldNames, Scaffolding, Settings
from transforms.clean import Desk
from transforms.clean_pages import CleanPages, as_pages, clean_pages

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "library"
LONG = """Harbour to close in May

The council of the island said on Monday that the harbour will be closed for repairs from May until the end of June.

Fishermen who have their boats there were told to move them to the bay behind the lighthouse before the work begins."""
TEXT = "Itâ€™s a page of words that stay."


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("in_a_pipeline", FOLDER / "in_a_pipeline.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def cells() -> list[str]:
    notebook = json.loads((FOLDER / "notebook.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_runs_from_top_to_bottom(cells: list[str]) -> None:
    scope: dict[str, object] = {}
    for cell in cells:
        exec(compile(cell, "notebook", "exec"), scope)
    texts, outcome, copies = scope["texts"], scope["outcome"], scope["copies"]
    assert isinstance(texts, pa.Array)
    assert "It’s the third time" in texts[0].as_py()
    assert "asked the government to mark." in texts[0].as_py()
    assert "Leave a Reply" not in texts[0].as_py()
    assert outcome.filtered["reason"].to_pylist() == ["no-article"]  # type: ignore[attr-defined]
    assert copies["kept_document"].to_pylist() == [0, 0]  # type: ignore[index]


def test_the_steps_are_a_transform_of_another_pipeline(example: ModuleType) -> None:
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        cleaned = example.build(pipeline)
        stories = cleaned.stories | "S" >> beam.FlatMap(lambda table: table["text"].to_pylist())
        filtered = cleaned.filtered | "F" >> beam.FlatMap(lambda table: table["id"].to_pylist())
        edits = cleaned.edits | "E" >> beam.FlatMap(lambda table: table["id"].to_pylist()) | beam.Distinct()
        assert_that(stories, lambda found: _is_clean(found[0]), label="stories")
        assert_that(filtered, equal_to(["wall"]), label="filtered")
        assert_that(edits, equal_to(["lighthouse"]), label="edits")


def _is_clean(text: str) -> None:
    assert "The government of the island" in text
    assert "It’s the last of nine" in text
    assert "newsletter" not in text


def test_a_table_needs_no_more_than_texts() -> None:
    pages = as_pages(pa.table({"text": pa.array([TEXT, None], pa.large_string()), "other": [1, 2]}))
    assert pages.schema == PAGES
    assert pages["text"].to_pylist() == [TEXT, ""]
    outcome = clean_pages(pages, Desk.of(Settings(steps=("encoding",))), first_document=7)
    assert outcome.stories["text"].to_pylist() == ["It’s a page of words that stay."]
    assert outcome.stories["document"].to_pylist() == [7]
    assert outcome.filtered["document"].to_pylist() == [8]


def test_a_pandas_frame_is_cleaned_and_its_rows_are_found_again() -> None:
    frame = pandas.DataFrame({"text": ["", TEXT], "other": [1, 2]}, index=["a", "b"])
    outcome = clean_pages(frame, Desk.of(Settings(steps=("encoding",))))
    assert outcome.stories["position"].to_pylist() == [1]
    assert outcome.stories["text"].to_pylist() == ["It’s a page of words that stay."]


def test_natural_columns_of_a_frame_become_what_a_run_makes_of_them() -> None:
    frame = pandas.DataFrame(
        {
            "id": [7, 8],
            "text": [TEXT, TEXT],
            "author": [["A. One", "B. Two"], []],
            "published": ["2026-05-01", "no day"],
            "position": [50, 60],
            "source": ["mine", "mine"],
        }
    )
    pages = as_pages(frame)
    assert pages["id"].to_pylist() == ["7", "8"]
    assert pages["author"].to_pylist() == ["A. One, B. Two", None]
    assert [day and day.isoformat() for day in pages["published"].to_pylist()] == ["2026-05-01T00:00:00+00:00", None]
    assert pages["position"].to_pylist() == [0, 1]
    assert pages["source"].to_pylist() == ["", ""]
    stamped = frame.assign(published=pandas.to_datetime(["2026-05-01T10:00:00.123456789"] * 2))
    assert as_pages(stamped)["published"][0].as_py().isoformat() == "2026-05-01T10:00:00.123456+00:00"


SETTINGS = """
[[rule]]
name = "weather"
family = "mine"
line = "^weather today"
match = ["Weather today: rain"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    rules, listed = tmp_path / "rules.toml", tmp_path / "exclude.txt"
    rules.write_text(SETTINGS, encoding="utf-8")
    listed.write_text("# not ours\nbad.example\n", encoding="utf-8")
    return Settings(
        steps=("scaffolding",),
        fields=FieldNames(text="body"),
        carry=("section",),
        exclude=str(listed),
        scaffolding=Scaffolding(rules=(str(rules),)),
    )


PAGES_OF_MINE = {
    "body": [f"{LONG}\nWeather today: rain", LONG],
    "url": ["https://good.example/1", "https://bad.example/1"],
    "section": ["town", "town"],
}


def test_settings_are_those_of_a_run(settings: Settings) -> None:
    outcome = clean_pages(PAGES_OF_MINE, Desk.of(settings))
    assert outcome.stories.select(["text", "section"]).to_pylist() == [{"text": LONG, "section": "town"}]
    assert outcome.filtered["reason"].to_pylist() == ["excluded"]


def test_settings_are_those_of_a_run_in_a_pipeline_too_whose_workers_lack_the_files(settings: Settings) -> None:
    cleaning = CleanPages(settings)
    for path in (settings.exclude, *settings.scaffolding.rules):
        Path(str(path)).unlink()
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        cleaned = pipeline | beam.Create([pa.table(PAGES_OF_MINE)]) | cleaning
        assert_that(cleaned.stories | beam.FlatMap(lambda table: table["text"].to_pylist()), equal_to([LONG]))


def test_a_table_without_texts_is_refused() -> None:
    with pytest.raises(KeyError, match="no column 'text'; there are: body"):
        as_pages(pa.table({"body": ["x"]}))


def test_a_batch_has_the_same_documents_however_often_it_is_cleaned() -> None:
    batches = [pa.table({"text": [TEXT, "more"]}), pa.table({"text": ["other"]})]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        cleaned = pipeline | beam.Create([*batches, batches[0]]) | CleanPages(Settings(steps=()))
        numbers = cleaned.stories | beam.FlatMap(lambda table: table["document"].to_pylist())
        assert_that(numbers | beam.combiners.Count.PerElement() | beam.Values(), equal_to([2, 2, 1]))
