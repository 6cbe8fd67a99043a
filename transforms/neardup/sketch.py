"""Sketches: what stands for a story once its text is out of reach.

- `sketch`: stories in, a row of `schemas.sketch.SKETCH` a story out
- `shingles`: the hashed word 3-grams of a batch of tokens
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.sketch import SKETCH
from transforms import native
from transforms.exclude import canonicals, known_as
from transforms.neardup.quotes import quoted
from transforms.tokens import Tokens, bytes_of, tokenize

Array = np.ndarray[Any, Any]

SHINGLE_WORDS = 3


def sketch(stories: pa.Table) -> pa.Table:
    """A sketch of each story, in the order of the stories.

    Reads the columns document, id, text and, where present, url, site and published. What a story's sketch is depends
    on that story alone.
    """
    texts, ids = stories["text"], stories["id"].cast(pa.string())
    tokens = tokenize(texts)
    headlines, *lists = _told(texts, tokens)
    return pa.table(
        [
            stories["document"].cast(pa.uint64()),
            ids,
            pa.array(tokens.counts().astype(np.int32)),
            headlines,
            _published(stories),
            _hashes(stories, "url"),
            _hashes(stories, "site"),
            known_as(ids, _strings(stories, "url"), _strings(stories, "site"), canonicals(stories)),
            pa.array([xxhash.xxh3_128_digest(text) for text in _encoded(texts)], pa.binary(16)),
            *lists,
        ],
        schema=SKETCH,
    )


def _told(texts: pa.Array | pa.ChunkedArray, tokens: Tokens) -> tuple[pa.Array, ...]:
    """What the words tell: the columns headline, shingles, named, quoted, numbers and number_at."""
    if native.BUILT:
        headlines, (hashes, named, first), (quotations, borders), (numbers, places, bounds) = native.sketch.told(
            *bytes_of(texts),
            tokens.hashes,
            tokens.initials,
            tokens.capital.view(np.uint8),
            tokens.starts,
            tokens.ends,
            tokens.first,
            _digits_known(),
            _learn_digit,
        )
    else:
        headlines, named = _headlines(texts, tokens), _named(tokens)
        hashes, first = shingles(tokens.hashes, tokens.first)
        quotations, borders = _quotations(quoted(texts, tokens), tokens.first)
        numbers, places, bounds = _numbers(tokens)
    return (
        pa.array(headlines),
        _lists("shingles", hashes, first),
        _lists("named", named, first),
        _lists("quoted", quotations, borders),
        _lists("numbers", numbers, bounds),
        _lists("number_at", places, bounds),
    )


def shingles(words: Array, first: Array) -> tuple[Array, Array]:
    """Hashes of the word 3-grams of texts, in the order of the text.

    `words`: uint64, a hash a token; text i has the tokens `first[i]` to `first[i + 1]`. Gives the hashes (uint32) and,
    in the same form, which are whose. A text of n words has n - 2; one of a word or two has one, of what there is.
    """
    mixed = words * _FACTOR
    mixed[:-1] += words[1:]
    mixed *= _FACTOR
    mixed[:-2] += words[2:]
    for size, at in _short(first):  # what there is of a shingle, and nothing of the next text
        mixed[at] = (words[at] * _FACTOR + words[at + 1] if size == 2 else words[at] * _FACTOR) * _FACTOR
    # the finalizer of MurmurHash3, then the upper half: the lower bits of a sum of products are the weaker ones
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed >>= np.uint64(32)
    counts = np.diff(first)
    sizes = np.where(counts > 2, counts - 2, np.minimum(counts, 1))
    return mixed.astype(np.uint32)[_begins(first)], np.concatenate(([0], np.cumsum(sizes)))


def _short(first: Array) -> list[tuple[int, Array]]:
    """The texts of fewer words than a shingle has: how many words, and where such texts begin."""
    counts = np.diff(first)
    return [(size, first[:-1][counts == size]) for size in range(1, SHINGLE_WORDS)]


def _begins(first: Array) -> Array:
    """Whether a shingle begins at each word: bool, a word."""
    begins = np.ones(first[-1], bool)
    for size in range(1, SHINGLE_WORDS):  # so many words before the end of a text none begins
        begins[first[1:][np.diff(first) > size] - size] = False
    return begins


def _named(tokens: Tokens) -> Array:
    """Whether each shingle holds a capital that no sentence begins with."""
    named = tokens.capital.copy()
    named[1:] &= tokens.starts[1:] - tokens.ends[:-1] == 1  # behind a full stop or a quotation mark stands a space, too
    named[tokens.first[:-1][tokens.counts() > 0]] = False
    held = named.copy()
    for word in range(1, SHINGLE_WORDS):
        held[:-word] |= named[word:]
    for size, at in _short(tokens.first):
        held[at] = named[at] | named[at + size - 1]
    return held[_begins(tokens.first)]


HEADLINE = 30
"""Words that a first line has at most if it is a headline."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def _published(stories: pa.Table) -> pa.Array | pa.ChunkedArray:
    if "published" in stories.column_names:
        return stories["published"].cast(pa.timestamp("us", "UTC"))
    return pa.nulls(len(stories), pa.timestamp("us", "UTC"))


def _strings(stories: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    if name in stories.column_names:
        return stories[name].cast(pa.string())
    return pa.nulls(len(stories), pa.string())


def _hashes(stories: pa.Table, name: str) -> pa.Array:
    """xxh3-64 of a column of strings, 0 for null, empty and absent."""
    texts = _encoded(_strings(stories, name))
    return pa.array([xxhash.xxh3_64_intdigest(text) if text else 0 for text in texts], pa.uint64())


def _encoded(texts: pa.Array | pa.ChunkedArray) -> list[bytes]:
    """Each text in UTF-8, nothing for null."""
    return [text or b"" for text in texts.cast(pa.large_binary()).to_pylist()]


def _headlines(texts: pa.Array | pa.ChunkedArray, tokens: Tokens) -> Array:
    """The words of each text's first line, where it is short by itself and beside the text; else 0."""
    ends = pc.find_substring(texts.cast(pa.large_string()), "\n").fill_null(-1).to_numpy()
    counts = np.bincount(tokens.rows()[tokens.starts < np.repeat(ends, tokens.counts())], minlength=len(texts))
    return np.where((counts <= HEADLINE) & (4 * counts <= tokens.counts()), counts, 0).astype(np.int32)


def _numbers(tokens: Tokens) -> tuple[Array, Array, Array]:
    """The numbers of texts, which of its text's words each is, and which are whose."""
    at = np.flatnonzero(_digits(tokens.initials))
    hashes = (tokens.hashes[at] >> np.uint64(32)).astype(np.uint32)
    first = np.searchsorted(at, tokens.first)
    places = at - np.repeat(tokens.first[:-1], np.diff(first))
    return hashes, places.astype(np.int32), first


def _digits(codes: Array) -> Array:
    """Which characters are digits."""
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    beyond = np.flatnonzero(codes >= 0x80)
    distinct, which = np.unique(codes[beyond], return_inverse=True)
    digits[beyond] = np.array([chr(code).isdigit() for code in distinct.tolist()], bool)[which]
    return digits


NO_DIGIT, DIGIT = 1, 2  # 0 is a character not yet looked at


@cache
def _digits_known() -> Array:
    """Whether each character is a digit, uint8 a code; 0 of those that were not yet seen."""
    return np.zeros(sys.maxunicode + 1, np.uint8)


def _learn_digit(code: int) -> None:
    """Look at a character that comes for the first time."""
    _digits_known()[code] = DIGIT if chr(code).isdigit() else NO_DIGIT


def _quotations(within: Array, first: Array) -> tuple[Array, Array]:
    """Where quotations begin and end, of a flag a word that tells whether it stands within one, and which are whose."""
    filled = np.diff(first) > 0
    before, after = np.roll(within, 1), np.roll(within, -1)
    before[first[:-1][filled]] = after[first[1:][filled] - 1] = False
    begins, ends = np.flatnonzero(within & ~before), np.flatnonzero(within & ~after) + 1
    bounds = np.searchsorted(begins, first)
    places = np.column_stack((begins, ends)) - np.repeat(first[:-1], np.diff(bounds))[:, None]
    return places.ravel().astype(np.int32), 2 * bounds


def _lists(name: str, values: Array, first: Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(first.astype(np.int32)), pa.array(values), type=SKETCH.field(name).type)
