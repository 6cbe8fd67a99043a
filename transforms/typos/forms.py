"""Whether an unknown spelling looks like a word somebody would form: a compound, a derivation, usual letters.

Alone useful: `Forms` (built once of a lexicon and its proposals; `describe` looks at spellings by columns).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.typos.lexicon import UNKNOWN, Index, Lexicon
from transforms.typos.tokens import WIDTH, Bytes, Ints, keys, matrix_keys

RUN_ON_COMMON = 380  # frequency from which a word is taken to have lost its space
_COLUMNS = np.arange(WIDTH)
_LETTERS = 27  # the alphabet and what stands outside a word


class Shape(NamedTuple):
    """One entry a spelling.

    - `compound`: frequency of the rarer of the two words it could be made of, 0 if none (both of 3 letters or more)
    - `prefixed`, `suffixed`: frequency of the word it could be derived from, 0 if none
    - `inflected`: frequency of the word that it could be a plain form of (s, ed, ing ... put on), 0 if none
    - `run_on`: whether it is a common word and a function word without the space between them
    - `oddity`: how rare its rarest run of three letters is, in halvings of the commonest (0 common, 24 never seen)
    - `strangeness`: the same of all its runs, on average, in eighths
    """

    compound: Ints
    prefixed: Ints
    suffixed: Ints
    inflected: Ints
    run_on: Ints
    oddity: Ints
    strangeness: Ints


class Forms:
    """What words of a language look like."""

    def __init__(self, lexicon: Lexicon, rows: Bytes, size: Ints) -> None:
        self._lexicon = lexicon
        parts = lexicon.prefixes, lexicon.suffixes, lexicon.inflections, lexicon.function_words
        self._prefixes, self._suffixes, self._inflections, self._function = (
            Index(np.unique(keys(part))) for part in parts
        )
        runs, inside = _runs(rows, size)
        seen = np.bincount(runs[inside], minlength=_LETTERS**3)
        self._oddity = np.array([24 - int(count).bit_length() for count in seen]) - (24 - int(seen.max()).bit_length())
        self._oddity[seen == 0] = 24

    def describe(self, rows: Bytes, size: Ints) -> Shape:
        """The shape of spellings given as rows of `tokens.matrix`."""
        # every way to cut every spelling in two
        owner = np.repeat(np.arange(len(size)), size - 1)
        at = np.arange(len(owner)) - np.repeat(np.cumsum(size - 1) - size + 1, size - 1) + 1
        rest = size[owner] - at
        head = np.where(at[:, None] > _COLUMNS, rows[owner], 0).astype(np.uint8)
        tail = np.take_along_axis(rows[owner], np.minimum(_COLUMNS + at[:, None], WIDTH - 1), axis=1)
        tail[rest[:, None] <= _COLUMNS] = 0
        head_key, tail_key = matrix_keys(head, at), matrix_keys(tail, rest)
        left, right = self._frequency(head_key), self._frequency(tail_key)
        with_e, with_y = (self._frequency(matrix_keys(_put(head, at, letter), at + 1)) for letter in b"ey")
        single = self._frequency(matrix_keys(_put(head, at - 1, 0), at - 1))
        undoubled = np.where((at > 1) & (_letter(head, at - 1) == _letter(head, at - 2)), single, 0)
        stem = np.maximum.reduce([left, with_e, with_y, undoubled])
        both, long = (at >= 3) & (rest >= 3), at >= 3
        function = self._function.find(head_key) != UNKNOWN, self._function.find(tail_key) != UNKNOWN
        run_on = (function[0] & (right >= RUN_ON_COMMON)) | (function[1] & (left >= RUN_ON_COMMON))

        def highest(value: Ints, where: npt.NDArray[np.bool_]) -> Ints:
            best = np.zeros(len(size), np.int64)
            np.maximum.at(best, owner[where], value[where])
            return best

        return Shape(
            compound=highest(np.minimum(left, right), both),
            prefixed=highest(right, (self._prefixes.find(head_key) != UNKNOWN) & (rest >= 3)),
            suffixed=highest(stem, (self._suffixes.find(tail_key) != UNKNOWN) & long),
            inflected=highest(np.maximum(left, with_e), (self._inflections.find(tail_key) != UNKNOWN) & long),
            run_on=highest(np.ones(len(owner), np.int64), run_on),
            oddity=self.oddity(rows, size),
            strangeness=self.strangeness(rows, size),
        )

    def oddity(self, rows: Bytes, size: Ints) -> Ints:
        """How rare the rarest run of three letters of each word is."""
        runs, inside = _runs(rows, size)
        return np.where(inside, self._oddity[runs], 0).max(axis=1, initial=0)

    def strangeness(self, rows: Bytes, size: Ints) -> Ints:
        """How rare all runs of three letters of each word are, on average, in eighths."""
        runs, inside = _runs(rows, size)
        return 8 * np.where(inside, self._oddity[runs], 0).sum(axis=1) // np.maximum(size, 1)

    def _frequency(self, wanted: npt.NDArray[np.uint64]) -> Ints:
        """Frequency of dictionary words, 0 for all else."""
        found = self._lexicon.find(wanted)
        good = (found != UNKNOWN) & self._lexicon.dictionary[found]
        return np.where(good, self._lexicon.frequency[found], 0).astype(np.int64)


def _put(rows: Bytes, at: Ints, letter: int) -> Bytes:
    """The rows with another letter at a column."""
    changed = rows.copy()
    changed[np.arange(len(rows)), np.minimum(at, WIDTH - 1)] = letter
    return changed


def _letter(rows: Bytes, at: Ints) -> Bytes:
    letters: Bytes = rows[np.arange(len(rows)), np.maximum(at, 0)]
    return letters


def _runs(rows: Bytes, size: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The runs of three letters of each word, its edges included, as numbers; and which entries are within the word."""
    letters = np.zeros((len(rows), WIDTH + 2), np.int64)
    letters[:, 1:-1] = np.where(rows >= ord("a"), rows - (ord("a") - 1), 0) % _LETTERS
    runs = (letters[:, :-2] * _LETTERS + letters[:, 1:-1]) * _LETTERS + letters[:, 2:]
    return runs, np.arange(WIDTH) < size[:, None]
