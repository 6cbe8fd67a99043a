"""A run with a survey: what a site's stories share goes, and a later run knows it without one."""

import json
from pathlib import Path

import pytest
import runs

NOTE = "This report was first heard on the evening wireless, which is also where you can write to its authors."
STEPS = ("--steps", "scaffolding")


def stories(site: str, number: int) -> list[dict[str, str]]:
    places = ("Marrow", "Tidewick", "Upper Sedge", "Alcen", "Brackwater", "Sallow")[:number]
    return [
        {
            "id": f"{site}-{n}",
            "url": f"https://{site}/{n}",
            "text": f"{place} decides to keep its ferry\n\n"
            f"The people of {place} decided on Tuesday, by a narrow vote, to keep the ferry no one wanted.\n\n"
            f"{NOTE}\n\n"
            f"A ferry leaves {place} every morning since the bridge fell into the river in the year of the flood.\n",
        }
        for n, place in enumerate(places)
    ]


def write(path: Path, pages: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(page) + "\n" for page in pages), encoding="utf-8")
    return path


def texts(output: Path) -> list[str]:
    return [row["text"] for row in runs.rows(output, "stories")]


@pytest.fixture
def pages(tmp_path):
    return write(tmp_path / "pages.jsonl", stories("lighthouse.example", 5))


def test_without_a_survey_the_line_stays_as_no_rule_knows_it(pages, tmp_path):
    runs.run(pages, *STEPS, "--no-survey", output=tmp_path / "out")
    assert all(NOTE in text for text in texts(tmp_path / "out"))


def test_a_line_on_all_stories_of_a_site_goes_with_its_rule_in_the_audit(pages, tmp_path):
    runs.run(pages, *STEPS, output=tmp_path / "out")
    assert [NOTE in text for text in texts(tmp_path / "out")] == [False] * 5
    assert {edit["rule"] for edit in runs.rows(tmp_path / "out", "edits")} >= {"site/repeated-line"}


def test_a_later_run_on_one_page_knows_the_line_from_the_profile(pages, tmp_path):
    profiles = tmp_path / "profiles"
    runs.run(pages, *STEPS, "--site-profiles", profiles, output=tmp_path / "first")
    late = write(tmp_path / "late.jsonl", stories("lighthouse.example", 6)[5:])
    runs.run(late, *STEPS, "--no-survey", "--site-profiles", profiles, output=tmp_path / "second")
    assert NOTE not in texts(tmp_path / "second")[0]


def test_a_run_done_again_replaces_its_profile_and_gives_the_same(tmp_path):
    pages = write(tmp_path / "pages.jsonl", stories("lighthouse.example", 2))  # one story short of a site's own line
    profiles = tmp_path / "profiles"
    for output in (tmp_path / "once", tmp_path / "again"):
        runs.run(pages, *STEPS, "--site-profiles", profiles, output=output)
        assert all(NOTE in text for text in texts(output))
    assert runs.fingerprint(tmp_path / "once") == runs.fingerprint(tmp_path / "again")
    assert len(list(profiles.iterdir())) == 1


def test_an_input_of_which_nothing_can_be_learned_ends_all_the_same(tmp_path):
    pages = write(tmp_path / "pages.jsonl", [{"id": "short", "text": "Not found"}])
    runs.run(pages, *STEPS, output=tmp_path / "out")
    assert runs.counts(tmp_path / "out")["read"] == 1


def test_a_family_that_is_off_stays_whatever_the_survey_found(pages, tmp_path):
    config = tmp_path / "copydesk.toml"
    config.write_text('[scaffolding]\nfamilies_off = ["site"]\n')
    runs.run(pages, *STEPS, "--config", config, output=tmp_path / "out")
    assert all(NOTE in text for text in texts(tmp_path / "out"))
