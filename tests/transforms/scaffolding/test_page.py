"""What lines say of their page."""

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from transforms.scaffolding.lines import split
from transforms.scaffolding.page import headlines, moment, prose

pytestmark = pytest.mark.usefixtures("each_twin")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Thursday, January 12, 2012", (2012, 1, 12)),
        ("15 December 2011", (2011, 12, 15)),
        ("Sept. 3, 2020", (2020, 9, 3)),
        ("2012-01-13", (2012, 1, 13)),
        ("2012年1月13日", (2012, 1, 13)),
        ("13/1/2012", (2012, 1, 13)),
        ("1/13/2012", (2012, 1, 13)),
        ("5. März 2019", (2019, 3, 5)),
        ("24 Νοεμβρίου 2011", (2011, 11, 24)),
        ("3 мая 2021", (2021, 5, 3)),
        ("03/04/2012", None),  # day or month?
        ("31 February 2012", None),
        ("May 2012", None),
        ("yesterday", None),
    ],
)
def test_dates_as_people_write_them(text, date):
    found = moment(text)
    if date is None:
        assert found is None
    else:
        epoch = datetime.datetime(1970, 1, 1)
        assert epoch + datetime.timedelta(microseconds=found) == datetime.datetime(*date)


def test_sentences_end_with_quotes_and_full_width_stops_too():
    page = (
        "He said that it was “the end of the bridge as we know it.”\n"
        "The harbour bridge will close on Monday for a year\n"
        "港务局周五表示，海港大桥将于周一关闭至少一年。\n"
        "A short end."
    )
    assert prose(split(pa.array([page])))[0].tolist() == [True, False, True, False]


def test_prose_before_counts_from_none_to_all():
    sentence = "The harbour bridge will close on Monday for at least a year."
    _, before = prose(split(pa.array([f"Top\n{sentence}\nMiddle\n{sentence}\nEnd", "Top\nEnd"])))
    assert before.tolist() == [0, 0, 50, 50, 100, 0, 0]


def found_headlines(page, title=None, plain=None, scores=None):
    lines = split(pa.array([page]))
    body = np.array([line.as_py().endswith(".") for line in lines.distinct.take(pa.array(lines.code))])
    shown = np.ones(len(lines), bool) if plain is None else np.array(plain)
    likely = np.array(scores or [0] * len(lines))
    return headlines(lines, body, shown, likely, pa.array([title], pa.string())).tolist()


def test_a_headline_without_a_title_stands_above_the_first_sentence():
    assert found_headlines("Herald\nFerry fares rise again\n• Children travel free\nFares rise on Monday.") == [1]
    assert found_headlines("Fares rise on Monday.\nFerry fares rise again") == [-1]


def test_of_lines_shaped_like_a_headline_the_likeliest_is_taken_and_of_equals_the_nearest():
    page = "Ferry fares rise again\nThe Herald of the coast\nWeather and tides today\nFares rise on Monday."
    assert found_headlines(page, scores=[900, -800, 100, 3000]) == [0]
    assert found_headlines(page, scores=[900, 900, 100, 3000]) == [1]


def test_what_a_rule_knows_is_no_headline():
    page = "Ferry fares rise again\nAll rights reserved here\nFares rise on Monday."
    assert found_headlines(page, plain=[True, False, True]) == [0]


def test_of_lines_that_say_the_title_the_last_above_the_article_is_taken():
    page = (
        "Ferry fares rise again | Herald\nMenu\nFerry fares rise again\nFares rise on Monday.\nFerry fares rise again"
    )
    assert found_headlines(page, "Ferry fares rise again") == [2]


def test_a_page_without_text_has_no_headline():
    assert found_headlines("", "Ferry fares rise again") == [-1]


WORDS = ["ferry", "FARES", "“rise", "again”", "Élan", "x_y", "漢字", "-", "1,500", "the", "boat’s"]
SAID = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(st.lists(st.tuples(st.lists(SAID | st.just("Fares rise."), max_size=6), st.none() | SAID), max_size=4))
def test_both_twins_find_the_same_headlines(pages):
    lines = split(pa.array(["\n".join(page) for page, _ in pages], pa.string()))
    body = np.array([line.as_py().endswith(".") for line in lines.distinct.take(pa.array(lines.code))], bool)
    titles = pa.array([title for _, title in pages], pa.string())
    in_c, in_numpy = both(lambda: headlines(lines, body, ~body, np.zeros(len(lines), np.int32), titles))
    assert in_c.tolist() == in_numpy.tolist()
