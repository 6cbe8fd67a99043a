"""How often words stand side by side: counts of pairs and triples, hashed and rounded to powers of two.

Alone useful: `symbols` (what words of a batch are to their neighbours), `pair_keys` and `triple_keys` (what is
counted), `Counts` (the table that `training/typos/count.py` makes; `level` looks keys up), `Neighbourhood` (the counts
of words in the place of others).

The table holds 28 bits of each key, so one in some hundred strangers is taken for an acquaintance: evidence, not proof.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from transforms.typos.lexicon import Index
from transforms.typos.tokens import BREAK, COMMA, DIGIT, QUOTE, Bytes, Ints, Keys, Words

KEY_BITS = 28

# What stands for a sentence's end, a comma or quotation mark, and any number
END, PAUSE, NUMBER = np.array([0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3], np.uint64)
NAME = np.uint64(0xD6E8FEB86659FD93)  # tells words with a capital inside a sentence from those in lower case
WEB = np.uint64(0x2545F4914F6CDD1D)  # tells pairs of the web (symspellpy's) from those of the news
_LEFT, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


class Counts:
    """How often things were seen, as the number of bits of the count (1: once, 2: up to 3 times, 3: up to 7 ...)."""

    def __init__(self, held: Keys, levels: Bytes) -> None:
        """held: short keys (the leading KEY_BITS), sorted, each once."""
        self._index = Index(held.astype(np.uint32), KEY_BITS)
        self._levels = np.append(levels, 0).astype(np.uint8)  # the last entry is for what was not seen

    @classmethod
    def load(cls, path: Path) -> Counts:
        """A table as `training/typos/count.py` writes it: bytes of the sorted keys' differences, and levels."""
        with np.load(path) as table:
            low, high = table["steps"]
            return cls(np.cumsum(low + (high.astype(np.uint64) << np.uint64(8))), table["level"])

    def level(self, wanted: Keys) -> Ints:
        """The level of each key, 0 where it was not seen."""
        place = self._index.find((wanted >> np.uint64(64 - KEY_BITS)).astype(np.uint32))
        return self._levels[place].astype(np.int64)


def symbols(tokens: Words, at: Ints) -> Keys:
    """What words are to their neighbours: their keys, or that of any number."""
    return np.where(tokens.first(at) & DIGIT > 0, NUMBER, tokens.key[at])


class Neighbourhood:
    """What stands beside some words of a batch, and how often a word was seen there; all arrays have one entry a word.

    - `token`, `before`, `behind`: the words and those beside them; at the ends of the batch the words themselves
    - `gap`, `after`: what stands between, as `Words` has it
    - `left`, `right`: what the words beside are to them
    """

    def __init__(self, tokens: Words, counts: Counts, token: Ints) -> None:
        self._tokens, self._counts, self.token = tokens, counts, token
        self.before, self.behind = np.maximum(token - 1, 0), np.minimum(token + 1, len(tokens) - 1)
        self.gap, self.after = tokens.gap(token), tokens.after(token)
        self.left = _symbol(self.gap, symbols(tokens, self.before))
        self.right = _symbol(self.after, symbols(tokens, self.behind))

    @cached_property
    def _second(self) -> Keys:
        """What stands before the left neighbour; beyond a sentence's end there is nothing."""
        symbol = symbols(self._tokens, np.maximum(self.before - 1, 0))
        return np.where(self.left == END, END, _symbol(self._tokens.gap(self.before), symbol))

    @cached_property
    def _fourth(self) -> Keys:
        """What stands behind the right neighbour."""
        symbol = symbols(self._tokens, np.minimum(self.behind + 1, len(self._tokens) - 1))
        return np.where(self.right == END, END, _symbol(self._tokens.after(self.behind), symbol))

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
