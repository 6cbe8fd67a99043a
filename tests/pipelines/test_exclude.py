"""`--exclude`: who is excluded appears in no output file, in no way."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import pyarrow.parquet as pq
import pytest
import runs

EXCLUDED = ["hushpaper.example", "https://www.open.example/secret-page", "secret-id", "77"]
SECRETS = ["hushpaper", "secret", "confidential"]


def article(number: int, **record: object) -> corpus.Record:
    return {"id": f"p{number}", "url": f"https://open.example/{number}", "text": corpus.story(number), **record}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exclude")
    secret = f"{corpus.story(7)}\nA confidential remark."
    records: list[corpus.Record | str] = [
        article(1),
        article(2, url="https://www.HUSHPAPER.example/a", text=secret),
        article(3, url="https://www.open.example/secret-page", text=secret),
        article(4, id="secret-id", text=secret),
        article(5, id=77, text=secret, title="confidential"),
        article(6, text=secret, canonical="https://hushpaper.example/a"),
        {"id": "secret-id", "url": "https://hushpaper.example/no-text"},
        '{"id": "secret-id", "text": "breaks off',
    ]
    corpus.write_jsonl(folder / "in.jsonl", records)
    (folder / "list.txt").write_text("\n".join(EXCLUDED), encoding="utf-8")
    exclude = ("--exclude", folder / "list.txt", "--steps", "encoding,scaffolding,language,dedup")
    runs.run(folder / "in.jsonl", *exclude, output=folder / "out")
    return folder / "out"


def test_the_excluded_are_rows_that_say_no_more_than_that(output: Path) -> None:
    rows = runs.rows(output, "filtered")
    assert [row["reason"] for row in rows] == ["excluded"] * 5
    assert [(row["id"], row["url"], row["text"]) for row in rows] == [(None, None, None)] * 5
    assert [row["id"] for row in runs.rows(output, "stories")] == ["p1"]


def test_no_file_holds_a_word_of_theirs(output: Path) -> None:
    for name in runs.names(output):
        path = output / name
        text = str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_text("utf-8")
        assert [secret for secret in SECRETS if secret in text] == [], name


def test_no_reject_has_an_excerpt(tmp_path: Path) -> None:
    corpus.write_jsonl(
        tmp_path / "in.jsonl", [article(1, text="It\u00e2\u20ac\u2122s " * 200), '{"id": "secret-id", "text"']
    )
    (tmp_path / "list.txt").write_text("secret-id\n", encoding="utf-8")
    (tmp_path / "limits.toml").write_text("[limits]\npage_edits = 100\n", encoding="utf-8")
    options = ("--exclude", tmp_path / "list.txt", "--config", tmp_path / "limits.toml", "--steps", "encoding")
    runs.run(tmp_path / "in.jsonl", *options, output=tmp_path / "out")
    rejects = runs.rows(tmp_path / "out", "rejects")
    assert [(row["error"], row["excerpt"]) for row in rejects] == [("invalid-json", None), ("too-much-work", None)]


def test_their_number_alone_is_told(output: Path) -> None:
    assert runs.result(output)["settings"]["exclude"] == len(EXCLUDED)
    assert runs.counts(output)["filtered"] == {"excluded": 5}
    assert runs.counts(output)["rejected"] == {"invalid-json": 1, "missing-text": 1}


def test_a_list_that_cannot_be_read_stops_the_run(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(2))
    outcome = runs.copydesk("run", tmp_path / "in.jsonl", "--output", tmp_path / "out", "--exclude", tmp_path / "no")
    assert outcome.code == 2
    assert f"cannot read {tmp_path}/no" in outcome.err


def test_the_excluded_are_no_copies_of_anybody(tmp_path: Path) -> None:
    pages = [article(1, id="stays"), article(2, id="goes", text=corpus.story(1) + "\nAnd more of the same story.")]
    corpus.write_jsonl(tmp_path / "in.jsonl", pages)
    (tmp_path / "list.txt").write_text("goes\n", encoding="utf-8")
    exclude = ("--exclude", tmp_path / "list.txt", "--steps", "dedup")
    runs.run(tmp_path / "in.jsonl", *exclude, output=tmp_path / "out")
    (row,) = runs.rows(tmp_path / "out", "stories")
    assert (row["id"], row["cluster_id"], row["cluster_size"]) == ("stays", "stays", 1)


@pytest.mark.parametrize("named", ["earlier", "https://www.news.bad.example/1/", "bad.example"])
def test_an_excluded_story_of_an_earlier_run_is_compared_with_nobody(tmp_path: Path, named: str) -> None:
    nights = [
        article(1, id="earlier", url="https://news.bad.example/1"),
        article(1, id="tonight", url="https://good.example/1"),
    ]
    (tmp_path / "list.txt").write_text(f"{named}\n", encoding="utf-8")
    for night, page in enumerate(nights, start=1):
        pages = corpus.write_jsonl(tmp_path / f"{night}.jsonl", [page])
        index = ("--steps", "dedup", "--index", tmp_path / "index", "--run-date", f"2026-05-0{night}")
        exclude = ("--exclude", tmp_path / "list.txt") if night == 2 else ()
        runs.run(pages, *index, *exclude, output=tmp_path / f"out-{night}")
    assert [row["cluster_id"] for row in runs.rows(tmp_path / "out-2", "stories")] == ["tonight"]
    assert runs.counts(tmp_path / "out-2")["dropped"] == 0
    assert json.loads(runs.copydesk("explain", pages, *index, *exclude, "--json").out)["near"] == []
