"""copydesk diff: what two runs made of the same pages differently, and by which rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import corpus
import pytest
import runs

TYPO, SHARE = " He recieved the keys.", "\nShare this article on Facebook Twitter WhatsApp"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs over six pages: with all rules of old, and with two of them off, a page fewer kept, a copy more."""
    folder = tmp_path_factory.mktemp("diff")
    texts = [corpus.story(0), corpus.story(1) + TYPO, corpus.story(2) + SHARE, corpus.story(3) + TYPO + SHARE]
    texts += [corpus.story(4), corpus.story(4), "A few words"]
    corpus.write_jsonl(folder / "in.jsonl", [{"id": f"p{n}", "text": text} for n, text in enumerate(texts)])
    config = folder / "new.toml"
    config.write_text('rules_off = ["share/share-buttons"]\nmin_words = 5\n[typos]\nnever_touch = ["recieved"]\n')
    runs.run(folder / "in.jsonl", output=folder / "old")
    runs.run(folder / "in.jsonl", "--config", config, output=folder / "new")
    return folder / "old", folder / "new"


def diff(old: Path, new: Path) -> dict[str, Any]:
    outcome = runs.copydesk("diff", old, new, "--json")
    assert outcome.code == 0, outcome.err
    return dict(json.loads(outcome.out))


def test_changed_stories_are_named_with_the_rules_that_changed_them(outputs: tuple[Path, Path]) -> None:
    changes = {one["id"]: one for one in diff(*outputs)["changes"] if one["kind"] == "text"}
    assert set(changes) == {"p1", "p2", "p3"}
    (rule,) = changes["p1"]["rules"]
    assert rule.startswith("typos/")
    assert changes["p1"]["rules"][rule] == {"gone": 1, "new": 0}
    assert changes["p2"]["rules"] == {"share/share-buttons": {"gone": 1, "new": 0}}
    assert len(changes["p3"]["rules"]) == 2


def test_rules_are_summed_over_stories(outputs: tuple[Path, Path]) -> None:
    rules = diff(*outputs)["rules"]
    assert rules["share/share-buttons"] == {"stories": 2, "gone": 2, "new": 0}
    assert diff(*reversed(outputs))["rules"]["share/share-buttons"] == {"stories": 2, "gone": 0, "new": 2}


def test_pages_with_another_outcome_are_told_with_both(outputs: tuple[Path, Path]) -> None:
    (change,) = (one for one in diff(*outputs)["changes"] if one["kind"] != "text")
    assert (change["id"], change["kind"]) == ("p6", "story to filtered")
    assert change["after"] == "filtered: too-short"


def test_settings_that_differ_are_told(outputs: tuple[Path, Path]) -> None:
    settings = diff(*outputs)["settings"]
    assert settings["min_words"] == [0, 5]
    assert set(settings) == {"min_words", "rules_off", "typos.never_touch"}


def test_a_run_does_not_differ_from_itself(outputs: tuple[Path, Path]) -> None:
    found = diff(outputs[0], outputs[0])
    assert (found["changes"], found["settings"], found["same"]) == ([], {}, 7)
    assert runs.copydesk("diff", outputs[0], outputs[0]).out == "7 pages came out the same, 0 did not\n"


def test_for_people_rules_come_before_pages(outputs: tuple[Path, Path]) -> None:
    told = runs.copydesk("diff", *outputs).out
    assert "3 pages came out the same, 4 did not" in told
    assert told.index("share/share-buttons\t2\t2\t0") < told.index("p2  text  share/share-buttons −1 +0")
    assert "p6  story → filtered: too-short" in told


def test_pages_of_one_run_alone_are_absent_from_the_other(outputs: tuple[Path, Path], tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "in.jsonl", [{"id": "other", "text": corpus.story(9)}])
    runs.run(tmp_path / "in.jsonl", output=tmp_path / "out")
    changes = {one["id"]: one["kind"] for one in diff(outputs[0], tmp_path / "out")["changes"]}
    assert changes["other"] == "absent to story"
    assert changes["p0"] == "story to absent"
    assert "copy to absent" in changes.values()


def test_a_folder_without_a_run_is_wrong_usage(outputs: tuple[Path, Path], tmp_path: Path) -> None:
    outcome = runs.copydesk("diff", outputs[0], tmp_path)
    assert outcome.code == 2
    assert f"{tmp_path} holds no finished run" in outcome.err
