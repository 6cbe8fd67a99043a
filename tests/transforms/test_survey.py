"""Site profiles: what is a site's own, told by counting stories."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from transforms.scaffolding.lines import split
from transforms.survey import Profile, line_hashes, profile, sightings

pytestmark = pytest.mark.usefixtures("each_twin")

SITE = "harbour.example"
STORIES = [
    f"{place} council agrees a plan for its {thing} after a long night\n"
    f"The council of {place} agreed late on Tuesday to spend more on its {thing} than in any year since the war.\n"
    f"Nobody in {place} had expected that the {thing} would take up all of an evening that had begun with the budget.\n"
    for place, thing in (("Marrow", "ferries"), ("Tidewick", "bridges"), ("Upper Sedge", "schools"), ("Alcen", "trams"))
]
FOOTER = "Made with care by the people of the harbour\n"


def column(texts: list[str | None]) -> pa.Array:
    return pa.array(texts, pa.string())


def profile_of(pages: list[str], site: str | None = SITE, titles: list[str | None] | None = None) -> Profile:
    records = sightings(column(pages), column([site] * len(pages)), column(titles or [None] * len(pages)))
    return Profile.of([profile(records)])


def repeated(survey: Profile, page: str, site: str | None = SITE) -> list[str]:
    lines = split(column([page]))
    mask = survey.repeated(lines, line_hashes(lines), column([site]))
    return [lines.distinct[int(code)].as_py() for code in lines.code[mask]]


def teasers(survey: Profile, page: str, site: str | None = SITE) -> list[str]:
    lines = split(column([page]))
    mask = survey.teasers(lines, line_hashes(lines), column([site]))
    return [lines.distinct[int(code)].as_py() for code in lines.code[mask]]


def test_a_line_on_many_stories_of_a_site_is_the_sites_own():
    pages = [story + FOOTER for story in STORIES]
    assert repeated(profile_of(pages), pages[0]) == [FOOTER.strip()]


def test_numbers_in_a_line_do_not_matter():
    pages = [f"{story}{n} people have read this\n" for n, story in enumerate(STORIES)]
    assert repeated(profile_of(pages), pages[0]) == ["0 people have read this"]


def test_many_copies_of_one_story_make_nothing_of_it_the_sites_own():
    assert repeated(profile_of([STORIES[0] + FOOTER] * 9), STORIES[0] + FOOTER) == []


def test_another_sites_lines_are_no_concern_of_ours():
    pages = [story + FOOTER for story in STORIES]
    assert repeated(profile_of(pages), pages[0], site="other.example") == []


def test_the_title_of_another_story_is_a_teaser_and_the_pages_own_headline_is_not():
    title = STORIES[1].splitlines()[0]
    page = STORIES[0] + title + "\n"
    assert teasers(profile_of([page, STORIES[1]]), page) == [title]
    assert teasers(profile_of([page, STORIES[1]]), STORIES[1]) == []


def test_a_title_that_came_with_the_page_counts_and_pages_without_site_are_one_site():
    page = STORIES[0] + "What the trams of Alcen cost the rest of us\n"
    survey = profile_of([page, STORIES[3]], None, [None, "What the trams of Alcen cost the rest of us"])
    assert teasers(survey, page, None) == ["What the trams of Alcen cost the rest of us"]


def test_a_page_without_long_lines_tells_nothing():
    records = sightings(column(["404\nNot found\n"]), column([SITE]), column([None]))
    assert len(records) == 0


def test_empty_profiles_know_nothing():
    assert repeated(Profile.of([]), STORIES[0]) == []
    assert teasers(Profile.of([]), STORIES[0]) == []


@given(st.lists(st.sampled_from(STORIES), min_size=1, max_size=6), st.integers(0, 5))
def test_a_profile_is_the_same_however_the_pages_are_batched(pages, cut):
    def records(texts):
        return sightings(column(texts), column([SITE] * len(texts)), column([None] * len(texts)))

    whole = profile(records(pages))
    parts = [records(part) for part in (pages[:cut], pages[cut:])]
    assert profile(np.concatenate(parts)).equals(whole)


@given(st.lists(st.text("aB1 .é漢\n", max_size=30), max_size=5))
def test_both_twins_give_lines_the_same_hashes(texts):
    in_c, in_numpy = both(lambda: line_hashes(split(pa.array(texts, pa.string()))))
    assert in_c.dtype == in_numpy.dtype
    assert in_c.tolist() == in_numpy.tolist()
