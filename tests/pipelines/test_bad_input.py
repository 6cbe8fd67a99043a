"""Bad input: every record and file is accounted for, nothing stops the run, and what cannot run says why at once."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path
from typing import Any

import corpus
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import runs

from transforms import plan
from transforms.read import Limits

STEPS = ("--steps", "encoding,scaffolding,dedup")
MEGABYTES_50 = 50_000_000
GOOD = {number: {"id": f"good-{number}", "text": corpus.story(number)} for number in range(1, 40)}


def write_bad_files(folder: Path) -> None:
    for kind in ("txt", "jsonl", "csv", "parquet"):
        (folder / f"empty.{kind}").write_bytes(b"")
    lines = corpus.write_jsonl(folder / "cut.jsonl", [GOOD[number] for number in range(1, 9)]).read_bytes()
    (folder / "cut.jsonl").unlink()
    squeezed = gzip.compress(lines, mtime=0)
    (folder / "cut.jsonl.gz").write_bytes(squeezed[: len(squeezed) * 3 // 4])
    corpus.write_jsonl(folder / "middle.jsonl", [GOOD[11], '{"id": "bad", "text": "never ends', GOOD[12]])
    ids: list[Any] = ["seven", 7, 7.5, None, True]
    corpus.write_jsonl(folder / "ids.jsonl", [GOOD[13 + n] | {"id": id} for n, id in enumerate(ids)])
    corpus.write_jsonl(folder / "no-column.jsonl", [{"id": "x", "body": "a"}])
    corpus.write_csv(folder / "no-column.csv", [{"id": "x", "body": "a"}])
    corpus.write_parquet(folder / "no-column.parquet", [{"id": "x", "body": "a"}])
    whole = corpus.write_parquet(folder / "cut.parquet", [GOOD[number] for number in range(20, 24)], group=2)
    whole.write_bytes(whole.read_bytes()[:-2000])
    (folder / "huge.txt").write_bytes(b"word " * (MEGABYTES_50 // 5))
    corpus.write_jsonl(folder / "huge.jsonl", [{"id": "huge", "text": "a" * MEGABYTES_50}, GOOD[25]])
    (folder / "wall.txt").write_text(corpus.COOKIE_WALL, encoding="utf-8")
    (folder / "one-letter.txt").write_text("a" * 2_000_000, encoding="utf-8")
    (folder / "zeros.txt").write_bytes(b"\0" * 1000)
    (folder / "controls.txt").write_text(corpus.story(26).replace(" with ", "\x07\x1b\x7f with "), encoding="utf-8")
    (folder / "good.txt").write_text(corpus.story(27), encoding="utf-8")


Fate = tuple[str, str | None]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    write_bad_files(folder)
    output = tmp_path_factory.mktemp("from-bad") / "out"
    runs.run(folder, *STEPS, output=output, code=3)
    return output


@pytest.fixture(scope="module")
def fates(output: Path) -> dict[str, list[Fate]]:
    """Source to what became of its records: ("stories", id) or ("rejects", error)."""
    found: dict[str, list[Fate]] = {}
    for row in runs.rows(output, "stories"):
        found.setdefault(row["source"], []).append(("stories", row["id"]))
    for row in runs.rows(output, "rejects"):
        found.setdefault(row["source"], []).append(("rejects", row["error"]))
    return found


def ids_of(fates: list[Fate]) -> list[str | None]:
    return [detail for dataset, detail in fates if dataset == "stories"]


def test_empty_files_hold_no_records_but_an_empty_parquet_file_is_none(
    output: Path, fates: dict[str, list[Fate]]
) -> None:
    assert fates.keys().isdisjoint({"empty.jsonl", "empty.csv"})
    assert fates["empty.parquet"] == [("rejects", "unreadable")]
    assert "" in [row["text"] for row in runs.rows(output, "filtered")]  # empty.txt is a page without a word


def test_a_truncated_gzip_gives_the_records_before_the_cut_and_one_reject(fates: dict[str, list[Fate]]) -> None:
    *stories, reject = fates["cut.jsonl.gz"]
    assert reject == ("rejects", "unreadable")
    assert 1 <= len(stories) < 8
    assert ids_of(stories) == [f"good-{1 + n}" for n in range(len(stories))]


def test_invalid_json_in_the_middle_costs_its_own_line(fates: dict[str, list[Fate]]) -> None:
    assert fates["middle.jsonl"] == [("stories", "good-11"), ("stories", "good-12"), ("rejects", "invalid-json")]


def test_ids_are_text_whatever_they_were(fates: dict[str, list[Fate]]) -> None:
    seven, number, fraction, *hashes = ids_of(fates["ids.jsonl"])
    assert (seven, number, fraction) == ("seven", "7", "7.5")
    assert [len(str(id)) for id in hashes] == [32, 32]


def test_a_missing_text_column_is_one_reject_a_file_where_it_is_known_to_be_missing(
    fates: dict[str, list[Fate]],
) -> None:
    assert fates["no-column.jsonl"] == [("rejects", "missing-text")]
    assert fates["no-column.csv"] == [("rejects", "unreadable")]
    assert fates["no-column.parquet"] == [("rejects", "unreadable")]


def test_the_reject_of_a_missing_column_names_the_columns_that_there_are(output: Path) -> None:
    messages = [row["message"] for row in runs.rows(output, "rejects") if row["source"].startswith("no-column")]
    assert len(messages) == 3
    assert all("'text'" in message and "body" in message for message in messages)


def test_a_parquet_file_cut_short_is_one_reject(fates: dict[str, list[Fate]]) -> None:
    assert fates["cut.parquet"] == [("rejects", "unreadable")]


def test_a_page_of_50_mb_is_a_reject_and_its_neighbour_is_read(output: Path, fates: dict[str, list[Fate]]) -> None:
    assert fates["huge.txt"] == [("rejects", "too-large")]
    assert fates["huge.jsonl"] == [("stories", "good-25"), ("rejects", "too-large")]
    excerpts = [row["excerpt"] for row in runs.rows(output, "rejects") if row["error"] == "too-large"]
    assert all(len(excerpt) == 200 for excerpt in excerpts)


def test_a_page_of_nothing_but_scaffolding_is_filtered(output: Path) -> None:
    filtered = {row["text"]: row["reason"] for row in runs.rows(output, "filtered")}
    assert filtered[corpus.COOKIE_WALL] == "no-article"


def test_bytes_that_are_no_text_are_a_reject(fates: dict[str, list[Fate]]) -> None:
    assert fates["zeros.txt"] == [("rejects", "undecodable")]


def test_control_characters_go_and_the_page_stays(output: Path) -> None:
    (text,) = [row["text"] for row in runs.rows(output, "stories") if row["source"] == "controls.txt"]
    assert text == corpus.story(26)


def test_unreadable_files_are_counted_apart(output: Path) -> None:
    counts = runs.counts(output)
    assert counts["unreadable"] == 5
    assert counts["rejected"] == {"invalid-json": 1, "missing-text": 1, "too-large": 2, "undecodable": 1}


def refuse(*arguments: str | Path) -> str:
    """Run what cannot run; what it said."""
    outcome = runs.copydesk("run", *arguments)
    assert outcome.code == 2
    return outcome.err


def test_without_input_the_command_says_what_to_name(tmp_path: Path) -> None:
    assert "no INPUT: name files, folders or globs" in refuse("--output", tmp_path / "out")


@pytest.mark.parametrize("name", ["not-there", "not-there/*.jsonl", "empty-folder", "@not-there.txt"])
def test_input_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty-folder").mkdir()
    given = f"@{tmp_path}/{name[1:]}" if name.startswith("@") else str(tmp_path / name)
    told = refuse(given, "--output", tmp_path / "out")
    assert str(tmp_path / name.removeprefix("@")) in told
    assert not (tmp_path / "out").exists()


def test_without_an_output_the_command_says_what_to_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A page.", encoding="utf-8")
    assert "no --output: name a folder" in refuse(tmp_path / "a.txt")


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A page.", encoding="utf-8")
    told = refuse(tmp_path / "a.txt", "--output", tmp_path / "a.txt" / "out")
    assert f"cannot write to --output {tmp_path}/a.txt/out" in told


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("--dupicates=mark", "--duplicates"), ("--langauges=en", "--languages"), ("--runer=DirectRunner", "--runner")],
)
def test_a_misspelt_option_is_refused_with_a_suggestion(typed: str, meant: str, tmp_path: Path) -> None:
    told = refuse(tmp_path, "--output", tmp_path / "out", typed)
    assert f"no such option: {typed.partition('=')[0]} (did you mean {meant}" in told
    assert not (tmp_path / "out").exists()


def test_an_option_like_nothing_known_is_refused_without_one(tmp_path: Path) -> None:
    assert "no such option: --zzzz\n" in refuse(tmp_path, "--output", tmp_path / "out", "--zzzz")


def test_text_that_arrow_cannot_hold_as_utf8_in_a_parquet_file_is_decoded(tmp_path: Path) -> None:
    bad = pa.array([corpus.story(30).encode() + b" caf\xe9"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": bad}), tmp_path / "bad.parquet")
    runs.run(tmp_path / "bad.parquet", "--steps", "dedup", output=tmp_path / "out")
    (row,) = runs.rows(tmp_path / "out", "stories")
    assert row["text"] == corpus.story(30) + " caf\ufffd"


@pytest.mark.parametrize(("inflation", "code"), [(200, 3), (5000, 0)])
def test_what_grows_too_much_when_decompressed_is_no_input_unless_the_limit_is_raised(
    inflation: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "Limits", functools.partial(Limits, inflated_bytes=1_000_000))
    page = b'{"text": "' + b"The tide came in. " * 150_000 + b'"}\n'
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(page * 2))
    (tmp_path / "copydesk.toml").write_text(f"[limits]\ninflation = {inflation}\n", encoding="utf-8")
    config = ("--config", tmp_path / "copydesk.toml", "--steps", "dedup")
    runs.run(tmp_path / "bomb.jsonl.gz", *config, output=tmp_path / "out", code=code)
    assert runs.counts(tmp_path / "out")["unreadable"] == (1 if code else 0)
