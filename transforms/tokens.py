"""The tokens of a batch of texts in columns: where each stands, and a hash of its word.

- `tokenize`: a column of texts in, `Tokens` out
- `bytes_of`: the bytes of a column, for who looks at more than its words

A token is a run of letters, digits and combining marks;
a comma or a full stop between two digits belongs to its number; Han, kana and Hangul stand without spaces, so each of
their characters is a token of its own. Words are lower-case wherever that keeps their length in bytes.

Splitting page by page with a regular expression makes a Python object a token. Here the bytes of the whole column are
classified at once (`bytes.translate` for ASCII, a table of the batch's distinct characters for the rest), borders come
from comparing neighbours, and words are told apart by a 64-bit number: their bytes where they have few, a hash of them
where they have more.
"""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from transforms import native

Array = np.ndarray[Any, Any]

SEPARATOR, WORD, ALONE = 1, 2, 3  # 0 is a character not yet looked at

_CHUNK = 8  # bytes of a word that are looked at at a time
_LOW_BYTES = np.array([(1 << 8 * size) - 1 for size in range(_CHUNK + 1)], np.uint64)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a batch, text after text, each from its first to its last.

    Token t stands at bytes `starts[t]` to `ends[t]` of its text; text i has the tokens `first[i]` to `first[i + 1]`.
    """

    hashes: Array  # uint64, a token: of its word in lower case, the same in any batch
    initials: Array  # int32, a token: code of its first character, in lower case
    capital: Array  # bool, a token: it begins with a capital
    starts: Array  # int64, a token: byte offset in its text
    ends: Array  # int64, a token
    first: Array  # int64, a text and one

    def __len__(self) -> int:
        return len(self.hashes)

    def counts(self) -> Array:
        """Tokens of each text, int64."""
        return np.diff(self.first)

    def rows(self) -> Array:
        """The text that each token stands in, int64."""
        return np.repeat(np.arange(len(self.first) - 1), self.counts())


def tokenize(texts: pa.Array | pa.ChunkedArray) -> Tokens:
    """The tokens of a column of strings; a null has none.

    >>> found = tokenize(pa.array(["Oil rose 2.5%, oil fell", None]))
    >>> found.starts.tolist()
    [0, 4, 9, 15, 19]
    >>> found.hashes[0] == found.hashes[3]
    np.True_
    >>> found.first.tolist()
    [0, 5, 5]
    """
    raw, offsets = bytes_of(texts)
    if native.BUILT:
        return Tokens(*native.tokens.cut(raw, offsets, *_characters_known(), _learn))
    padded = bytearray(raw.tobytes().translate(_FOLD_ASCII))
    padded += bytes(_CHUNK)
    folded = np.frombuffer(padded, np.uint8)[:-_CHUNK]
    breaks = np.zeros(len(folded) + 1, bool)
    breaks[offsets] = True
    _fold_beyond_ascii(folded, breaks)
    _join_numbers(folded, raw, breaks)
    starts, ends = _runs(folded != _SPACE, breaks)
    first = np.searchsorted(starts, offsets).astype(np.int64)
    hashes = _numbered(np.frombuffer(padded, np.uint8), starts, ends)
    origin = np.repeat(offsets[:-1], np.diff(first))
    initials = _characters(folded, starts)
    capital = initials != _characters(raw, starts)
    return Tokens(hashes, initials, capital, starts - origin, ends - origin, first)


def bytes_of(column: pa.Array | pa.ChunkedArray) -> tuple[Array, Array]:
    """The UTF-8 of a column of strings in one array, and the offset of each text in it (int64, a text and one)."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    wide = column.cast(pa.large_string()).fill_null("")
    if not len(wide):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    offsets = np.frombuffer(wide.buffers()[1], np.int64)[wide.offset : wide.offset + len(wide) + 1]
    data = wide.buffers()[2]
    raw = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]] if data is not None else np.empty(0, np.uint8)
    return raw, offsets - offsets[0]


_SPACE = 32
_FOLD_ASCII = bytes(
    code if code >= 0x80 else ord(chr(code).lower()) if chr(code).isalnum() else _SPACE for code in range(256)
)
# Characters written without spaces between words: kana, Han with its extensions and compatibility forms, Hangul.
_ALONE = (
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def _fold_beyond_ascii(folded: Array, breaks: Array) -> None:
    """Lower-case characters beyond ASCII and blank their separators, in place; marks borders around ALONE ones."""
    leads = np.flatnonzero(folded >= 0xC0)
    if not len(leads):
        return
    codes, sizes = _characters(folded, leads), 2 + (folded[leads] >= 0xE0) + (folded[leads] >= 0xF0)
    seen = np.zeros(codes.max() + 1, bool)
    seen[codes] = True
    distinct, which = np.flatnonzero(seen), np.cumsum(seen, dtype=np.int32)[codes] - 1
    kinds = np.array([_kind(code) for code in distinct.tolist()])[which]
    lower = np.array([_lower(code) for code in distinct.tolist()], np.int32)[which]

    alone = kinds == ALONE
    breaks[leads[alone]] = True
    breaks[leads[alone] + sizes[alone]] = True

    blank = np.flatnonzero(kinds == SEPARATOR)
    changed = np.flatnonzero((lower != codes) & (kinds != SEPARATOR))
    for n in range(4):
        here = blank[sizes[blank] > n]
        folded[leads[here] + n] = _SPACE
        here = changed[sizes[changed] > n]
        shift = 6 * (sizes[here] - 1 - n)
        bits = lower[here] >> shift
        marker = 0x80 if n else np.choose(sizes[here] - 2, (0xC0, 0xE0, 0xF0))
        folded[leads[here] + n] = (bits & (0x3F if n else 0x1F)) | marker


def _characters(utf8: Array, at: Array) -> Array:
    """The codes of the characters that begin at these bytes, int32."""
    codes = utf8.take(at).astype(np.int32)
    beyond = np.flatnonzero(codes >= 0xC0)
    lead = codes[beyond]
    sizes = 2 + (lead >= 0xE0) + (lead >= 0xF0)
    code = lead & np.choose(sizes - 2, (0x1F, 0x0F, 0x07))
    for n in (1, 2, 3):
        long = sizes > n
        code[long] = code[long] << 6 | utf8[at[beyond[long]] + n] & 0x3F
    codes[beyond] = code
    return codes


@cache
def _kind(code: int) -> int:
    character = chr(code)
    category = unicodedata.category(character)
    if any(low <= code <= high for low, high in _ALONE):
        return ALONE if category[0] in "LN" else SEPARATOR
    return WORD if category[0] in "LNM" else SEPARATOR


@cache
def _lower(code: int) -> int:
    """The code of the lower-case character, where it is one character of as many bytes."""
    character = chr(code)
    lower = character.lower()
    return ord(lower if len(lower) == 1 and len(lower.encode()) == len(character.encode()) else character)


@cache
def _characters_known() -> tuple[Array, Array]:
    """What each character is, uint8 a code, and its lower-case form, int32; 0 of those that were not yet seen."""
    kinds, lower = np.zeros(sys.maxunicode + 1, np.uint8), np.zeros(sys.maxunicode + 1, np.int32)
    lower[:0x80] = np.frombuffer(_FOLD_ASCII, np.uint8)[:0x80]
    kinds[:0x80] = np.where(lower[:0x80] == _SPACE, SEPARATOR, WORD)
    return kinds, lower


def _learn(code: int) -> None:
    """Look at a character that comes for the first time."""
    kinds, lower = _characters_known()
    kinds[code], lower[code] = _kind(code), _lower(code)


def _join_numbers(folded: Array, raw: Array, breaks: Array) -> None:
    """A comma or full stop between two digits of one text belongs to its number: 1,500.25 is one token."""
    digits = _digits(raw)
    points = (raw[1:-1] == ord(".")) | (raw[1:-1] == ord(","))
    points = np.flatnonzero(points & digits[:-2] & digits[2:]) + 1
    points = points[~breaks[points] & ~breaks[points + 1]]
    folded[points] = raw[points]


def _digits(characters: Array) -> Array:
    return characters - np.uint8(ord("0")) < 10


def _runs(inside: Array, breaks: Array) -> tuple[Array, Array]:
    """Where runs of bytes that are inside a token begin and end; `breaks` are borders, between two that touch, too."""
    borders = breaks.copy()
    borders[1:-1] |= inside[1:] != inside[:-1]
    return np.flatnonzero(inside & borders[:-1]), np.flatnonzero(inside & borders[1:]) + 1


def _numbered(padded: Array, starts: Array, ends: Array) -> Array:
    """A number for each token, uint64, the same for the same bytes: of two different words, but for one chance in 2^64
    a pair, never the same.
    """
    from_each_byte = np.ndarray(len(padded) - _CHUNK + 1, "<u8", padded.data, strides=(1,))
    sizes = ends - starts
    numbers = _mixed(from_each_byte[starts] & _LOW_BYTES.take(sizes, mode="clip"))
    rows, done = np.flatnonzero(sizes > _CHUNK), _CHUNK
    while len(rows):
        chunks = from_each_byte[starts[rows] + done] & _LOW_BYTES.take(sizes[rows] - done, mode="clip")
        numbers[rows] = _mixed(numbers[rows] ^ chunks)
        done += _CHUNK
        rows = rows[sizes[rows] > done]
    return numbers


def _mixed(numbers: Array) -> Array:
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(32))
