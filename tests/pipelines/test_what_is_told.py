"""What a run says and leaves: no secret that it was given, no sequence that a terminal would obey."""

from __future__ import annotations

from pathlib import Path

import corpus
import pytest
import runs

SECRET = "hunter2-never-to-be-seen"
OPTIONS = (f"--s3_secret_access_key={SECRET}", "--s3_access_key_id=key", "--s3_region_name=eu-west-1")
OBEYED = {"\x1b", "\x9b", "\x07", "\x08", "\r", "\u202e", "\u200f", "\u061c"}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return corpus.write_jsonl(tmp_path / "in.jsonl", corpus.pages(60))


def files_with(secret: str, folder: Path) -> list[str]:
    return [name for name in runs.names(folder) if secret.encode() in (folder / name).read_bytes()]


@pytest.mark.slow
def test_a_secret_option_is_in_no_file_and_in_nothing_said(pages: Path, tmp_path: Path) -> None:
    process = runs.launch(
        "run", pages, "--output", tmp_path / "out", "--steps", "dedup", "--workers", "2", "--verbose", *OPTIONS
    )
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "unit 0" in err  # so that the log was looked at
    assert SECRET not in out + err
    assert files_with(SECRET, tmp_path / "out") == []


def test_nor_in_what_a_run_that_failed_leaves_and_says(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.commit.check", lambda *_: 1 / 0)
    outcome = runs.copydesk("run", pages, "--output", tmp_path / "out", "--steps", "dedup", "--verbose", *OPTIONS)
    assert outcome.code == 1
    assert SECRET not in outcome.out + outcome.err
    assert (tmp_path / "out" / "_work" / "plan.json").exists()
    assert files_with(SECRET, tmp_path / "out") == []


def test_nor_in_a_dry_run(pages: Path, tmp_path: Path) -> None:
    outcome = runs.copydesk("run", pages, "--output", tmp_path / "out", "--dry-run", *OPTIONS)
    assert outcome.code == 0
    assert SECRET not in outcome.out + outcome.err


def test_names_of_files_and_columns_are_shown_not_obeyed(tmp_path: Path) -> None:
    hostile = "a\x1b]0;x\x9b31m\u202e\u200f\u061c\x07b\rc"
    corpus.write_jsonl(tmp_path / "in" / f"{hostile}.jsonl", [{"id": hostile, hostile: "x", "text": corpus.story(1)}])
    (tmp_path / "in" / f"{hostile}.parquet").write_bytes(b"PAR1 and no more")
    commands = [
        ("run", tmp_path / "in", "--output", tmp_path / f"out-{hostile}"),
        ("run", tmp_path / "in", "--output", tmp_path / f"out-{hostile}"),  # refused: it is finished
        ("run", tmp_path / "in", "--output", tmp_path / "other", "--dry-run", "--carry", hostile),
        ("run", tmp_path / f"not-there-{hostile}", "--output", tmp_path / "other"),
        ("show", tmp_path / f"out-{hostile}", hostile),
        ("preview", tmp_path / "in"),
        ("explain", tmp_path / "in" / f"{hostile}.jsonl"),
        ("diff", tmp_path / f"out-{hostile}", tmp_path / f"out-{hostile}"),
    ]
    codes = []
    for command in commands:
        outcome = runs.copydesk(*command)
        codes.append(outcome.code)
        assert not OBEYED & set(outcome.out + outcome.err), (command[0], outcome)
    assert codes[:4] == [3, 2, 0, 2]
