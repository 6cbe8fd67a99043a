"""From scores to a decision."""

import numpy as np
import pyarrow as pa

from transforms.scaffolding.lines import split
from transforms.scaffolding.matching import NO_RULE
from transforms.scaffolding.region import (
    BEHIND,
    BELOW,
    DOUBT,
    DOUBTS,
    INSIDE,
    TRUST,
    agreed,
    decide,
    percent,
)

MODEL = 9
DOUBT_CLEAN, _, DOUBT_WHOLE = DOUBTS


def decided(scores, ruled=None, headline=-1, own=0, words=2):
    lines = split(pa.array(["\n".join("word " * words + str(n) for n in range(len(scores)))]))
    ruled = np.full(len(scores), NO_RULE) if ruled is None else np.array(ruled)
    return decide(lines, np.array(scores, np.int32), ruled, np.array([headline]), own, MODEL).tolist()


def test_of_two_looks_the_milder_counts_within_the_article_and_the_stricter_outside():
    lines = split(pa.array(["\n".join("word " * 20 + str(n) for n in range(7))]))
    first = np.array([500, -4000, 3000, -900, 3000, -4000, 800], np.int32)
    second = np.array([-500, -4000, 3000, 400, 2000, -4000, -800], np.int32)
    assert agreed(lines, first, second).tolist() == [-500, -4000, 3000, 400, 3000, -4000, -800]


def test_the_model_removes_what_it_doubts():
    assert decided([DOUBT - 1, 3000, 3000, DOUBT - 1], words=20) == [MODEL, NO_RULE, NO_RULE, MODEL]


def test_on_a_page_almost_clean_it_has_to_be_surer():
    clean = [3000] * 9
    assert decided([DOUBT_CLEAN, *clean], words=20)[0] == NO_RULE
    assert decided([DOUBT_CLEAN - 1, *clean], words=20)[0] == MODEL


def test_on_a_page_that_is_mostly_scaffolding_it_may_be_less_sure():
    around = [DOUBT - 1] * 4
    assert decided([*around, 3000, DOUBT_WHOLE - 1], words=20)[-1] == MODEL
    assert decided([*around, 3000, DOUBT_WHOLE], words=20)[-1] == NO_RULE


def test_behind_the_article_less_doubt_is_enough():
    mixed = [*[3000] * 3, -5000, *[DOUBT - 1] * 3]  # what is doubted parts the last line from the stretch
    assert decided([*mixed, BEHIND[1] - 1], words=20)[-1] == MODEL
    assert decided([*mixed, BEHIND[1]], words=20)[-1] == NO_RULE
    assert decided([BEHIND[1] - 1, -5000, *[DOUBT - 1] * 3, *[3000] * 3], words=20)[0] == NO_RULE


def test_on_a_page_almost_clean_the_end_is_judged_like_the_rest():
    clean = [*[3000] * 12, -5000, -5000]
    assert decided([*clean, DOUBT_CLEAN], words=20)[-1] == NO_RULE


def test_how_sure_is_enough_is_told_page_by_page():
    page = "\n".join("word " * 20 + str(n) for n in range(6))
    lines = split(pa.array([page, page]))
    scores = np.array([DOUBT_WHOLE - 1, 3000, *[DOUBT - 1] * 4, DOUBT_WHOLE - 1, *[3000] * 5], np.int32)
    out = decide(lines, scores, np.full(12, NO_RULE), np.array([-1, -1]), 0, MODEL)
    assert out.tolist() == [MODEL, NO_RULE, *[MODEL] * 4, *[NO_RULE] * 6]


def test_the_line_behind_the_article_may_be_its_last_word():
    assert decided([3000, 3000, DOUBT - 1, DOUBT - 1]) == [NO_RULE, NO_RULE, NO_RULE, MODEL]


def test_a_short_line_between_lines_that_belong_is_kept_on_less():
    assert decided([3000, INSIDE + 1, 3000]) == [NO_RULE] * 3
    assert decided([3000, INSIDE - 1, 3000])[1] == MODEL
    assert decided([3000, INSIDE + 1, 3000], words=20)[1] == MODEL


def test_and_on_less_still_where_the_page_is_almost_clean():
    assert decided([*[3000] * 5, DOUBT_CLEAN - BELOW, 3000])[5] == NO_RULE
    assert decided([*[3000] * 5, DOUBT_CLEAN - BELOW - 1, 3000])[5] == MODEL


def test_the_article_begins_at_its_headline():
    assert decided([DOUBT, DOUBT - 1, 3000], headline=0) == [NO_RULE] * 3
    assert decided([DOUBT, DOUBT - 1, 3000])[1] == MODEL


def test_a_rule_of_the_packs_removes_unless_the_model_trusts_the_line():
    assert decided([TRUST, TRUST + 1, 3000], ruled=[4, 4, NO_RULE]) == [4, NO_RULE, NO_RULE]


def test_a_rule_of_the_users_always_removes():
    assert decided([9000, 9000], ruled=[0, 1], own=1) == [0, NO_RULE]


def test_scores_as_people_read_them():
    assert percent(np.array([-5000, 0, 1099, 2944, 9000])).tolist() == [49, 50, 75, 95, 99]
