"""The output opens with what people use, all five datasets of it, also where one has no rows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import corpus
import duckdb
import pandas
import polars
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
import runs

from schemas.datasets import DATASETS
from transforms import editing

LOAD = """
import json, sys
from datasets import load_dataset
out, *names = sys.argv[1:]
found = {name: load_dataset(out, name, split="train") for name in names}
found["default"] = load_dataset(out, split="train")
print(json.dumps({name: [one.num_rows, one.column_names] for name, one in found.items()}))
"""

STREAM = """
import json, sys
from datasets import load_dataset
out, *names = sys.argv[1:]
found = {name: load_dataset(out, name, split="train", streaming=True) for name in names}
print(json.dumps({name: [len(list(one)), one.column_names] for name, one in found.items()}))
"""

every_dataset = pytest.mark.parametrize("name", runs.NAMES)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of one page: no copies, no edits, nothing filtered or rejected."""
    folder = tmp_path_factory.mktemp("bare")
    corpus.write_jsonl(folder / "in.jsonl", [{"id": "1", "text": corpus.story(1)}])
    runs.run(folder / "in.jsonl", "--steps", "dedup", output=folder / "out")
    return folder / "out"


@pytest.fixture(params=["finished", "bare"])
def output(request: pytest.FixtureRequest) -> Path:
    found = request.getfixturevalue(request.param)
    return Path(found.output if request.param == "finished" else found)


def names_of(dataset: str) -> list[str]:
    (schema,) = (one.schema for one in DATASETS if one.name == dataset)
    return list(schema.names)


@every_dataset
def test_pyarrow_pandas_polars_and_duckdb_see_the_same_rows(name: str, output: Path) -> None:
    arrow = pyarrow.dataset.dataset(output / name).to_table()
    frame = pandas.read_parquet(output / name)
    polar = polars.read_parquet(f"{output}/{name}/*.parquet")
    duck = duckdb.sql(f"SELECT * FROM '{output}/{name}/*.parquet'")
    assert arrow.num_rows == len(frame) == polar.height == len(duck)
    assert arrow.schema.names == list(frame.columns) == polar.columns == duck.columns == names_of(name)


def in_another_process(code: str, output: Path, cache: Path) -> dict[str, list[object]]:
    """What the code prints as JSON, with `datasets` cut off from the network and with a cache of its own."""
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    command = [sys.executable, "-c", code, str(output), *runs.NAMES]
    done = subprocess.run(command, env={**os.environ, **offline}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_load_dataset_finds_all_configs_without_a_network(finished: runs.Finished, tmp_path: Path) -> None:
    loaded = in_another_process(LOAD, finished.output, tmp_path)
    assert loaded.pop("default") == loaded["stories"]
    assert loaded == {name: [runs.table(finished.output, name).num_rows, names_of(name)] for name in runs.NAMES}


def test_load_dataset_streams_datasets_without_rows(bare: Path, tmp_path: Path) -> None:
    """Only so: of a split without rows `datasets` says that it "corresponds to no data"."""
    streamed = in_another_process(STREAM, bare, tmp_path)
    assert streamed == {name: [int(name == "stories"), names_of(name)] for name in runs.NAMES}


@every_dataset
def test_every_file_says_what_it_is_and_what_made_it(name: str, output: Path) -> None:
    result = runs.result(output)
    for path in (output / name).iterdir():
        metadata = pq.read_schema(path).metadata
        assert metadata[b"copydesk.dataset"].decode() == name
        assert metadata[b"copydesk.schema_version"].decode() == str(result["schemas"][name])
        assert metadata[b"copydesk.version"].decode() == result["versions"]["copydesk"]


@every_dataset
def test_every_file_has_the_schema_of_its_dataset(name: str, output: Path) -> None:
    (schema,) = (one.schema for one in DATASETS if one.name == name)
    for path in (output / name).iterdir():
        assert pq.read_schema(path).remove_metadata().equals(schema.remove_metadata())


def test_every_column_says_what_it_means(output: Path) -> None:
    for dataset in DATASETS:
        for path in (output / dataset.name).iterdir():
            found = {field.name: field.metadata[b"meaning"].decode() for field in pq.read_schema(path)}
            assert found == dataset.meanings()


def test_run_json_lists_every_file_with_its_rows_and_bytes(output: Path) -> None:
    listed = {info["name"]: info for info in runs.result(output)["files"]}
    assert sorted([*listed, "README.md", "report.html", "run.json"]) == runs.names(output)
    for name, info in listed.items():
        assert info["size"] == (output / name).stat().st_size
        assert info["rows"] == pq.read_metadata(output / name).num_rows


def code_of_the_card(output: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (output / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_queries_of_the_dataset_card_run(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(output)
    queries = [query for block in code_of_the_card(output, "sql") for query in block.split(";") if query.strip()]
    assert len(queries) >= 2
    for query in queries:
        duckdb.sql(query).fetchall()


def test_the_readers_of_the_dataset_card_run(output: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(output)
    reading, _ = code_of_the_card(output, "python")
    first, *others = reading.split("\n\n")
    known: dict[str, object] = {}
    exec("\n\n".join(others), known)
    rows = runs.table(output, "stories").num_rows
    assert len(known["stories"]) == rows  # type: ignore[arg-type]
    counted = f"import json\n{first}\nprint(json.dumps({{'stories': [stories.num_rows]}}))"
    assert in_another_process(counted, output, tmp_path) == {"stories": [rows]}


def test_the_undoing_of_the_dataset_card_is_ours(output: Path) -> None:
    _, undoing = code_of_the_card(output, "python")
    known: dict[str, object] = {}
    exec(undoing, known)
    edits: dict[int, list[dict[str, object]]] = {}
    for row in runs.rows(output, "edits"):
        edits.setdefault(row["document"], []).append(row)
    for story in runs.rows(output, "stories"):
        mine = edits.get(story["document"], [])
        assert known["page"](story["text"], mine) == editing.undo(story["text"], mine)  # type: ignore[operator]


def test_the_card_tells_the_numbers_of_run_json(output: Path) -> None:
    card, counts = (output / "README.md").read_text("utf-8"), runs.counts(output)
    told = dict(re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", card, re.MULTILINE))
    assert told["stories kept"] == str(counts["kept"])
    assert told["copies dropped"] == str(counts["dropped"])
    assert f"| **records read** | **{counts['read']}** |" in card
    for name in ("stories", "duplicates", "filtered", "rejects"):
        assert re.search(rf"### `{name}/`\n\n[^\n]*? {runs.table(output, name).num_rows} rows\.", card), name
