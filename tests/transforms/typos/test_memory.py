"""What was found for spellings is kept, and never changes what is found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.typos import memory
from transforms.typos.memory import SLOT_BITS, Memory, Pairs
from transforms.typos.tokens import Ints

# few keys, some of which share a place; their lowest digit is the number of their pairs
SPELLINGS = [(place << (64 - SLOT_BITS)) + 4 * n + n % 4 + 4 for place in range(5) for n in range(6)]


class Finder:
    """Finds so many words for a spelling as its key says, and counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def of(self, known: Memory, spellings: list[int]) -> list[list[tuple[int, int]]]:
        """The words and features that the memory gives each spelling."""
        keys = np.array(spellings, np.uint64)

        def find(fresh: Ints) -> Pairs:
            self.asked += keys[fresh].tolist()
            count = (keys[fresh] % 4).astype(np.int64)
            spelling = np.repeat(np.arange(len(fresh)), count)
            meant = (keys[fresh][spelling] % 97).astype(np.int64)
            return Pairs(spelling, meant, np.column_stack([meant, -meant]).astype(np.int16))

        found = known.pairs(keys, find)
        runs = [slice(begin, begin + count) for begin, count in zip(found.begin, found.count, strict=True)]
        return [list(zip(found.meant[run].tolist(), found.features[run, 1].tolist(), strict=True)) for run in runs]


def expected(spelling: int) -> list[tuple[int, int]]:
    return [(spelling % 97, -(spelling % 97))] * (spelling % 4)


@given(st.lists(st.lists(st.sampled_from(SPELLINGS), unique=True, max_size=12), max_size=8), st.integers(0, 20))
def test_the_same_is_found_whatever_is_remembered(batches, room):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "PAIRS", room)
        known, finder = Memory(), Finder()
        for batch in batches:
            assert finder.of(known, batch) == [expected(spelling) for spelling in batch]
            alone = known.alone(np.array(SPELLINGS, np.uint64)).tolist()
            assert not any(spelling % 4 for spelling, nothing in zip(SPELLINGS, alone, strict=True) if nothing)


def test_what_is_remembered_is_not_looked_for_again():
    known, finder = Memory(), Finder()
    one, other, third = SPELLINGS[0], SPELLINGS[6], SPELLINGS[12]
    finder.of(known, [one, other])
    finder.of(known, [other, third, one])
    assert finder.asked == [one, other, third]


def test_spellings_without_a_word_are_told():
    known = Memory()
    alone, near = SPELLINGS[0], SPELLINGS[7]
    Finder().of(known, [alone, near])
    assert known.alone(np.array([alone, near, SPELLINGS[12]], np.uint64)).tolist() == [True, False, False]


def test_all_is_forgotten_where_there_is_too_much(monkeypatch):
    monkeypatch.setattr(memory, "PAIRS", 2)
    known, finder = Memory(), Finder()
    three = SPELLINGS[3]
    for _ in range(3):
        finder.of(known, [three])
    assert finder.asked == [three] * 3
