"""Verification of candidate pairs."""

import datetime
import random

import numpy as np
import pytest

from schemas.sketch import EDGE
from transforms.neardup.coverage import Shingled, perhaps_shared
from transforms.neardup.rules import Rules
from transforms.neardup.sketch import sketch
from transforms.neardup.verify import compare, verify

pytestmark = pytest.mark.usefixtures("each_twin")

DAYS = [datetime.datetime(2026, 9, day, tzinfo=datetime.UTC) for day in range(1, 30)]


def edges(table, pairs=((1, 2),), rules=None):
    sketches = sketch(table)
    return verify(np.array(pairs, np.uint64).reshape(-1, 2), sketches, rules)


def changed(text, share, seed=0):
    """The text with a share of its words changed."""
    chance = random.Random(seed)
    return " ".join("other" + word if chance.random() < share else word for word in text.split())


def test_a_story_that_was_cut_is_linked_whatever_stands_behind_it(write, table):
    story = write(1, 200)
    beginning = " ".join(story.split()[:60])
    assert len(edges(table(story, beginning))) == 1
    assert len(edges(table(story, f"{beginning} {write(2, 15)}"))) == 1
    assert len(edges(table(story, f"{beginning} {write(2, 90)}"))) == 0


def test_covered_words_and_the_parts_they_stand_in(write, table):
    front, back = write(1, 64), write(2, 192)
    (edge,) = edges(table(f"{front} {back}", front))
    assert (edge["words_a"], edge["words_b"]) == (256, 64)
    assert (edge["covered_a"], edge["covered_b"]) == (64, 64)
    assert edge["parts_a"] == (1 << 16) - 1
    assert edge["parts_b"] == (1 << 64) - 1


def test_a_changed_word_costs_that_word_alone(write, table):
    words = write(1, 101).split()
    words[50] = "elsewhere"
    (edge,) = edges(table(write(1, 101), " ".join(words)))
    assert edge["covered_a"] == edge["covered_b"] == 100


def test_different_stories_are_not_linked(write, table):
    assert len(edges(table(write(1), write(2)))) == 0


@pytest.mark.parametrize(("other", "linked"), [("...", 1), ("!!!", 0)])
def test_texts_without_a_word_are_linked_where_they_are_the_same_whatever_their_urls(table, other, linked):
    assert len(edges(table("...", other, url=["https://x.example/a"] * 2))) == linked


def test_a_lone_phrase_does_not_count(table):
    one = "one of the ferries sank as the year end came and as of yet no one knows why"
    other = "it is one of the best at the year end yet as of yet unknown here and there"
    assert len(edges(table(one, other), rules=Rules(join_at=20))) == 0


@pytest.mark.parametrize(("gap", "linked"), [(0, 1), (3, 1), (4, 0)])
def test_much_changed_stories_are_linked_only_within_days(write, table, gap, linked):
    texts = write(1, 200), changed(write(1, 200), 0.2)
    assert len(edges(table(*texts, published=[DAYS[0], DAYS[gap]]))) == linked
    assert len(edges(table(*texts, published=[DAYS[gap], DAYS[0]]))) == linked


def test_dates_do_not_matter_for_equal_texts_unknown_dates_and_one_url(write, table):
    story, other = write(1, 200), changed(write(1, 200), 0.2)
    far = {"published": [DAYS[0], DAYS[20]]}
    assert len(edges(table(story, story, **far))) == 1
    assert len(edges(table(story, other, published=[None, DAYS[20]]))) == 1
    assert len(edges(table(story, other, **far, url=["https://x.example/a"] * 2))) == 1


def test_two_issues_of_a_weekly_notice_are_two_stories(table):
    notice = (
        "stocks of refined products stood at {} million barrels on Monday against {} million a week earlier imports "
        "averaged {} thousand barrels a day and exports {} thousand the company said in its statement the figures are "
        "subject to revision the next report is due in one week at the usual time"
    )
    assert len(edges(table(notice.format(12.5, 13.1, 880, 45), notice.format(14.2, 12.5, 871, 61)))) == 0
    assert len(edges(table(notice.format(12.5, 13.1, 880, 45), notice.format(12.5, 13.1, 880, 45) + " it said"))) == 1


def test_reports_on_one_speech_are_two_stories_and_an_interview_run_twice_is_one(write, table):
    speech = f'"{write(0, 150)}"'
    assert len(edges(table(f"{write(1, 60)} {speech}", f"{speech} {write(2, 60)}"))) == 0
    assert len(edges(table(f"{write(1, 60)} {speech}", f"{write(1, 60)} {speech} {write(2, 60)}"))) == 1
    assert len(edges(table(f"{write(1, 12)} {speech}", f"{speech} {write(2, 90)}"))) == 1  # too little prose to tell


def test_a_desk_changes_some_figures_of_a_long_story_and_adds_its_own(write, table):
    long = " ".join(f"{write(n, 18)} {100 + n}" for n in range(20))
    few_changed = long.replace(" 103 ", " 903 ").replace(" 111 ", " 911 ").replace(" 117 ", " 917 ")
    most_changed = " ".join(f"{write(n, 18)} {200 + n}" for n in range(20))
    own = " ".join(f"{write(50 + n, 18)} {300 + n}" for n in range(4))
    assert len(edges(table(long, few_changed))) == 1
    assert len(edges(table(long, most_changed))) == 0
    assert len(edges(table(long, f"{few_changed} {own}"))) == 1


@pytest.mark.parametrize("text", ["", "!?", "a", "a b", "a b c", "a b c d", "中"])
def test_shortest_texts_are_linked_with_themselves_alone(table, text):
    assert edges(table(text, text, "b a"), [(1, 2), (1, 3)])["b"].tolist() == [2]


def test_pairs_do_not_influence_each_other(write, table):
    texts = [changed(write(n % 4, 5 + 13 * n), 0.05, n) for n in range(12)] + ["", "x", "x y"]
    stories = table(*texts)
    pairs = [(a, b) for a in range(1, 16) for b in range(a + 1, 16)]
    alone = [edges(stories, [pair]) for pair in pairs]
    assert edges(stories, pairs).tolist() == np.concatenate(alone).tolist()
    assert len(edges(stories, pairs)) > 3


def test_pairs_that_are_compared_tell_whether_they_are_linked(write, table):
    sketches = sketch(table(write(1), write(1), write(2)))
    found = compare(np.array([(1, 2), (1, 3)], np.uint64), sketches)
    assert found[["b", "covered_a", "linked"]].tolist() == [(2, 120, True), (3, 0, False)]
    assert found[:1].tolist() == edges(table(write(1), write(1), write(2))).tolist()


def test_a_sample_rules_out_what_shares_little_and_nothing_else(write, table):
    story = write(1, 600)
    texts = [story, write(2, 600), changed(story, 0.1), changed(story, 0.25), story[: len(story) // 4], write(1, 30)]
    stories = Shingled.of(sketch(table(*texts)))
    others = np.arange(1, 6)
    assert perhaps_shared(stories, np.zeros(5, np.int64), others, 15).tolist() == [1, 2, 3]
    assert perhaps_shared(stories, others, np.zeros(5, np.int64), 15).tolist() == [1, 2, 3, 4]  # 30 words are no sample


def test_no_pairs_give_no_edges_and_a_missing_sketch_is_named(write, table):
    assert edges(table("a"), []).dtype == EDGE
    with pytest.raises(KeyError, match="document 9 "):
        edges(table("a"), [(1, 9)])
