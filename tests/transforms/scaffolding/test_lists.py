"""Lists that an article announces."""

import numpy as np
import pyarrow as pa
import pytest

from transforms.scaffolding.lines import split
from transforms.scaffolding.lists import ITEMS, announced

OPENS = "The ferry calls at these quays:"


def items(*pages, stays=OPENS, never=()):
    """The lines that are items of a list, page by page."""
    lines = split(pa.array(["\n".join(page) for page in pages], pa.string()))
    texts = [lines.distinct[code].as_py() for code in lines.code]
    found = announced(
        lines, np.array([text == stays for text in texts], bool), np.array([text not in never for text in texts], bool)
    )
    return [
        [text for text, at, is_item in zip(texts, lines.page, found, strict=True) if is_item and at == page]
        for page in range(lines.pages)
    ]


@pytest.mark.parametrize(
    "quays", [["1. Mill Place", "2. North", "3. Customs"], ["• Mill Place", "• North", "• Customs"]]
)
def test_lines_that_begin_alike_behind_a_colon_are_items(quays):
    assert items([*quays, OPENS, *quays, "Home"]) == [quays]


def test_a_list_ends_where_a_line_begins_otherwise_or_may_be_no_item():
    assert items([OPENS, "Mill Place", "North", "Customs", "more quays"]) == [["Mill Place", "North", "Customs"]]
    assert items([OPENS, "Mill Place", "North", "Customs", "Share"], never={"Share"}) == [
        ["Mill Place", "North", "Customs"]
    ]


def test_two_lines_are_no_list_and_a_list_has_an_end():
    assert items([OPENS, "Mill Place", "North"]) == [[]]
    assert len(items([OPENS, *["Mill Place"] * 99])[0]) == ITEMS[1]


def test_a_word_or_two_before_a_colon_announce_nothing():
    assert items(["Read more:", "Mill Place", "North", "Customs"], stays="Read more:") == [[]]


def test_a_list_does_not_reach_over_to_the_next_page():
    assert items([OPENS], ["Mill Place", "North", "Customs"], []) == [[], [], []]
    assert items([OPENS, "Mill Place", "North"], ["Customs", "Old Quay"]) == [[], []]
