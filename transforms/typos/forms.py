"""Whether an unknown spelling looks like a word somebody would form: a compound, a derivation, usual letters.

Alone useful: `Forms` (built once of a lexicon and its proposals; `describe` looks at spellings by columns).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.typos.lexicon import UNKNOWN, Index, Lexicon, runs
from transforms.typos.tokens import WIDTH, Bytes, Ints, keys, matrix, matrix_keys

RUN_ON_COMMON = 380  # frequency from which a word is taken to have lost its space
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
        triples, inside = _triples(rows, size)
        seen = np.bincount(triples[inside], minlength=_LETTERS**3)
        bits = np.frexp(seen.astype(np.float64))[1].astype(np.int64)  # exact: of whole numbers
        self._oddity = bits.max() - bits
        self._oddity[seen == 0] = 24

    def describe(self, rows: Bytes, size: Ints) -> Shape:
        """The shape of spellings given as rows of `tokens.matrix`."""
        # every way to cut every spelling in two
        owner = np.repeat(np.arange(len(size)), size - 1)
        at = runs(np.ones_like(size), size - 1)
        rest = size[owner] - at
        letters, begin = np.append(rows.ravel(), np.zeros(WIDTH, np.uint8)), owner * WIDTH
        head, _ = matrix(letters, begin, begin + at)
        tail, _ = matrix(letters, begin + at, begin + size[owner])
        head_key, tail_key = matrix_keys(head, at), matrix_keys(tail, rest)
        left, right = self._frequency(head_key), self._frequency(tail_key)
        both, long = (at >= 3) & (rest >= 3), at >= 3
        function = self._function.find(head_key) != UNKNOWN, self._function.find(tail_key) != UNKNOWN
        run_on = (function[0] & (right >= RUN_ON_COMMON)) | (function[1] & (left >= RUN_ON_COMMON))
        suffix, inflection = (long & (ends.find(tail_key) != UNKNOWN) for ends in (self._suffixes, self._inflections))
        ending = np.flatnonzero(suffix | inflection)
        with_e, stem = left.copy(), left.copy()
        with_e[ending], stem[ending] = self._stems(head[ending], at[ending], left[ending])

        def highest(value: Ints, where: npt.NDArray[np.bool_]) -> Ints:
            best = np.zeros(len(size), np.int64)
            np.maximum.at(best, owner[where], value[where])
            return best

        oddity, strangeness = self.letters(rows, size)
        return Shape(
            compound=highest(np.minimum(left, right), both),
            prefixed=highest(right, (self._prefixes.find(head_key) != UNKNOWN) & (rest >= 3)),
            suffixed=highest(stem, suffix),
            inflected=highest(with_e, inflection),
            run_on=highest(np.ones(len(owner), np.int64), run_on),
            oddity=oddity,
            strangeness=strangeness,
        )

    def letters(self, rows: Bytes, size: Ints) -> tuple[Ints, Ints]:
        """How rare the rarest run of three letters of each word is; and how rare all are, on average, in eighths."""
        triples, inside = _triples(rows, size)
        oddity = np.where(inside, self._oddity[triples], 0)
        return oddity.max(axis=1, initial=0), 8 * oddity.sum(axis=1) // np.maximum(size, 1)

    def _stems(self, rows: Bytes, size: Ints, plain: Ints) -> tuple[Ints, Ints]:
        """Frequency of the word that ends so before an ending: as it is or with an e (mak-ing); and with a y (happ-ily)
        or one letter less (runn-ing), too. plain: that of the word as it is."""
        with_e, with_y = (self._frequency(matrix_keys(_put(rows, size, letter), size + 1)) for letter in b"ey")
        single = self._frequency(matrix_keys(_put(rows, size - 1, 0), size - 1))
        undoubled = np.where(_letter(rows, size - 1) == _letter(rows, size - 2), single, 0)
        with_e = np.maximum(plain, with_e)
        return with_e, np.maximum.reduce([with_e, with_y, undoubled])

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


def _triples(rows: Bytes, size: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The runs of three letters of each word, its edges included, as numbers; and which entries are within the word."""
    letters = np.zeros((len(rows), WIDTH + 2), np.int64)
    letters[:, 1:-1] = np.where(rows >= ord("a"), rows - (ord("a") - 1), 0) % _LETTERS
    runs = (letters[:, :-2] * _LETTERS + letters[:, 1:-1]) * _LETTERS + letters[:, 2:]
    return runs, np.arange(WIDTH) < size[:, None]
