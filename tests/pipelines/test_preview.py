"""A preview: the same pages of an input every time, spread over it, and what the steps make of them."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import pytest
import runs

from pipelines import preview, sampling
from schemas.plan import Plan
from schemas.settings import Settings
from transforms import plan as plans
from transforms.trace import Piece

PLAIN = Settings(steps=())


def planned(folder: Path, settings: Settings = PLAIN) -> Plan:
    return plans.make([str(folder)], settings)


def sampled(plan: Plan, count: int) -> list[str]:
    """Ids of the sampled pages, and errors of the sampled rejects."""
    out = []
    for pages, rejects in sampling.sample(plan, count):
        out += pages["id"].to_pylist() + [one["error"] for one in rejects]
    return out


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    corpus.write_jsonl(folder / "a.jsonl", corpus.pages(400))
    corpus.write_jsonl(folder / "b.jsonl.gz", corpus.pages(40, 400))
    corpus.write_parquet(folder / "c.parquet", corpus.pages(100, 440))
    return folder


def test_a_sample_is_spread_over_files_and_within_them(large: Path) -> None:
    ids = sampled(planned(large), 40)
    assert len(ids) == len(set(ids)) == 40
    numbers = sorted(int(id[1:]) for id in ids)
    assert numbers[0] < 20
    assert any(300 < number < 400 for number in numbers)
    assert any(400 <= number < 440 for number in numbers)
    assert any(number >= 440 for number in numbers)


def test_a_sample_is_the_same_every_time(large: Path) -> None:
    assert sampled(planned(large), 25) == sampled(planned(large), 25)


def test_a_sample_as_large_as_the_input_is_the_input(large: Path) -> None:
    assert sorted(sampled(planned(large), 1000)) == [f"p{number:06d}" for number in range(540)]


def test_many_small_files_give_a_page_each(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02d}.txt").write_text(corpus.story(number), encoding="utf-8")
    assert len(sampled(planned(tmp_path), 10)) == 10
    assert len(sampled(planned(tmp_path), 100)) == 30


def test_broken_records_are_part_of_the_sample(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "a.jsonl", [corpus.page(1), "{no JSON", corpus.page(2)])
    assert sorted(sampled(planned(tmp_path), 10)) == ["invalid-json", "p000001", "p000002"]


def test_a_preview_tells_what_would_go_with_examples_and_writes_nothing(tmp_path: Path) -> None:
    pages = [
        {"id": "1", "text": corpus.story(1).replace(" the ", " teh ", 1) + "\n\nLeave a Reply\n\nConnecting to %s"},
        {"id": "2", "text": corpus.COOKIE_WALL},
        "{no JSON",
    ]
    path = corpus.write_jsonl(tmp_path / "a.jsonl", pages)
    told = json.loads(runs.copydesk("preview", path, "--json").out)
    assert (told["pages"], told["stories"]) == (3, 1)
    assert told["left_out"] == {"no-article": 1, "invalid-json": 1}
    assert told["languages"] == {"en": 1}
    assert told["examples"]["wordpress/comment-form"] == ["Leave a Reply Connecting to %s"]
    assert told["examples"]["typos/listed"] == ["teh → the"]
    screen = runs.copydesk("preview", path)
    assert screen.code == 0
    for part in ("wordpress/comment-form", "teh → the", "no-article", "rules_off"):
        assert part in screen.out
    assert [one.name for one in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_record_without_text_is_told_with_all_columns_that_it_has(tmp_path: Path) -> None:
    columns = {f"column_{number}": number for number in range(12)}
    told = runs.copydesk("preview", corpus.write_jsonl(tmp_path / "a.jsonl", [columns]))
    assert f"--text-field); it has: {', '.join(columns)}" in told.out


def test_a_file_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    assert sampled(planned(tmp_path), 50) == ["unreadable"]


def test_a_preview_takes_the_options_of_a_run(tmp_path: Path) -> None:
    path = corpus.write_jsonl(tmp_path / "a.jsonl", [{"body": corpus.story(1)}])
    told = json.loads(runs.copydesk("preview", path, "--text-field", "body", "--min-words", "5000", "--json").out)
    assert told["left_out"] == {"too-short": 1}


def test_a_preview_takes_settings_and_inputs_from_a_file(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "a.jsonl", [{"body": corpus.story(1)}])
    config = tmp_path / "copydesk.toml"
    config.write_text(f'input = ["{tmp_path}/a.jsonl"]\nsteps = ["encoding"]\n[fields]\ntext = "body"\n')
    assert json.loads(runs.copydesk("preview", "--config", config, "--json").out)["stories"] == 1


def test_a_preview_finds_the_pages_of_a_date(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "2026-05-01.jsonl", corpus.pages(1))
    told = runs.copydesk("preview", tmp_path / "{date}.jsonl", "--run-date", "2026-05-01", "--steps", "", "--json")
    assert json.loads(told.out)["stories"] == 1
    assert "which date?" in runs.copydesk("preview", tmp_path / "{date}.jsonl").err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["nowhere"], "no file to read at"), ([], "no INPUT"), (["--sample", "0", "x"], "--sample")],
)
def test_a_preview_of_nothing_is_refused(arguments: list[str], told: str) -> None:
    outcome = runs.copydesk("preview", *arguments)
    assert outcome.code == 2
    assert told in outcome.err


def test_repairs_are_shown_as_whole_words() -> None:
    pieces = [
        Piece("in t", "kept"),
        Piece("eh", "removed", "typos", "typos/listed"),
        Piece("he", "added", "typos", "typos/listed"),
        Piece(" bay a&", "kept"),
        Piece("amp;", "removed", "encoding", "encoding/entity"),
        Piece("b", "kept"),
    ]
    assert list(preview._repairs(pieces)) == [("typos/listed", "teh", "the"), ("encoding/entity", "a&amp;b", "a&b")]
