"""How often words stand side by side: counts of pairs and triples, hashed and rounded to powers of two.

Alone useful: `symbols` (what each word of a batch is to its neighbours), `pair_keys` and `triple_keys` (what is
counted), `Counts` (the table that `training/typos/count.py` makes; `level` looks keys up).

The table holds 28 bits of each key, so one in some hundred strangers is taken for an acquaintance: evidence, not proof.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from transforms.typos.tokens import BREAK, COMMA, DIGIT, QUOTE, Bytes, Ints, Keys, Tokens

KEY_BITS = 28

# What stands for a sentence's end, a comma or quotation mark, and any number
END, PAUSE, NUMBER = np.array([0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3], np.uint64)
NAME = np.uint64(0xD6E8FEB86659FD93)  # tells words with a capital inside a sentence from those in lower case
WEB = np.uint64(0x2545F4914F6CDD1D)  # tells pairs of the web (symspellpy's) from those of the news
_LEFT, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


class Counts:
    """How often things were seen, as the number of bits of the count (1: once, 2: up to 3 times, 3: up to 7 ...)."""

    def __init__(self, held: Keys, level: Bytes) -> None:
        self.held, self.levels = held, level

    @classmethod
    def load(cls, path: Path) -> Counts:
        """A table as `training/typos/count.py` writes it: differences of the sorted keys, and levels."""
        with np.load(path) as table:
            return cls(np.cumsum(table["steps"].astype(np.uint64)), table["level"])

    def level(self, wanted: Keys) -> Ints:
        """The level of each key, 0 where it was not seen."""
        short = wanted >> np.uint64(64 - KEY_BITS)
        place = np.minimum(np.searchsorted(self.held, short), len(self.held) - 1)
        return np.where(self.held[place] == short, self.levels[place], 0).astype(np.int64)


def symbols(tokens: Tokens) -> Keys:
    """What each word is to its neighbours: its key, or that of any number."""
    return np.where(tokens.first & DIGIT > 0, NUMBER, tokens.key)


def before(tokens: Tokens, symbol: Keys, at: Ints, steps: int = 1) -> Keys:
    """What stands so many words before each word: a word, PAUSE or END."""
    return _beside(tokens.gap, symbol, at, at - steps, np.minimum(at, at - steps + 1))


def after(tokens: Tokens, symbol: Keys, at: Ints) -> Keys:
    """What stands behind each word: a word, PAUSE or END."""
    return _beside(tokens.after, symbol, at, at + 1, at)


def _beside(gaps: Bytes, symbol: Keys, at: Ints, other: Ints, gap: Ints) -> Keys:
    between = gaps[gap]
    word = symbol[np.clip(other, 0, len(symbol) - 1)]
    return np.where(between & BREAK > 0, END, np.where(between & (COMMA | QUOTE) > 0, PAUSE, word))


def pair_keys(one: Keys, other: Keys) -> Keys:
    """Keys of two things side by side."""
    folded = other ^ (other >> np.uint64(31))
    return _spread(np.asarray(one * _LEFT + folded * _RIGHT, np.uint64))


def triple_keys(one: Keys, two: Keys, three: Keys) -> Keys:
    """Keys of three things in a row."""
    return pair_keys(pair_keys(one, two), three)


def _spread(value: Keys) -> Keys:
    value = value ^ (value >> np.uint64(33))
    value = value * np.uint64(0xFF51AFD7ED558CCD)
    return value ^ (value >> np.uint64(33))
