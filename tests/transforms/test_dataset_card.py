"""The dataset card: a front matter that `datasets` reads, numbers, and what every column means."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
import runs
import yaml

from schemas.datasets import DATASETS
from schemas.duplicates import RELATIONS
from schemas.filtered import REASONS
from schemas.stories import FLAGS
from transforms import dataset_card


@pytest.fixture
def card(finished: runs.Finished) -> str:
    return dataset_card.write(runs.result(finished.output))


def test_the_card_of_an_output_is_the_one_in_it(card: str, finished: runs.Finished) -> None:
    assert (Path(finished.output) / "README.md").read_text("utf-8") == card


def test_the_front_matter_names_every_dataset_with_stories_as_the_default(card: str) -> None:
    front = yaml.safe_load(card.split("---\n")[1])
    configs = {one["config_name"]: one["data_files"] for one in front["configs"]}
    assert configs == {name: f"{name}/*.parquet" for name in runs.NAMES}
    assert [one["config_name"] for one in front["configs"] if one.get("default")] == ["stories"]


def test_every_column_of_every_dataset_is_explained(card: str) -> None:
    for dataset in DATASETS:
        section = card.split(f"### `{dataset.name}/`")[1].split("\n### ")[0]
        rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", section, re.MULTILINE)
        assert dict(rows) == dataset.meanings()


def test_every_flag_relation_and_reason_is_explained(card: str) -> None:
    for words in (FLAGS, RELATIONS, REASONS):
        for name, meaning in words.items():
            assert f"- `{name}`: {meaning}" in card


def test_tables_are_whole(card: str) -> None:
    """A line of a table has no blank line before it, and every row as many cells as its head."""
    lines = card.splitlines()
    for before, line in itertools.pairwise(lines):
        if line.startswith("|") and before.startswith("|"):
            assert line.replace("\\|", "").count("|") == before.replace("\\|", "").count("|"), line
    heads = [number for number, line in enumerate(lines) if re.fullmatch(r"\|[-:| ]+\|", line)]
    assert len(heads) == 2 + len(DATASETS)


def test_a_missing_number_is_an_error_and_not_a_blank(finished: runs.Finished) -> None:
    result = runs.result(finished.output)
    del result["counts"]["clusters"]
    with pytest.raises(KeyError, match="clusters"):
        dataset_card.write(result)
