"""`copydesk explain` and `copydesk rules`: a page with what goes and what comes, each with its rule."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import pytest
import runs
from memory_files import MemoryFileSystem

from pipelines import explain
from transforms.trace import Piece

RULE = """
[[rule]]
name = "strip"
family = "mine"
line = "^weather today"
match = ["Weather today: rain"]
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(f"{corpus.story(1)}\nWeather today: rain\n\nLeave a Reply\n\nConnecting to %s", encoding="utf-8")
    return path


def test_what_goes_stands_between_marks_with_its_rule(page: Path) -> None:
    told = runs.copydesk("explain", page).out
    assert "‹wordpress/comment-form 0.97›" in told
    assert "Leave a Reply" in told[told.index("[-") : told.index("‹wordpress")]
    assert "\x1b" not in told


def test_a_program_gets_the_pieces_of_the_page(page: Path) -> None:
    told = json.loads(runs.copydesk("explain", page, "--json").out)
    text = page.read_text(encoding="utf-8")
    assert told["outcome"] == "story"
    assert "".join(piece["text"] for piece in told["pieces"] if piece["fate"] != "added") == text


def test_a_page_that_is_left_out_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    assert "filtered (no-article: empty, or scaffolding" in runs.copydesk("explain", tmp_path / "empty.txt").out


def test_one_page_of_many_is_chosen_by_its_id(tmp_path: Path) -> None:
    path = corpus.write_jsonl(tmp_path / "a.jsonl", corpus.pages(3))
    told = runs.copydesk("explain", path, "--id", "p000001", "--steps", "encoding", "--json").out
    assert [json.loads(line)["id"] for line in told.splitlines()] == ["p000001"]
    refused = runs.copydesk("explain", path, "--id", "zzz", "--steps", "encoding")
    assert (refused.code, "holds no page with id zzz" in refused.err) == (2, True)


def test_a_page_is_found_by_the_id_that_a_run_gave_its_place(page: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    (pages / "sub").mkdir(parents=True)
    page.rename(pages / "sub" / "page.txt")
    corpus.write_jsonl(pages / "a.jsonl", [{"text": corpus.story(2)}])
    runs.run(pages, "--steps", "encoding", output=tmp_path / "out")
    for story in runs.rows(tmp_path / "out", "stories"):
        told = runs.copydesk("explain", pages, "--id", story["id"], "--steps", "encoding", "--json")
        assert json.loads(told.out)["id"] == story["id"]
        if story["source"] == "sub/page.txt":
            told = runs.copydesk("explain", pages / "sub" / "page.txt", "--id", story["id"], "--steps", "encoding")
            assert (told.code, "Leave a Reply" in told.out) == (0, True)


def test_a_page_is_explained_with_all_settings_of_a_run(tmp_path: Path) -> None:
    records = [{**corpus.page(number), "section": "town", "site": "x"} for number in range(2)]
    path = corpus.write_jsonl(tmp_path / "2026-05-01.jsonl", records)
    listed = tmp_path / "exclude.txt"
    listed.write_text("p000001\n", encoding="utf-8")
    chosen = ("--carry", "section", "--exclude", listed, "--steps", "encoding", "--run-date", "2026-05-01")
    told = runs.copydesk("explain", tmp_path / "{date}.jsonl", *chosen, "--json")
    outcomes = [(one["outcome"], one["reason"]) for one in map(json.loads, told.out.splitlines())]
    assert outcomes == [("story", ""), ("filtered", "excluded")]
    assert path.exists()


@pytest.mark.parametrize("command", ["explain", "preview"])
@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (("--languages", "klingon"), "--languages: 'klingon' is no language"),
        (("--exclude", "nowhere.txt"), "cannot read nowhere.txt"),
        (("--word-profile", __file__), "is no word profile"),
        (("--carry", "title"), "cannot carry title"),
    ],
)
def test_settings_are_checked_as_a_run_checks_them(
    command: str, page: Path, chosen: tuple[str, str], told: str
) -> None:
    refused = runs.copydesk(command, page, *chosen)
    assert (refused.code, told in refused.err) == (2, True), refused.err


def test_a_rule_that_is_none_is_refused(page: Path) -> None:
    refused = runs.copydesk("explain", page, "--rules-off", "wordpress/coment-form")
    assert refused.code == 2
    assert "did you mean wordpress/comment-form" in refused.err


def test_what_a_terminal_would_obey_is_shown_as_text() -> None:
    shown = explain.Explained("1", "story", "", "en", (), (Piece("a\x1b[31mb\u202ec", "kept"),))
    assert explain.render(shown, color=False).endswith("a\\x1b[31mb\\u{202e}c\n")


def test_own_rules_are_checked_and_tried(page: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE, encoding="utf-8")
    assert runs.copydesk("rules", "check", rules).code == 0
    assert "‹mine/strip 0.95›" in runs.copydesk("rules", "try", rules, page).out


def test_a_rule_file_is_read_as_a_run_reads_it(page: Path, tmp_path: Path) -> None:
    MemoryFileSystem.files["mem://rules.toml"] = b"\xef\xbb\xbf" + RULE.encode()
    assert runs.copydesk("rules", "check", "mem://rules.toml").code == 0
    assert "‹mine/strip 0.95›" in runs.copydesk("rules", "try", "mem://rules.toml", page).out
    gone = tmp_path / "gone.toml"
    for words in (("check", gone), ("try", gone, page)):
        outcome = runs.copydesk("rules", *words)
        assert outcome.code == 2
        assert f"cannot read {gone}" in outcome.err
    (tmp_path / "latin.toml").write_bytes(RULE.replace("rain", "\xe9t\xe9").encode("latin-1"))
    assert "cannot read" in runs.copydesk("rules", "check", tmp_path / "latin.toml").err


def test_mistakes_of_a_rule_file_are_told_with_its_name(page: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE.replace("^weather", "(?=x)"), encoding="utf-8")
    checked, tried = runs.copydesk("rules", "check", rules), runs.copydesk("rules", "try", rules, page)
    assert (checked.code, tried.code) == (1, 2)
    assert f"{rules}: line 2: mine/strip: `line` is no RE2 pattern" in checked.out
    assert f"{rules}: line 2: mine/strip: `line` is no RE2 pattern" in tried.err
