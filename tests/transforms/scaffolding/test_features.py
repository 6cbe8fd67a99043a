"""Lines in numbers."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import both

from transforms.scaffolding.columns import FAR, best_stretch
from transforms.scaffolding.context import context
from transforms.scaffolding.features import family_bits, features
from transforms.scaffolding.lines import split
from transforms.scaffolding.matching import RuleSet
from transforms.scaffolding.page import prose
from transforms.scaffolding.rules import packs

pytestmark = pytest.mark.usefixtures("each_twin")

PAGE = """Ferry fares rise again
By Ada Quill
Fares on the harbour ferries rise by a tenth in May, the port authority said on Friday after a long debate.
• Children still travel free
“It is that or fewer boats,” said Jo Penn of the authority.
Share
Leave a Reply"""


RULES = RuleSet.of(packs())


def numbers(texts, titles=None):
    """Features by name, of a batch."""
    lines = split(pa.array(texts, pa.string()))
    sentence, _ = prose(lines)
    families = family_bits(lines, RULES.hits(lines), RULES.rules)
    rows = features(lines, families, sentence, pa.array(titles or [None] * len(texts), pa.string()))
    assert {row.dtype for row in rows.values()} == {np.dtype(np.int16)}
    return {name: row.tolist() for name, row in rows.items()}


def test_a_line_by_itself():
    found = numbers([PAGE])
    assert found["words"] == [4, 3, 21, 5, 12, 1, 3]
    assert found["beginning"] == [5, 5, 5, 1, 6, 5, 5]  # upper case, a bullet, a quote
    assert found["ending"] == [1, 1, 9, 1, 9, 1, 1]  # letters, a full stop
    assert found["capital-words"][:3] == [1, 3, 3]
    assert found["speech"] == [0, 0, 1, 0, 1, 0, 0]


def test_families_of_rules_are_seen():
    found = numbers([PAGE])
    assert found["is-byline"] == [0, 1, 0, 0, 0, 0, 0]
    assert found["is-share"] == [0, 0, 0, 0, 0, 1, 0]
    assert found["since-comments"] == [FAR] * 5 + [0, 0]  # sharing buttons stand among comments, too


def test_what_stands_around():
    found = numbers([PAGE])
    assert found["sentence"] == [0, 0, 1, 0, 1, 0, 0]
    assert found["since-sentence"] == [FAR, FAR, 0, 1, 0, 1, 2]
    assert found["until-sentence"] == [2, 1, 0, 1, 0, FAR, FAR]
    assert found["words+1"] == [3, 21, 5, 12, 1, 3, -1]


def test_the_title_finds_the_headline_and_the_first_line_stands_in_for_it():
    known = numbers([PAGE], ["Ferry fares rise again - The Herald"])
    assert known["title-share"][0] == 100
    assert known["since-title"] == [0, 1, 2, 3, 4, 5, 6]
    assert known["titled"] == [1] * 7
    assert numbers([PAGE])["since-title"] == known["since-title"]
    assert numbers([PAGE])["titled"] == [0] * 7


TEXTS = st.lists(
    st.sampled_from([PAGE, "", "a", "\n\n", "漢字。\n" * 3, "x\n" * 50, PAGE.upper(), "| |\n|"]), max_size=4
)


@given(TEXTS)
@settings(deadline=None, max_examples=40)
def test_a_page_has_the_same_features_in_any_batch(texts):
    together, at = numbers(texts), 0
    for text in texts:
        alone = numbers([text])
        for name, values in alone.items():
            assert together[name][at : at + len(values)] == values, name
        at += len(alone["words"])


SAID = """ferry Fares, the «you» said. Élan Ελλάδα Москва 漢字。 “it’s” ... é x; www.a.example/{b} 1,500 • ABCDEFGH-I"""
WORDS = st.sampled_from(SAID.split())
PAGES = st.lists(st.lists(WORDS | st.sampled_from("\n "), max_size=60).map(" ".join), max_size=3)


@given(PAGES, st.data())
@settings(deadline=None)
def test_both_twins_find_the_same_features(texts, data):
    titles = data.draw(st.lists(st.none() | PAGES.map(" ".join), min_size=len(texts), max_size=len(texts)))
    in_c, in_numpy = both(lambda: numbers(texts, titles))
    assert in_c == in_numpy

    def second_look():
        lines = split(pa.array(texts, pa.string()))
        return {name: row.tolist() for name, row in context(lines, scores.astype(np.int32)).items()}

    size = len(in_c["words"])
    scores = np.array(data.draw(st.lists(st.integers(-5000, 5000), min_size=size, max_size=size)))
    in_c, in_numpy = both(second_look)
    assert in_c == in_numpy


@given(st.lists(st.lists(st.integers(-5, 5), max_size=6), max_size=4))
def test_the_best_stretch_is_the_best_of_all(pages):
    lines = split(pa.array(["x\n" * len(page) for page in pages], pa.string()))
    first, last, gain = best_stretch(lines, np.array([value for page in pages for value in page], np.int64))
    for n, page in enumerate(pages):
        sums = [sum(page[a:b]) for a in range(len(page)) for b in range(a + 1, len(page) + 1)]
        assert gain[n] == max([0, *sums])
        if gain[n]:
            top = lines.first[n]
            assert sum(page[first[n] - top : last[n] - top + 1]) == gain[n]


def test_the_second_look_sees_where_the_best_stretch_lies():
    lines = split(pa.array(["one\ntwo\nthree\nfour", "five"]))
    rows = context(lines, np.array([-900, 800, 700, -900, 500], np.int32))
    found = {name: row.tolist() for name, row in rows.items()}
    assert found["best-from"] == [-1, 0, 1, 2, 0]
    assert found["best-to"] == [2, 1, 0, -1, 0]
    assert found["score-1"][4] < -100  # nothing stands above on that page
