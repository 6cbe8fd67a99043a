"""Habits of misspelling, learned from a list."""

import pytest

from transforms.typos.channel import Channel
from transforms.typos.neighbours import describe
from transforms.typos.tokens import words_matrix

LISTED = {
    "goverment": "government",
    "enviroment": "environment",
    "seperate": "separate",
    "desparate": "desperate",
    "beleive": "believe",
    "recieve": "receive",
    "acheive": "achieve",
    "occured": "occurred",
    "untill": "until",
    "publically": "publicly",
}


@pytest.fixture(scope="module")
def channel() -> Channel:
    return Channel(list(LISTED), list(LISTED.values()))


def habit(channel: Channel, spelling: str, word: str) -> int:
    return int(channel.habit(describe(*words_matrix([spelling]), *words_matrix([word])))[0])


def test_a_listed_slip_is_a_habit_in_other_words_too(channel):
    assert habit(channel, "cheif", "chief") > 0
    assert habit(channel, "hcief", "chief") == 0


def test_two_slips_are_none(channel):
    assert habit(channel, "gvoermnet", "government") == 0


def test_corrections_two_slips_away_teach_nothing():
    assert habit(Channel(["publically"], ["publicly"]), "publically", "publicly") == 0
