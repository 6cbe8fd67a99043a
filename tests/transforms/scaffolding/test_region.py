"""From scores to a decision."""

import numpy as np
import pyarrow as pa

from transforms.scaffolding.lines import split
from transforms.scaffolding.matching import NO_RULE
from transforms.scaffolding.region import DOUBT, INSIDE, TRUST, decide, percent

MODEL = 9


def decided(scores, ruled=None, headline=-1, own=0, words=2):
    lines = split(pa.array(["\n".join("word " * words + str(n) for n in range(len(scores)))]))
    ruled = np.full(len(scores), NO_RULE) if ruled is None else np.array(ruled)
    return decide(lines, np.array(scores, np.int32), ruled, np.array([headline]), own, MODEL).tolist()


def test_the_model_removes_what_it_doubts():
    assert decided([DOUBT - 1, 3000, 3000, DOUBT - 1], words=20) == [MODEL, NO_RULE, NO_RULE, MODEL]


def test_the_line_behind_the_article_may_be_its_last_word():
    assert decided([3000, 3000, DOUBT - 1, DOUBT - 1]) == [NO_RULE, NO_RULE, NO_RULE, MODEL]


def test_a_short_line_between_lines_that_belong_is_kept_on_less():
    assert decided([3000, INSIDE + 1, 3000]) == [NO_RULE] * 3
    assert decided([3000, INSIDE - 1, 3000])[1] == MODEL
    assert decided([3000, INSIDE + 1, 3000], words=20)[1] == MODEL


def test_the_article_begins_at_its_headline():
    assert decided([DOUBT, DOUBT - 1, 3000], headline=0) == [NO_RULE] * 3
    assert decided([DOUBT, DOUBT - 1, 3000])[1] == MODEL


def test_a_rule_of_the_packs_removes_unless_the_model_trusts_the_line():
    assert decided([TRUST, TRUST + 1, 3000], ruled=[4, 4, NO_RULE]) == [4, NO_RULE, NO_RULE]


def test_a_rule_of_the_users_always_removes():
    assert decided([9000, 9000], ruled=[0, 1], own=1) == [0, NO_RULE]


def test_scores_as_people_read_them():
    assert percent(np.array([-5000, 0, 1099, 2944, 9000])).tolist() == [49, 50, 75, 95, 99]
