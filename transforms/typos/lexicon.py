"""What words a language has, how common they are, and which spellings are listed as wrong.

Alone useful: `english` (the lexicon of symspellpy's dictionary, wordfreq's frequencies and the misspellings of
`data/misspellings_en.npz`) and `Index` (64-bit keys to row numbers, looked up by columns).

A language is data: a `Lexicon` made of three plain tables. Nothing here knows what a text is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import symspellpy
import wordfreq

from transforms.typos.tokens import WIDTH, Keys, keys

Ids = npt.NDArray[np.int32]

DATA = Path(__file__).parent / "data"
UNKNOWN = -1
VARIANT_AT_LEAST = 180  # frequency from which a national variant of a dictionary word is a word
COMMON_AT_LEAST = 200  # frequency from which a dictionary word may be proposed as a correction
MODERN_AT_LEAST = 300  # the same for longer words that the dictionary lacks: tweeted, airplane
MODERN_LENGTH = 6
COMMON, COMMON_BITS = 8_000, 15  # words that are looked up first, and the size of their table
BLOCK = 1 << 15  # words looked up at a time
_COMMON_SHIFT = np.uint64(64 - COMMON_BITS)


class Index:
    """A fixed set of 64-bit keys: `find` gives each key's place in it.

    Open addressing in two arrays, because sorted search costs ten times as much: most words of a page are the same
    few thousand, whose slots stay in the cache.
    """

    def __init__(self, members: Keys) -> None:
        bits = max(4, int(len(members) * 2).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.zeros(1 << bits, np.uint64)
        self._ids = np.full(1 << bits, UNKNOWN, np.int32)
        waiting = np.arange(len(members))
        slot = (members >> self._shift).astype(np.int64)
        while len(waiting):
            free = np.flatnonzero(self._ids[slot] == UNKNOWN)
            _, winner = np.unique(slot[free], return_index=True)
            placed = free[winner]
            self._keys[slot[placed]] = members[waiting[placed]]
            self._ids[slot[placed]] = waiting[placed]
            left = np.ones(len(waiting), bool)
            left[placed] = False
            waiting, slot = waiting[left], (slot[left] + 1) & self._mask

    def find(self, wanted: Keys) -> Ids:
        """The place of each key among the members, `UNKNOWN` where it is none of them."""
        slot = (wanted >> self._shift).astype(np.int64)
        found = self._ids[slot]
        waiting = np.flatnonzero((found != UNKNOWN) & (self._keys[slot] != wanted))
        found[waiting] = UNKNOWN
        slot = slot[waiting]
        while len(waiting):
            slot = (slot + 1) & self._mask
            ids = self._ids[slot]
            hit = (ids != UNKNOWN) & (self._keys[slot] == wanted[waiting])
            found[waiting[hit]] = ids[hit]
            on = (ids != UNKNOWN) & ~hit
            waiting, slot = waiting[on], slot[on]
        return found


@dataclass(frozen=True)
class Lexicon:
    """Words and what is known about them; `frequency`, `dictionary` and `listed` have one entry a word.

    - `members`: the words' keys; `index` finds the row of one
    - `frequency`: Zipf scale in hundredths (the logarithm of occurrences in a thousand million words), 0 if unseen
    - `dictionary`: whether a dictionary has it
    - `listed`: the row of `corrections` that holds its corrections, `UNKNOWN` if it is not listed as wrong
    - `proposals`: the words that may be proposed as corrections
    - `misspellings`: spellings that are listed as wrong; `corrections`: for each, its corrections
    - `function_words`, `prefixes`, `suffixes`, `inflections`: the commonest words, and what new words are made with
    - `foreign_words`: what other languages are full of
    - `confusions`: words that are written for others, and the score from which that is believed
    """

    members: Keys
    index: Index
    frequency: npt.NDArray[np.int16]
    dictionary: npt.NDArray[np.bool_]
    listed: npt.NDArray[np.int32]
    proposals: tuple[str, ...]
    misspellings: tuple[str, ...]
    corrections: tuple[tuple[str, ...], ...]
    function_words: tuple[str, ...]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    inflections: tuple[str, ...]
    foreign_words: tuple[str, ...]
    confusions: tuple[tuple[str, str, int], ...]

    def find(self, words: Keys) -> Ids:
        """The row of each word, `UNKNOWN` where the lexicon does not have it."""
        rows = np.empty(len(words), np.int32)
        for at in range(0, len(words), BLOCK):
            rows[at : at + BLOCK] = self._find(words[at : at + BLOCK])
        return rows

    @cached_property
    def _common(self) -> tuple[Keys, Ids]:
        """The commonest words by the leading bits of their keys, the commoner of two that share them."""
        common = np.argsort(self.frequency, kind="stable")[-COMMON:]
        keys, rows = np.zeros(1 << COMMON_BITS, np.uint64), np.full(1 << COMMON_BITS, UNKNOWN, np.int32)
        slot = (self.members[common] >> _COMMON_SHIFT).astype(np.int64)
        keys[slot], rows[slot] = self.members[common], common
        return keys, rows

    def _find(self, words: Keys) -> Ids:
        """Three words in four are common: they are found in a table that stays in the cache."""
        keys, common = self._common
        slot = (words >> _COMMON_SHIFT).astype(np.int64)
        rows = common[slot]
        other = np.flatnonzero(keys[slot] != words)
        rows[other] = self.index.find(words[other])
        return rows

    def flags(self, words: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which rows of the lexicon are among these words."""
        flags = np.zeros(len(self.frequency), bool)
        rows = self.find(keys(words))
        flags[rows[rows != UNKNOWN]] = True
        return flags


def english() -> Lexicon:
    """English of all national spellings."""
    frequency = {
        word: 900 - centibels  # wordfreq keeps words by the power of ten of their share, in hundredths
        for centibels, words in enumerate(wordfreq.get_frequency_list("en", "large"))
        for word in words
        if word.isascii() and word.isalpha()
    }
    misspelled = misspellings()
    dictionary = _symspell_words()
    american = _american(dictionary) - dictionary - misspelled.keys()
    dictionary |= {word for word in american if frequency.get(word, 0) >= VARIANT_AT_LEAST}
    habits = tomllib.loads((DATA / "en.toml").read_text(encoding="utf-8"))
    confused = (line.split() for line in habits.pop("confusions").splitlines() if line)
    confusions = tuple((written, meant, int(least)) for written, meant, least in confused)
    plain = {name: tuple(words.split()) for name, words in habits.items()}
    return build(dictionary, frequency, misspelled, plain, confusions)


def build(
    dictionary: set[str],
    frequency: Mapping[str, int],
    misspelled: Mapping[str, tuple[str, ...]],
    habits: Mapping[str, tuple[str, ...]],
    confusions: tuple[tuple[str, str, int], ...],
) -> Lexicon:
    """A lexicon of plain tables: dictionary words, frequencies on the Zipf scale in hundredths, misspellings, the
    habits of the language (function words, prefixes, suffixes, inflections) and words often confused."""
    own = keys(sorted(dictionary)), keys(list(frequency)), keys(list(misspelled))
    members = np.sort(np.concatenate(own))
    members = members[np.append(True, members[1:] != members[:-1])]
    in_dictionary, in_frequency, in_misspelled = (np.searchsorted(members, some) for some in own)
    known, share, listed = (
        np.zeros(len(members), bool),
        np.zeros(len(members), np.int16),
        np.full(len(members), UNKNOWN),
    )
    known[in_dictionary] = True
    share[in_frequency] = list(frequency.values())
    listed[in_misspelled] = np.arange(len(misspelled))
    return Lexicon(
        members=members,
        index=Index(members),
        frequency=share,
        dictionary=known,
        listed=listed.astype(np.int32),
        proposals=tuple(
            sorted(
                word
                for word, often in frequency.items()
                if often >= COMMON_AT_LEAST
                and 2 <= len(word) <= WIDTH
                and word not in misspelled
                and (word in dictionary or (often >= MODERN_AT_LEAST and len(word) >= MODERN_LENGTH))
            )
        ),
        misspellings=tuple(misspelled),
        corrections=tuple(misspelled.values()),
        confusions=confusions,
        **habits,
    )


# British ending or stem and its American form: symspellpy's dictionary has the British words only
_NATIONAL = (
    "our or/elled eled/elling eling/eller eler/alled aled/alling aling/ise ize/isa iza/isi izi/yse yze/ysi yzi/"
    "ence ense/ogue og/tre ter/bre ber/ae e/oe e/mould mold/plough plow/grey gray/sceptic skeptic/minium minum/"
    "lful llful/stalment stallment/geing ging"
)


def _american(dictionary: set[str]) -> set[str]:
    """The American spellings that British words could have."""
    words = pa.array([word for word in dictionary if len(word) >= 5])
    found: set[str] = set()
    for british, american in (pair.split() for pair in _NATIONAL.split("/")):
        changed = pc.replace_substring(words.filter(pc.match_substring(words, british)), british, american)
        found.update(changed.to_pylist())
    return found


def misspellings() -> dict[str, tuple[str, ...]]:
    """Listed misspellings of English with their corrections, the likeliest first."""
    with np.load(DATA / "misspellings_en.npz") as table:
        lines = table["lines"].tobytes().decode().splitlines()
    return {wrong: tuple(right) for wrong, *right in (line.split(",") for line in lines)}


def _symspell_words() -> set[str]:
    text = (files(symspellpy) / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    words = text.split()[::2]
    return {word for word in words if word.isascii() and word.isalpha()}
