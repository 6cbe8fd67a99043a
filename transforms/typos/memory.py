"""What was found for spellings, kept for the batches to come: names, coinages and slips come again.

Alone useful: `Memory`. What it holds depends on a spelling alone, so the same is found whatever is remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from transforms.typos.lexicon import Flags, Ids
from transforms.typos.tokens import Ints, Keys

SLOT_BITS = 18  # of the number of spellings that there is room for
PAIRS = 1 << 17  # of spelling and word, of some 150 bytes each, after which all is forgotten
_SHIFT = np.uint64(64 - SLOT_BITS)

Number = TypeVar("Number", bound=np.signedinteger)
Small = npt.NDArray[np.int16]


class Pairs(NamedTuple):
    """Spellings (rows of those asked for, sorted), words meant (rows of the proposals), and features of each pair."""

    spelling: Ints
    meant: Ints
    features: Small


@dataclass(frozen=True)
class Found:
    """Where the pairs of each spelling begin and how many it has; the words meant, and the features of each pair."""

    begin: Ids
    count: Ids
    meant: Ints
    features: Small


class Memory:
    """Pairs by spelling. A spelling has one place, by its key, and leaves it to the next one that has the same."""

    def __init__(self) -> None:
        self._lock = Lock()  # threads of a worker share it
        self._forget()

    def _forget(self) -> None:
        self._keys = np.zeros(1 << SLOT_BITS, np.uint64)
        self._begin, self._count = np.zeros((2, 1 << SLOT_BITS), np.int32)
        self._used = 0
        self._meant, self._features = np.empty(0, np.int64), np.empty((0, 1), np.int16)

    def alone(self, spellings: Keys) -> Flags:
        """Which spellings are remembered to have no pairs."""
        slot = spellings >> _SHIFT
        with self._lock:
            return (self._count[slot] == 0) & (self._keys[slot] == spellings)

    def pairs(self, spellings: Keys, find: Callable[[Ints], Pairs]) -> Found:
        """The pairs of distinct spellings; those that are not remembered are found, by their rows, and then are."""
        slot = spellings >> _SHIFT
        with self._lock:
            if self._used > PAIRS:
                self._forget()
            begin, count = self._begin[slot], self._count[slot]
            fresh = np.flatnonzero(self._keys[slot] != spellings)
            found = find(fresh)
            count[fresh] = np.bincount(found.spelling, minlength=len(fresh))
            begin[fresh] = self._used + np.cumsum(count[fresh]) - count[fresh]
            self._meant = _with(self._meant, self._used, found.meant)
            self._features = _with(self._features, self._used, found.features)
            self._used += len(found.meant)
            place = slot[fresh]
            self._keys[place], self._begin[place], self._count[place] = spellings[fresh], begin[fresh], count[fresh]
            return Found(begin, count, self._meant, self._features)


def _with(held: npt.NDArray[Number], used: int, more: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """More rows behind those used; where they do not fit, in an array twice as long."""
    end = used + len(more)
    if not used or end > len(held):
        wider = np.empty((2 * end, *more.shape[1:]), more.dtype)
        wider[:used] = held[:used]
        held = wider
    held[used:end] = more
    return held
