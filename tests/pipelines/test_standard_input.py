"""`-` is standard input: read once, kept for a second try, gone afterwards."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import corpus
import pytest
import runs
from click.testing import CliRunner

from pipelines import lock, spool
from pipelines.cli import main
from pipelines.options import UsageError

PAGES = "".join(json.dumps(page) + "\n" for page in corpus.pages(5))


def piped(text: str, *arguments: str | Path) -> runs.Outcome:
    result = CliRunner().invoke(main, [str(one) for one in arguments], input=text)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return runs.Outcome(result.exit_code, result.stdout, result.stderr)


def test_a_run_reads_records_from_standard_input(tmp_path: Path) -> None:
    outcome = piped(PAGES, "run", "-", "--output", tmp_path / "out", "--steps", "dedup", "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["read"] == 5
    assert {row["source"] for row in runs.rows(tmp_path / "out", "stories")} == {"stdin"}
    assert not (tmp_path / "out" / "_work").exists()


def test_the_kind_is_told_by_the_content(tmp_path: Path) -> None:
    page = piped(corpus.story(1), "explain", "-", "--json")
    assert json.loads(page.out)["outcome"] == "story"
    assert json.loads(piped(PAGES, "preview", "-", "--json").out)["pages"] == 5


def spooled(work: Path, text: str) -> Path:
    with spool.spooled(str(work), io.BytesIO(text.encode())) as path:
        return Path(path)


def test_the_same_input_again_is_the_same_file(tmp_path: Path) -> None:
    first = spooled(tmp_path, PAGES)
    stamp = first.stat().st_mtime_ns
    assert spooled(tmp_path, PAGES) == first
    assert first.stat().st_mtime_ns == stamp
    assert spooled(tmp_path, "other") != first
    assert first.read_text() == PAGES


@pytest.mark.parametrize("known", [True, False])
def test_what_was_refused_leaves_no_file_unless_an_earlier_run_did(known: bool, tmp_path: Path) -> None:
    earlier = spooled(tmp_path / "work", PAGES if known else "other")
    with pytest.raises(UsageError), spool.spooled(str(tmp_path / "work"), io.BytesIO(PAGES.encode())):
        raise UsageError("--languages: no such language")
    assert [tmp_path / name for name in runs.names(tmp_path)] == [earlier]


def test_a_refused_run_leaves_nothing(tmp_path: Path) -> None:
    assert piped(PAGES, "run", "-", "--output", tmp_path / "out", "--languages", "klingon").code == 2
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_read_while_another_run_holds_the_output(tmp_path: Path) -> None:
    with lock.held(str(tmp_path / "out")):
        outcome = piped(PAGES, "run", "-", "--output", tmp_path / "out")
        assert (outcome.code, "another run" in outcome.err) == (2, True)
        assert runs.names(tmp_path) == ["out/_lock"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-", "more.jsonl", "--output", "OUT"), "- for standard input stands alone"),
        (("-", "--dry-run"), "there is no --dry-run of it"),
        (("-", "--output", "OUT", "--dry-run"), "there is no --dry-run of it"),
    ],
)
def test_what_cannot_be_done_with_standard_input_is_refused(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    outcome = piped(PAGES, "run", *(one.replace("OUT", str(tmp_path / "out")) for one in arguments))
    assert outcome.code == 2
    assert told in outcome.err


def test_empty_standard_input_is_refused(tmp_path: Path) -> None:
    outcome = piped("", "run", "-", "--output", tmp_path / "out")
    assert outcome.code == 2
    assert "standard input is empty" in outcome.err


def test_a_terminal_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with pytest.raises(UsageError, match="is a terminal here"), spool.spooled(str(tmp_path)):
        pass
