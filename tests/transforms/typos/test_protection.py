"""Spans that are never touched."""

import pytest

from transforms.typos.protection import protected


@pytest.mark.parametrize(
    "text",
    [
        "see https://example.org/WORD/x",
        "at www.WORD.org",
        "mail WORD@example.org now",
        "so #WORD it is",
        "said @WORD",
        "in etc/WORD.txt",
        "set a_WORD=1",
        "the `some WORD here` option",
        "a <b class WORD> tag",
        "M&oslash;WORD and",
        "that is WORD [sic] in the letter",
        "that is WORD (sic) in the letter",
        "file WORD.pdf is",
        "in /home/WORD now",
        "in etc/WORD now",
        "in docs/news/WORD now",
    ],
)
def test_addresses_code_markup_and_sic(text):
    start = text.index("WORD")
    assert protected(text, start, start + 4)


@pytest.mark.parametrize(
    "text",
    [
        "a WORD. Next",
        "(the WORD)",
        "“WORD,” he said",
        "a < b and the WORD > c\nWORD",
        "it’s WORD!",
        "(letters/WORD)",
        "```\nthe WORD",
    ],
)
def test_prose_is_free(text):
    start = text.rindex("WORD")
    assert not protected(text, start, start + 4)


def test_a_page_without_spaces_costs_no_more_than_its_surroundings():
    assert not protected("x" * 10_000_000, 5_000_000, 5_000_004)
