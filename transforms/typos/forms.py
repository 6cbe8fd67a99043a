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
_LETTERS = 27  # the alphabet and what stands outside a word


class Shape(NamedTuple):
    """One entry a spelling.

    - `compound`: frequency of the rarer of the two words it could be made of, 0 if none (both of 3 letters or more)
    - `prefixed`, `suffixed`: frequency of the word it could be derived from, 0 if none
    - `inflected`: frequency of the word that it could be a plain form of (s, ed, ing ... put on), 0 if none
    - `run_on`: whether it is a common word and a function word without the space between them
    - `oddity`: how rare its rarest run of three letters is, in halvings of the commonest (0 common, 24 never seen)
    """

    compound: Ints
    prefixed: Ints
    suffixed: Ints
    inflected: Ints
    run_on: Ints
    oddity: Ints


class Forms:
    """What words of a language look like."""

    def __init__(self, lexicon: Lexicon, rows: Bytes, size: Ints) -> None:
        self._lexicon = lexicon
        self._prefixes, self._suffixes = Index(keys(lexicon.prefixes)), Index(keys(lexicon.suffixes))
        self._inflections, self._function = Index(keys(lexicon.inflections)), Index(keys(lexicon.function_words))
        runs, inside = _runs(rows, size)
        seen = np.bincount(runs[inside], minlength=_LETTERS**3)
        self._oddity = np.array([24 - int(count).bit_length() for count in seen]) - (24 - int(seen.max()).bit_length())
        self._oddity[seen == 0] = 24

    def describe(self, rows: Bytes, size: Ints) -> Shape:
        """The shape of spellings given as rows of `tokens.matrix`."""
        compound, prefixed, suffixed, inflected, run_on = (np.zeros(len(size), np.int64) for _ in range(5))
        for at in range(1, int(size.max(initial=0))):
            some = np.flatnonzero(size > at)
            head, tail = np.zeros((2, len(some), WIDTH), np.uint8)
            head[:, :at] = rows[some, :at]
            tail[:, : WIDTH - at] = rows[some, at:]
            rest = size[some] - at
            head_key, tail_key = matrix_keys(head, np.full(len(some), at)), matrix_keys(tail, rest)
            left, right = self._frequency(head_key), self._frequency(tail_key)
            function = [self._function.find(key) != UNKNOWN for key in (head_key, tail_key)]
            run_on[some] |= (function[0] & (right >= RUN_ON_COMMON)) | (function[1] & (left >= RUN_ON_COMMON))
            if at >= 3:
                both = np.where(rest >= 3, np.minimum(left, right), 0)
                compound[some] = np.maximum(compound[some], both)
                stem = np.maximum(left, self._restored(head, at))
                suffix = self._suffixes.find(tail_key) != UNKNOWN
                suffixed[some] = np.maximum(suffixed[some], np.where(suffix, stem, 0))
                plain = self._inflections.find(tail_key) != UNKNOWN
                bare = np.maximum(left, self._longer(head, at, b"e"))
                inflected[some] = np.maximum(inflected[some], np.where(plain, bare, 0))
            prefix = (self._prefixes.find(head_key) != UNKNOWN) & (rest >= 3)
            prefixed[some] = np.maximum(prefixed[some], np.where(prefix, right, 0))
        return Shape(compound, prefixed, suffixed, inflected, run_on, self.oddity(rows, size))

    def oddity(self, rows: Bytes, size: Ints) -> Ints:
        """How rare the rarest run of three letters of each word is."""
        runs, inside = _runs(rows, size)
        return np.where(inside, self._oddity[runs], 0).max(axis=1, initial=0)

    def _frequency(self, wanted: npt.NDArray[np.uint64]) -> Ints:
        """Frequency of dictionary words, 0 for all else."""
        found = self._lexicon.find(wanted)
        good = (found != UNKNOWN) & self._lexicon.dictionary[found]
        return np.where(good, self._lexicon.frequency[found], 0).astype(np.int64)

    def _restored(self, head: Bytes, at: int) -> Ints:
        """Frequency of a stem with its final e or y put back, or its doubled consonant undone."""
        shorter = head.copy()
        shorter[:, at - 1] = 0
        single = self._frequency(matrix_keys(shorter, np.full(len(head), at - 1)))
        undoubled = np.where(head[:, at - 1] == head[:, at - 2], single, 0)
        return np.maximum(self._longer(head, at, b"ey"), undoubled)

    def _longer(self, head: Bytes, at: int, letters: bytes) -> Ints:
        """Frequency of the commonest word that a stem makes with one of the letters."""
        longer = np.repeat(head[None], len(letters), axis=0)
        longer[:, :, at] = np.frombuffer(letters, np.uint8)[:, None]
        found = self._frequency(matrix_keys(longer.reshape(-1, WIDTH), np.full(longer.size // WIDTH, at + 1)))
        return found.reshape(len(letters), -1).max(axis=0)


def _runs(rows: Bytes, size: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The runs of three letters of each word, its edges included, as numbers; and which entries are within the word."""
    letters = np.zeros((len(rows), WIDTH + 2), np.int64)
    letters[:, 1:-1] = np.where(rows >= ord("a"), rows - (ord("a") - 1), 0) % _LETTERS
    runs = (letters[:, :-2] * _LETTERS + letters[:, 1:-1]) * _LETTERS + letters[:, 2:]
    return runs, np.arange(WIDTH) < size[:, None]
