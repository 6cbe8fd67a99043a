"""The words of a batch, hashed: no word becomes a Python object.

A word counts by its first eight bytes in lower case (for ASCII; other letters keep their case), which stems a little:
what shares them is one word. `words.toml` holds the small words that tell prose from links.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from transforms.scaffolding.lines import Array, Lines

BUCKETS = 1 << 13  # a page's vocabulary is kept as counts of hashed words
KEY_SHIFT = np.uint64(64 - 13)  # leaves as many bits as BUCKETS has
GROUP = 64  # pages whose vocabularies are held at a time: a batch may be many small pages
KEY_MIX = np.uint64(0x9E3779B97F4A7C15)
CLASS_BITS = 20
LOWER = np.uint64(0x2020202020202020)


@dataclass(frozen=True)
class Words:
    """The words of a batch, in order, and which line each belongs to."""

    key: Array  # uint64: hash of the first eight bytes, lower case
    kind: Array  # uint8: 1 small word, 2 the reader and the writer, 3 speech
    length: Array
    capital: Array  # bool
    line: Array

    def count(self, mark: Array, lines: int) -> Array:
        return np.bincount(self.line[mark], minlength=lines)


def words_of(lines: Lines) -> Words:
    raw = np.append(lines.raw, np.zeros(8, np.uint8))
    heads = np.ndarray(len(raw) - 7, "<u8", raw, strides=(1,))[lines.word_start]
    length = lines.word_end - lines.word_start
    first, second = raw[lines.word_start], raw[lines.word_start + 1]
    capital = (first >= 65) & (first <= 90)
    capital |= (first == 0xD0) & (second >= 0x81) & (second <= 0xAF)  # Cyrillic
    capital |= (first == 0xCE) & (second >= 0x86) & (second <= 0xAB)  # Greek
    capital |= (first == 0xC3) & (second >= 0x80) & (second <= 0x9E)  # Latin-1
    # a comma or full stop behind a word is no part of it
    last = raw[lines.word_end - 1]
    bare = length - ((last < 64) & (last != 39) & ((last < 48) | (last > 57)) & (length > 1))
    key = mixed(heads, bare)
    count = np.diff(np.append(lines.first_word, len(lines.word_start)))
    return Words(
        key=key,
        kind=_word_kinds()[key >> np.uint64(64 - CLASS_BITS)],
        length=bare,
        capital=capital,
        line=np.repeat(np.arange(len(lines)), count),
    )


def mixed(heads: Array, length: Array) -> Array:
    """uint64 hash of words by their first eight bytes, case aside."""
    kept = np.minimum(length, 8).astype(np.uint64) * np.uint64(8)
    mask = np.where(kept == 64, ~np.uint64(0), (np.uint64(1) << (kept & np.uint64(63))) - np.uint64(1))
    return ((heads | LOWER) & mask) * KEY_MIX


@cache
def _word_kinds() -> Array:
    """uint8 for each hash prefix: the class in words.toml, 0 for none."""
    text = (resources.files(__package__) / "words.toml").read_text(encoding="utf-8")
    kinds = np.zeros(1 << CLASS_BITS, np.uint8)
    for kind, words in enumerate(tomllib.loads(text).values(), 1):
        raw = [word.encode() for word in words]
        heads = np.array([int.from_bytes(word[:8].ljust(8, b"\0"), "little") for word in raw], np.uint64)
        kinds[mixed(heads, np.array([len(word) for word in raw])) >> np.uint64(64 - CLASS_BITS)] = kind
    return kinds


def tally(pages: int, page: Array, key: Array, asked_page: Array, asked_key: Array) -> Array:
    """int64 for each word asked about: how often the words given say it on the same page.

    `page` and `key` (uint64 hashes) have an entry a word given, the other two a word asked about; pages rise in both.
    Words whose hashes share a bucket of the page's BUCKETS count as one.
    """
    found = np.zeros(len(asked_page), np.int64)
    for low in range(0, pages, GROUP):
        first, last = np.searchsorted(page, (low, low + GROUP))
        asked_first, asked_last = np.searchsorted(asked_page, (low, low + GROUP))
        own, asked = slice(first, last), slice(asked_first, asked_last)
        table = np.bincount(_slot(page[own] - low, key[own]), minlength=GROUP * BUCKETS)
        found[asked] = table[_slot(asked_page[asked] - low, asked_key[asked])]
    return found


def _slot(page: Array, key: Array) -> Array:
    return page * BUCKETS + (key >> KEY_SHIFT).astype(np.int64)
