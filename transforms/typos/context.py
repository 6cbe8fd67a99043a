"""How often words stand side by side: counts of pairs and triples, hashed and rounded to powers of two.

Alone useful: `symbols` (what each word of a batch is to its neighbours), `pair_keys` and `triple_keys` (what is
counted), `Counts` (the table that `training/typos/count.py` makes; `level` looks keys up), `Neighbourhood` (the counts
of words in the place of others).

The table holds 28 bits of each key, so one in some hundred strangers is taken for an acquaintance: evidence, not proof.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from transforms.typos.tokens import BREAK, COMMA, DIGIT, QUOTE, Bytes, Ints, Keys, Tokens

KEY_BITS = 28
BUCKET_BITS = 18

# What stands for a sentence's end, a comma or quotation mark, and any number
END, PAUSE, NUMBER = np.array([0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3], np.uint64)
NAME = np.uint64(0xD6E8FEB86659FD93)  # tells words with a capital inside a sentence from those in lower case
WEB = np.uint64(0x2545F4914F6CDD1D)  # tells pairs of the web (symspellpy's) from those of the news
_LEFT, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


class Counts:
    """How often things were seen, as the number of bits of the count (1: once, 2: up to 3 times, 3: up to 7 ...)."""

    def __init__(self, held: Keys, levels: Bytes) -> None:
        self.held, self.levels = held, levels
        # the keys are spread evenly, so a bucket of leading bits holds a few: no search
        self._bucket = np.uint64(KEY_BITS - BUCKET_BITS)
        borders = np.arange((1 << BUCKET_BITS) + 1, dtype=np.uint64) << self._bucket
        self._begin = np.searchsorted(held, borders).astype(np.int64)
        self._fullest = int(np.diff(self._begin).max(initial=0))

    @classmethod
    def load(cls, path: Path) -> Counts:
        """A table as `training/typos/count.py` writes it: bytes of the sorted keys' differences, and levels."""
        with np.load(path) as table:
            low, high = table["steps"]
            return cls(np.cumsum(low + (high.astype(np.uint64) << np.uint64(8))), table["level"])

    def level(self, wanted: Keys) -> Ints:
        """The level of each key, 0 where it was not seen."""
        short = wanted >> np.uint64(64 - KEY_BITS)
        place = self._begin[short >> self._bucket]
        level = np.zeros(len(wanted), np.int64)
        for at in (np.minimum(place + step, len(self.held) - 1) for step in range(self._fullest)):
            level = np.where(self.held[at] == short, self.levels[at], level)
        return level


def symbols(tokens: Tokens) -> Keys:
    """What each word is to its neighbours: its key, or that of any number."""
    return np.where(tokens.first & DIGIT > 0, NUMBER, tokens.key)


class Neighbourhood:
    """What stands beside some words of a batch, and how often a word was seen there."""

    def __init__(self, tokens: Tokens, symbol: Keys, counts: Counts, token: Ints) -> None:
        self._counts = counts
        before, behind = np.maximum(token - 1, 0), np.minimum(token + 1, len(tokens) - 1)
        second, fourth = np.maximum(token - 2, 0), np.minimum(token + 2, len(tokens) - 1)
        self.left, self.right = _symbol(tokens.gap[token], symbol[before]), _symbol(tokens.after[token], symbol[behind])
        # behind a sentence's end there is nothing
        self._second = np.where(self.left == END, END, _symbol(tokens.gap[before], symbol[second]))
        self._fourth = np.where(self.right == END, END, _symbol(tokens.after[behind], symbol[fourth]))

    def level(self, side: str, word: Keys, at: Ints | slice = slice(None)) -> Ints:
        """The level of words in these places with what is on one side of them: `left`, `right`, `web_left`, `web_right`
        (one neighbour), `left_triple`, `middle_triple`, `right_triple` (two)."""
        left, right = self.left[at], self.right[at]
        match side:
            case "left":
                key = pair_keys(left, word)
            case "right":
                key = pair_keys(word, right)
            case "web_left":
                key = pair_keys(left ^ WEB, word)
            case "web_right":
                key = pair_keys(word ^ WEB, right)
            case "left_triple":
                key = triple_keys(self._second[at], left, word)
            case "middle_triple":
                key = triple_keys(left, word, right)
            case "right_triple":
                key = triple_keys(word, right, self._fourth[at])
            case _:
                raise ValueError(f"no side is called {side!r}")
        return self._counts.level(key)


def _symbol(gap: Bytes, word: Keys) -> Keys:
    """What a neighbour is, by what stands between."""
    return np.where(gap & BREAK > 0, END, np.where(gap & (COMMA | QUOTE) > 0, PAUSE, word))


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
