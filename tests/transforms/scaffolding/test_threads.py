"""Where readers' comments begin."""

import numpy as np
import pyarrow as pa

from transforms.scaffolding.lines import split
from transforms.scaffolding.threads import repeat_starts, thread_starts

ARTICLE = ["Ferry fares rise", *["The port said so."] * 3]
COMMENT = ["quillfan", "12 May 2011 9:04 PM", "Too dear already."]


def start(*pages):
    """The number of the line within its page at which each page's thread begins."""
    lines = split(pa.array(["\n".join(page) for page in pages], pa.string()))
    texts = lines.distinct.to_pylist()
    comments = np.array([text == "Reply" for text in texts], bool)
    dates = np.array([" PM" in text for text in texts], bool)
    told = np.array([texts[code].endswith("so.") for code in lines.code], bool)
    return (thread_starts(lines, comments, dates, told) - lines.first[:-1]).tolist()


def test_dated_lines_again_and_again_behind_an_article_are_a_thread_that_begins_with_a_name():
    assert start(ARTICLE + COMMENT * 4) == [4]


def test_buttons_are_markers_too():
    assert start([*ARTICLE, *["Reply", "Too dear already for me and for all who cross."] * 4]) == [4]


def test_three_markers_are_no_thread():
    assert start(ARTICLE + COMMENT * 3) == [4 + 9]


def test_entries_of_a_live_blog_are_no_thread():
    assert start([*ARTICLE, *["9:04 PM", "The ferry has left."] * 5]) == [4 + 10]


def test_a_list_of_dates_is_no_thread():
    assert start([*ARTICLE, *["12 May 2011 9:04 PM"] * 4]) == [4 + 4]


def test_before_an_article_is_told_there_is_no_thread():
    assert start(COMMENT * 4) == [12]


def test_markers_far_apart_are_no_thread():
    assert start(ARTICLE + (COMMENT + ["so it goes on"] * 20) * 4) == [4 + 4 * 23]


def test_a_thread_does_not_reach_over_to_the_next_page():
    assert start(ARTICLE + COMMENT * 2, COMMENT * 2 + ARTICLE, []) == [10, 10, 0]


def repeat_start(page, doubted):
    """The line at which a thread begins that one line, said again and again, tells of."""
    lines = split(pa.array(["\n".join(page)], pa.string()))
    texts = [lines.distinct[code].as_py() for code in lines.code]
    told = np.array([text.endswith("so.") for text in texts], bool)
    return repeat_starts(lines, np.array([text in doubted for text in texts], bool), told).tolist()


def test_a_line_said_again_and_again_marks_a_thread_in_any_language():
    page = [*ARTICLE, *["kapitan", "odpowiedz", "Za drogo dla mnie i dla wszystkich."] * 4]
    assert repeat_start(page, {"odpowiedz"}) == [4]
    assert repeat_start(page, {}) == [16]  # what the model takes for the article's marks nothing
    assert repeat_start(page[:-3], {"odpowiedz"}) == [13]


def test_a_bar_said_again_and_again_marks_nothing():
    assert repeat_start([*ARTICLE, *["A", "|", "Too dear for me and for all who cross."] * 4], {"|"}) == [16]
