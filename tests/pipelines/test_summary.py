"""What is told at the end, and before a dry run."""

from __future__ import annotations

from pathlib import Path

import corpus
import pytest
import runs

from pipelines import summary
from schemas.settings import Settings
from transforms import plan


@pytest.fixture
def lines(finished: runs.Finished) -> dict[str, str]:
    """The rows of the screen by their first word."""
    screen = summary.screen(runs.result(finished.output), "out", 2.0)
    return {line.split()[0]: line for line in screen.splitlines() if line.startswith("  ")}


def test_the_screen_tells_the_numbers_of_run_json(lines: dict[str, str], finished: runs.Finished) -> None:
    counts = runs.counts(finished.output)
    for row, name in (("read", "read"), ("stories", "kept"), ("copies", "dropped"), ("unreadable", "unreadable")):
        assert lines[row].split()[1] == str(counts[name])
    assert lines["filtered"].split()[1] == str(sum(counts["filtered"].values()))
    assert "invalid-json 1" in lines["rejected"]
    assert f"in {summary.counted(counts['clusters'], 'cluster')}, " in lines["copies"]
    assert "en " in lines["languages"]


def test_what_was_removed_and_repaired_is_told_by_rule(lines: dict[str, str]) -> None:
    assert "characters: " in lines["removed"]
    assert "encoding/mojibake" in lines["encoding"]


def test_speed_and_place_are_told(finished: runs.Finished) -> None:
    screen = summary.screen(runs.result(finished.output), "somewhere", 2.0)
    assert "done in 2.0 s, 123 records a second" in screen
    assert "somewhere holds stories/ duplicates/ edits/ filtered/ rejects/ report.html README.md run.json" in screen


def test_a_file_that_could_not_be_read_is_named_with_the_reason(finished: runs.Finished) -> None:
    assert "warning: cut.jsonl.gz could not be read: " in finished.outcome.err


def test_a_run_over_nothing_is_told_without_a_division_by_zero(finished: runs.Finished) -> None:
    result = runs.result(finished.output)
    counts = {name: {} if isinstance(value, dict) else 0 for name, value in result["counts"].items()}
    screen = summary.screen({**result, "counts": counts}, "out", 0.0)
    assert [line.split()[:2] for line in screen.splitlines()[1:4]] == [["read", "0"], ["stories", "0"], ["copies", "0"]]


def test_a_plan_is_told_before_it_is_run(finished: runs.Finished) -> None:
    made = plan.make([str(finished.folder)], Settings(min_words=9))
    screen = summary.plan_screen(made, "out", ["--runner=FlinkRunner"])
    assert f"would read {len(made.inputs)} files" in screen
    assert "text (plain) 3" in screen
    assert "{'min_words': 9}" in screen
    assert "--runner=FlinkRunner" in screen
    assert "nothing was written" in screen


def test_a_plan_of_many_files_shows_the_largest(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.txt").write_text("x" * number * 1000, encoding="utf-8")
    screen = summary.plan_screen(plan.make([str(tmp_path)], Settings()), None, [])
    assert [line.split()[-1] for line in screen.splitlines()[1:7]] == [f"{n}.txt" for n in (7, 6, 5, 4, 3)] + ["..."]


def test_a_plan_without_output_says_so(finished: runs.Finished) -> None:
    screen = summary.plan_screen(plan.make([str(finished.folder)], Settings()), None, [])
    assert screen.splitlines()[-1] == "no --output is named; nothing was written"


def warned(counts: dict[str, object], **settings: object) -> list[str]:
    none = {
        "read": 3,
        "kept": 1,
        "filtered": {},
        "rejected": {},
        "columns": {"url": 0, "published": 0, "id": 3, "tag": 0},
    }
    chosen = Settings.model_validate(settings).model_dump(mode="json")
    return summary.warnings({"counts": none | counts, "settings": chosen})


def test_nothing_is_warned_of_where_all_is_as_usual() -> None:
    assert warned({}) == []


def test_a_run_without_a_story_is_warned_of_with_the_reasons() -> None:
    (told,) = warned({"kept": 0, "filtered": {"language": 3}})
    assert told == "no story came out of 3 records: language 3; filtered/ and rejects/ tell more"


def test_most_records_without_text_are_warned_of_with_the_option_to_change() -> None:
    told = "--text-field text: 2 of 3 records have no text there; rejects/ tells which columns they have"
    assert warned({"rejected": {"missing-text": 2}}) == [told]
    assert warned({"rejected": {"missing-text": 1}}) == []


def test_a_run_over_nothing_is_warned_of() -> None:
    assert warned({"read": 0, "kept": 0}) == ["no story came out of 0 records"]


def test_a_named_column_that_no_page_has_is_warned_of() -> None:
    told = warned({}, fields={"url": "lnik", "date": "whne", "id": "key"}, carry="tag")
    assert told == [
        "--url-field lnik: no page has a usable value there",
        "--date-field whne: no page has a usable value there",
        "--carry tag: no page has that column",
    ]


def test_keys_and_passwords_are_not_shown(tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "a.jsonl", corpus.pages(1))
    given = ["--s3_secret_access_key=hush", "--s3_region_name=eu-west-1"]
    screen = summary.plan_screen(plan.make([str(tmp_path)], Settings()), None, given)
    assert "hush" not in screen
    assert "--s3_secret_access_key=... --s3_region_name=eu-west-1" in screen
