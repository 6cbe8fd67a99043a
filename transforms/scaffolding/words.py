"""The words of a batch, hashed and counted by line: no word becomes a Python object.

`vocabulary` is useful alone: it tells what kinds of words each line has, and which its page and its title say, too.

A word counts by its first eight bytes in lower case (for ASCII; other letters keep their case), which stems a little:
what shares them is one word. `words.toml` holds the small words that tell prose from links.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

import numpy as np

from transforms import native
from transforms.marks import marked_before
from transforms.scaffolding.lines import Array, Lines

BUCKETS = 1 << 13  # a page's vocabulary is kept as counts of hashed words
KEY_SHIFT = np.uint64(64 - 13)  # leaves as many bits as BUCKETS has
GROUP = 16  # pages whose vocabularies are held at a time: their counts stay in the cache
CHUNK = 1 << 15  # words at a time: likewise
LONG = 4  # bytes of a word that tells of the page's matter
OFTEN = 2  # more others that say it are many
KEY_MIX = np.uint64(0x9E3779B97F4A7C15)
CLASS_BITS = 20
KIND_SHIFT = np.uint64(64 - CLASS_BITS)
LOWER = np.uint64(0x2020202020202020)
MASKS = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)  # the bytes that a shorter word has


SMALL, READER, SPEECH = 1, 2, 3  # kinds of words: the classes in words.toml


@dataclass(frozen=True)
class Vocabulary:
    """How many words of each line are of a kind, int64; an entry a line unless another is named."""

    small: Array
    reader: Array  # the reader's and the writer's
    speech: Array
    capital: Array
    long: Array  # of four bytes or more, and none of the small ones
    known: Array  # of these, what other sentences of the page say
    often: Array  # of these, what they say more than twice
    titled: Array  # what the page's title says
    named: Array  # a page: words of its title


@dataclass(frozen=True)
class Words:
    """The words of a batch, in order; arrays have an entry a word unless another is named."""

    kind: Array  # uint8: SMALL, READER or SPEECH
    long: Array  # bool: four bytes or more
    capital: Array  # bool
    slot: Array  # int64: hash of its first eight bytes, lower case, and its page's place among GROUP pages
    first: Array  # int64, a line and one: the line's words are first[line] to first[line + 1]
    group: Array  # int64, a group of pages and one: the group's words, likewise

    def count(self, mark: Array) -> Array:
        """int64 a line: how many of its words are marked (bool a word)."""
        return np.diff(marked_before(mark, self.first))


def vocabulary(lines: Lines, titles: Lines, sentence: Array) -> Vocabulary:
    """The words of a batch of lines; `titles` are the titles of the same pages, `sentence` is bool a line."""
    if native.BUILT:
        kinds = _word_kinds()
        return Vocabulary(*native.words.vocabulary(lines, titles, sentence.view(np.uint8), kinds, _buckets_of_kinds()))
    words, title = words_of(lines), words_of(titles)
    known, often, long = _known(words, sentence)
    return Vocabulary(
        small=words.count(words.kind == SMALL),
        reader=words.count(words.kind == READER),
        speech=words.count(words.kind == SPEECH),
        capital=words.count(words.capital),
        long=long,
        known=known,
        often=often,
        titled=words.count(present(title, words)),
        named=np.diff(title.first[titles.first]),
    )


def words_of(lines: Lines) -> Words:
    """The words of a batch of lines."""
    word_start, word_end = lines.word_edges
    count, first = len(word_start), np.append(0, np.cumsum(lines.words))
    slot = np.repeat(lines.page % GROUP * BUCKETS, lines.words)
    kind = np.empty(count, np.uint8)
    long, capital = np.empty(count, bool), np.empty(count, bool)
    raw = np.append(lines.raw, np.zeros(8, np.uint8))
    heads = np.ndarray(len(raw) - 7, "<u8", raw, strides=(1,))
    for low in range(0, count, CHUNK):
        here = slice(low, low + CHUNK)
        start, end = word_start[here], word_end[here]
        head, length = heads[start], end - start
        # a comma or full stop behind a word is no part of it
        last = raw[end - 1]
        length -= (last < 64) & (last != 39) & ((last < 48) | (last > 57)) & (length > 1)
        key = mixed(head, length)
        slot[here] += (key >> KEY_SHIFT).view(np.int64)
        kind[here] = _word_kinds().take((key >> KIND_SHIFT).view(np.int64), mode="clip")
        long[here] = length >= LONG
        capital[here] = _capital(head)
    return Words(kind, long, capital, slot, first, first[lines.first[_group_pages(lines.pages)]])


def mixed(heads: Array, length: Array) -> Array:
    """uint64 hash of words by their first eight bytes, case aside."""
    return ((heads | LOWER) & MASKS.take(length, mode="clip")) * KEY_MIX


def _known(words: Words, sentence: Array) -> tuple[Array, Array, Array]:
    """int64 a line, thrice: longer words that other sentences of the page use, use often, and how many there are."""
    meant = words.long & (words.kind != SMALL)
    at, count = np.flatnonzero(meant), words.count(meant)
    told, slot = np.repeat(sentence, count), words.slot.take(at)
    given = np.flatnonzero(told)
    group = np.searchsorted(at, words.group)
    others = tally(slot.take(given), np.searchsorted(given, group), slot, group) - told  # less a sentence's own
    bounds = np.append(0, np.cumsum(count))
    known, often = (np.diff(marked_before(others > least, bounds)) for least in (0, OFTEN))
    return known, often, count


def tally(given: Array, given_group: Array, asked: Array, asked_group: Array) -> Array:
    """int64 for each word asked about: how often the words given say it on the same page.

    `given` and `asked` are slots of words; what belongs to each group of pages is told as in `Words.group`. Words whose
    hashes share a bucket of the page's BUCKETS count as one.
    """
    found = np.zeros(len(asked), np.int64)
    for own, wanted in zip(pairwise(given_group.tolist()), pairwise(asked_group.tolist()), strict=True):
        table = np.bincount(given[slice(*own)], minlength=GROUP * BUCKETS)
        table.take(asked[slice(*wanted)], mode="clip", out=found[slice(*wanted)])
    return found


def present(given: Words, asked: Words) -> Array:
    """bool for each word asked about: whether the words given say it on the same page; as `tally` would count it."""
    found = np.zeros(len(asked.slot), bool)
    for own, wanted in zip(pairwise(given.group.tolist()), pairwise(asked.group.tolist()), strict=True):
        table = np.zeros(GROUP * BUCKETS, bool)
        table[given.slot[slice(*own)]] = True
        table.take(asked.slot[slice(*wanted)], mode="clip", out=found[slice(*wanted)])
    return found


def _group_pages(pages: int) -> Array:
    """The page at which each group of GROUP begins, and the number of pages."""
    return np.append(np.arange(0, pages, GROUP), pages)


def _capital(heads: Array) -> Array:
    """bool for the first eight bytes of words: they begin with a capital letter."""
    first = heads.astype(np.uint8)
    capital: Array = first - np.uint8(ord("A")) < 26
    wide = np.flatnonzero(first >= 0xC3)
    first, second = first[wide], (heads[wide] >> np.uint64(8)).astype(np.uint8)
    capital[wide] = (
        ((first == 0xD0) & (second >= 0x81) & (second <= 0xAF))  # Cyrillic
        | ((first == 0xCE) & (second >= 0x86) & (second <= 0xAB))  # Greek
        | ((first == 0xC3) & (second >= 0x80) & (second <= 0x9E))  # Latin-1
    )
    return capital


@cache
def _word_kinds() -> Array:
    """uint8 for each hash prefix: the class in words.toml, 0 for none."""
    text = (resources.files(__package__) / "words.toml").read_text(encoding="utf-8")
    kinds = np.zeros(1 << CLASS_BITS, np.uint8)
    for kind, words in enumerate(tomllib.loads(text).values(), 1):
        raw = [word.encode() for word in words]
        heads = np.array([int.from_bytes(word[:8].ljust(8, b"\0"), "little") for word in raw], np.uint64)
        kinds[mixed(heads, np.array([len(word) for word in raw])) >> KIND_SHIFT] = kind
    return kinds


@cache
def _buckets_of_kinds() -> Array:
    """uint8 a bucket: 1 where a word in it may have a kind."""
    return np.logical_or.reduce(_word_kinds().reshape(BUCKETS, -1), axis=1).astype(np.uint8)
