"""Lines to paste into copydesk.toml: they are TOML, they are taken, and they undo what they name."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import runs
from hypothesis import given
from hypothesis import strategies as st

from pipelines import explain, undoing
from pipelines.options import merge
from transforms import plan as plans
from transforms.trace import Piece

PAGE = """The Harbour Council Voted To Keep The Lighthouse
The mayor recieved the report on Monday and said that the lighthouse would stay where it was for another fifty years.

Share this article on Facebook Twitter WhatsApp
The councilâ€™s engineers had measured the tower twice before the first storm of the winter came in from the north.
Sign up for our newsletter and never miss a story"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def explained(page: Path, config: Path | None = None) -> explain.Explained:
    settings, _, _, _ = merge({}, str(config) if config else None)
    (found,) = explain.explain(plans.make([str(page)], settings))
    return found


def test_the_lines_name_what_every_step_did(page: Path) -> None:
    told = tomllib.loads(explained(page).undo)
    assert "Share this article on Facebook Twitter WhatsApp" in told["scaffolding"]["keep_phrases"]
    assert told["typos"]["never_touch"] == ["recieved"]


def test_pasted_lines_undo_what_they_name(page: Path, tmp_path: Path) -> None:
    config = tmp_path / "copydesk.toml"
    config.write_text(explained(page).undo, encoding="utf-8")
    left = {piece.step for piece in explained(page, config).pieces if piece.fate != "kept"}
    assert left == {"encoding"}


def test_a_rule_is_switched_off_by_the_line_that_is_a_comment_until_then(page: Path, tmp_path: Path) -> None:
    rules = next(line for line in explained(page).undo.splitlines() if "rules_off" in line)
    config = tmp_path / "copydesk.toml"
    config.write_text(rules.partition(": ")[2], encoding="utf-8")
    found = explained(page, config)
    assert {piece.rule for piece in found.pieces if piece.fate != "kept"}.isdisjoint(
        tomllib.loads(config.read_text())["rules_off"]
    )
    assert found.outcome == "story"


def test_explain_prints_them_after_the_page(page: Path) -> None:
    told = runs.copydesk("explain", page).out
    assert told.index("keep_phrases") > told.index("Sign up for our newsletter")


def test_a_page_without_edits_has_none() -> None:
    assert undoing.lines([Piece("as it was", "kept")]) == ""
    assert undoing.lines([Piece("left out", "removed", "", "no-article")]).count("\n[") == 0


def test_long_lists_are_cut_and_it_is_said() -> None:
    pieces = [Piece(f"line {number}\n", "removed", "scaffolding", "model/line") for number in range(15)]
    assert len(tomllib.loads(undoing.lines(pieces))["scaffolding"]["keep_phrases"]) == undoing.MOST
    assert "# ... and 3 more" in undoing.lines(pieces)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_told_as_toml_that_gives_it_back_and_no_terminal_obeys(text: str) -> None:
    told = undoing.lines([Piece(text, "removed", "typos", "typos/listed")])
    assert tomllib.loads(told)["typos"]["never_touch"] == [text]
    assert not undoing.OBEYED.search(told)
    assert "\x1b" not in told


def test_that_the_headline_has_a_column_of_its_own_is_nothing_to_undo() -> None:
    moved = Piece("The Harbour Council Voted\n", "removed", "scaffolding", "headline/to-column", 100)
    assert undoing.lines([moved]) == ""
