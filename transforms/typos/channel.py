"""How people misspell: which letters they leave out, add, exchange or swap, and behind which letter.

Alone useful: `Channel` (built once of a list of misspellings and their corrections; `habit` says how usual slips are).

After M. Kernighan, K. Church and W. Gale, "A spelling correction program based on a noisy channel model" (1990), with
counts rounded to powers of two instead of probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from transforms.typos.neighbours import FAR, MISSING, Slips, describe
from transforms.typos.tokens import Bytes, Ints, words_matrix

_LETTERS = 27  # the alphabet and what stands outside a word
_UNIT = 12  # bits: a slip that is made at every opportunity


class Channel:
    """The habits that a list of misspellings shows."""

    def __init__(self, wrong: Sequence[str] | pa.Array, right: Sequence[str] | pa.Array) -> None:
        """wrong, right: misspellings and their corrections, of plain letters; those two slips apart teach nothing."""
        word, length = words_matrix(right)
        slips = describe(*words_matrix(wrong), word, length)
        made = np.bincount(_slip(slips)[slips.kind != FAR], minlength=FAR * _LETTERS**3)
        # a letter is left out, exchanged or swapped where it stands; one is added behind any letter
        code = _code(word)
        pairs = np.column_stack([np.zeros(len(code), np.int64), code[:, :-1]]) * _LETTERS + code
        inside = np.arange(code.shape[1]) < length[:, None]
        standing = np.bincount(pairs[inside], minlength=_LETTERS**2).reshape(_LETTERS, _LETTERS)
        chances = np.empty((FAR, _LETTERS, _LETTERS, _LETTERS), np.int64)  # kind, letter before, typed, wanted
        chances[:] = standing.sum(axis=1)[None, :, None, None]
        chances[MISSING:] = standing[None, :, None, :]
        self._level = np.frexp((made << _UNIT) // np.maximum(chances.ravel(), 1))[1].astype(np.int64)

    def habit(self, slips: Slips) -> Ints:
        """How often such a slip is made where it can be, as a number of bits; 0 for the rarest and for two slips."""
        level = self._level[np.where(slips.kind == FAR, 0, _slip(slips))]
        return np.where(slips.kind == FAR, 0, level)


def _slip(slips: Slips) -> Ints:
    """Kind and letters of each slip as one number."""
    before, typed, wanted = (_code(letter) for letter in (slips.before, slips.typed, slips.wanted))
    typed = np.where(slips.kind == MISSING, 0, typed)
    wanted = np.where(slips.kind >= MISSING, wanted, 0)
    return ((slips.kind * _LETTERS + before) * _LETTERS + typed) * _LETTERS + wanted


def _code(letters: Bytes) -> Ints:
    return np.where((letters >= ord("a")) & (letters <= ord("z")), letters - np.uint8(ord("a") - 1), 0).astype(np.int64)
