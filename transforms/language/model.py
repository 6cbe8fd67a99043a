"""langdetect's language profiles as tables of integers.

- `load`: the model, read once a process
- `Model`: its tables; `Model.rows` looks n-grams up

A profile counts a language's n-grams of one to three characters in Wikipedia. langdetect weighs an n-gram for a
language by its relative frequency plus half of 1/10,000; here that is a logarithm in fixed point, less that of an
n-gram which the language does not have. So a language's score is the sum of its rows, and most entries are 0.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from langdetect.utils.ngram import NGram

from transforms.language.fixed import log2

Codes = npt.NDArray[np.uint16]
Letters = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int64]

# What a character is read as: the letters of the profiles are numbered from `_FIRST` on; 0 fills short n-grams up
OTHER, OTHER_CAPITAL, SPACE, _FIRST = range(1, 5)
LETTER_BITS = 13
"""Bits of a letter's number; an n-gram is up to three of them, the last character in the lowest bits."""

# langdetect's ALPHA_DEFAULT / BASE_FREQ: 0.5 / 10,000
_SMOOTHING = 20_000

# A slot of the hash table holds an n-gram above its row in `weights`
_ROW_BITS = 17
_SLOT_BITS = 18
_HASH = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio


@dataclass(frozen=True)
class Model:
    """The profiles of all languages, and how langdetect reads a character."""

    languages: tuple[str, ...]
    """ISO 639-1 codes, a column of `weights` each; zh stands for two."""

    weights: npt.NDArray[np.uint16]
    """An n-gram a row (row 0: any other), a language a column: log2 of the weight in `fixed.UNIT`ths, 0 if absent;
    added to it are those of the shorter n-grams that it ends in, which come wherever it does.

    The column behind the languages counts the n-grams of a row; zeros follow, up to a multiple of 8.
    """

    letters: Letters
    """What each character of the Basic Multilingual Plane is read as."""

    capitals: npt.NDArray[np.bool_]
    """Which letters are capital letters."""

    slots: npt.NDArray[np.uint64]

    def rows(self, ngrams: npt.NDArray[np.uint64]) -> Ints:
        """The row of `weights` for each n-gram, 0 for unknown ones."""
        at = _slots(ngrams)
        entries = self.slots[at]
        lost = np.flatnonzero(entries >> np.uint64(_ROW_BITS) != ngrams)
        at = at[lost]
        while len(lost):
            at = (at + 1) & ((1 << _SLOT_BITS) - 1)
            entries[lost] = there = self.slots[at] * (entries[lost] > 0)  # an empty slot ends the search
            going = (there >> np.uint64(_ROW_BITS) != ngrams[lost]) & (there > 0)
            lost, at = lost[going], at[going]
        return (entries & np.uint64((1 << _ROW_BITS) - 1)).astype(np.int64)


@functools.cache
def load() -> Model:
    """langdetect's 55 profiles: a fifth of a second, 13 MB."""
    folder = importlib.resources.files("langdetect") / "profiles"
    profiles = sorted(
        (json.loads(file.read_bytes()) for file in folder.iterdir() if not file.name.startswith((".", "_"))),
        key=lambda profile: str(profile["name"]),
    )
    spelled = [_spelled(list(profile["freq"])) for profile in profiles]
    letters, capitals = _numbered(np.unique(np.concatenate(spelled)))
    parts = [_ngrams(letters[codes]) for codes in spelled]
    keys, rows = np.unique(np.concatenate(parts), return_inverse=True)

    weights = np.zeros((len(keys) + 1, -(-(len(profiles) + 1) // 8) * 8), np.uint16)
    done = 0
    for column, (profile, codes) in enumerate(zip(profiles, spelled, strict=True)):
        counts = np.fromiter(profile["freq"].values(), np.int64, len(codes))
        totals = np.array(profile["n_words"], np.int64)[(codes > 0).sum(axis=1) - 1]
        weights[rows[done : done + len(codes)] + 1, column] = log2(counts * _SMOOTHING + totals) - log2(totals)
        done += len(codes)
    weights[1:, len(profiles)] = 1
    _add_endings(keys, weights)
    return Model(
        languages=tuple(str(profile["name"])[:2] for profile in profiles),
        weights=weights,
        letters=letters[_normalized()],
        capitals=capitals,
        slots=_hash_table(keys),
    )


def _spelled(ngrams: list[str]) -> Codes:
    """N-grams as three character codes each, zeros before short ones."""
    padded = "".join(ngram.rjust(3, "\0") for ngram in ngrams)
    return np.frombuffer(padded.encode("utf-16-le"), np.uint16).reshape(-1, 3)


def _ngrams(letters: Letters) -> npt.NDArray[np.uint64]:
    first, middle, last = letters.T.astype(np.uint64)
    return first << np.uint64(2 * LETTER_BITS) | middle << np.uint64(LETTER_BITS) | last


def _add_endings(ngrams: npt.NDArray[np.uint64], weights: npt.NDArray[np.uint16]) -> None:
    """Add to the rows of n-grams (which are sorted) those of the n-grams that they end in; a space alone is none."""
    last, pair = (ngrams & np.uint64((1 << bits) - 1) for bits in (LETTER_BITS, 2 * LETTER_BITS))
    of_last, of_pair = (
        np.where(ngrams.take(np.searchsorted(ngrams, keys), mode="clip") == keys, np.searchsorted(ngrams, keys) + 1, 0)
        for keys in (np.where(last == SPACE, 0, last), pair)
    )
    twos, threes = np.flatnonzero((last < ngrams) & (pair == ngrams)), np.flatnonzero(pair < ngrams)
    for rows, shorter in ((twos, of_last[twos]), (threes, np.where(of_pair > 0, of_pair, of_last)[threes])):
        weights[rows + 1] += weights[shorter]


def _slots(ngrams: npt.NDArray[np.uint64]) -> Ints:
    return (ngrams * _HASH >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)


def _hash_table(ngrams: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Open addressing: each n-gram in the first free slot from its own on."""
    slots = np.zeros(1 << _SLOT_BITS, np.uint64)
    entries = ngrams << np.uint64(_ROW_BITS) | np.arange(1, len(ngrams) + 1, dtype=np.uint64)
    at = _slots(ngrams)
    while len(entries):
        free = slots[at] == 0
        slots[at[free]] = entries[free]  # where several claim a slot, one gets it
        going = slots[at] != entries
        entries, at = entries[going], (at[going] + 1) & ((1 << _SLOT_BITS) - 1)
    return slots


def _numbered(alphabet: Codes) -> tuple[Letters, npt.NDArray[np.bool_]]:
    """The letter that each character is, and which letters are capitals; `alphabet` are the codes in the profiles."""
    capital = np.array([chr(code).isupper() for code in range(0x10000)])
    numbers = np.where(capital, OTHER_CAPITAL, OTHER).astype(np.uint16)
    letters = alphabet[(alphabet != 0) & (alphabet != ord(" "))]
    numbers[0], numbers[ord(" ")] = 0, SPACE
    numbers[letters] = np.arange(_FIRST, _FIRST + len(letters))
    return numbers, np.concatenate([np.arange(_FIRST) == OTHER_CAPITAL, capital[letters]])


def _normalized() -> Codes:
    """The code of what langdetect's `NGram.normalize` makes of each character of the Basic Multilingual Plane."""
    table = np.arange(0x10000, dtype=np.uint16)
    letter = np.zeros(0x80, np.bool_)
    letter[0x41:0x5B] = letter[0x61:0x7B] = True
    table[:0x80][~letter] = ord(" ")
    for low, high in ((0x80, 0x250), (0x600, 0x700)):
        table[low:high] = [ord(NGram.normalize(chr(code))) for code in range(low, high)]
    table[0x1EA0:0x1F00] = 0x1EC3  # Vietnamese vowels with a tone
    table[0x2000:0x2070] = ord(" ")  # general punctuation
    table[0x3040:0x30A0] = 0x3042  # hiragana
    table[0x30A0:0x3100] = 0x30A2  # katakana
    table[0x3100:0x3130] = table[0x31A0:0x31C0] = 0x3105  # bopomofo
    for character, representative in NGram.CJK_MAP.items():
        table[ord(character)] = ord(representative)
    table[0xAC00:0xD7B0] = 0xAC00  # hangul
    return table
