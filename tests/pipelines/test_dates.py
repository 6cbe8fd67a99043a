"""The run's date: words for it, and paths that hold it."""

from __future__ import annotations

import datetime
from pathlib import Path

import corpus
import pytest
import runs

from pipelines import dates
from pipelines.options import UsageError
from schemas.settings import Settings

MAY = datetime.date(2026, 5, 31)


@pytest.mark.parametrize(
    ("path", "filled"),
    [
        ("gs://news/pages/{date}/*.jsonl", "gs://news/pages/2026-05-31/*.jsonl"),
        ("in/{date:%Y/%m/%d}", "in/2026/05/31"),
        ("{date}/{date:%Y%m%d}", "2026-05-31/20260531"),
        ("in/{dates}/{}/{date", "in/{dates}/{}/{date"),
    ],
)
def test_the_date_stands_where_the_path_says(path: str, filled: str) -> None:
    assert dates.fill(path, MAY) == filled


def test_a_path_without_a_date_needs_none() -> None:
    assert dates.fill("in/pages", None) == "in/pages"
    with pytest.raises(UsageError, match="--run-date"):
        dates.fill("in/{date}", None)


def test_a_schedule_can_say_today_and_yesterday() -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    given = [Settings(run_date=word) for word in ("today", "yesterday")]  # type: ignore[arg-type]
    assert today - given[0].run_date in (datetime.timedelta(0), datetime.timedelta(-1))  # midnight may have passed
    assert given[0].run_date - given[1].run_date == datetime.timedelta(1)


def test_another_word_is_refused() -> None:
    outcome = runs.copydesk("run", "x", "--output", "y", "--run-date", "someday")
    assert outcome.code == 2
    assert "--run-date" in outcome.err


def test_a_run_reads_and_writes_the_folders_of_its_date(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in" / "2026" / "05" / "31" / "a.jsonl", corpus.pages(3))
    runs.run(
        f"{tmp_path}/in/{{date:%Y/%m/%d}}",
        "--steps",
        "encoding",
        "--run-date",
        "2026-05-31",
        output=tmp_path / "out-{date}",
    )
    assert runs.counts(tmp_path / "out-2026-05-31")["read"] == 3


def test_input_and_output_of_the_file_hold_the_date_too(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in-2026-05-31" / "a.jsonl", corpus.pages(3))
    config = tmp_path / "copydesk.toml"
    config.write_text(f'input = ["{tmp_path}/in-{{date}}"]\noutput = "{tmp_path}/out-{{date}}"\nsteps = ["encoding"]\n')
    outcome = runs.copydesk("run", "--config", config, "--run-date", "2026-05-31", "--workers", "1")
    assert outcome.code == 0, outcome.err
    assert runs.counts(tmp_path / "out-2026-05-31")["read"] == 3


def test_a_date_in_a_path_without_one_given_is_wrong_usage(tmp_path: Path) -> None:
    outcome = runs.copydesk("run", "x", "--output", tmp_path / "out-{date}")
    assert outcome.code == 2
    assert "--run-date" in outcome.err
