"""Words of a column of texts as NumPy columns: where each stands, what it looks like, what stands before it.

Alone useful: `tokenize` (texts in, `Words` out), `keys` (the same 64-bit key for words given as strings) and
`matrix` (words as rows of bytes). No Python object is made per word; a word is known by the key of its lower-case form.

A word is a run of letters, digits, underscores and letters beyond ASCII. Apostrophes part words (``don't`` is ``don``
and ``t`` with `APOSTROPHE` between them), so straight and curly ones read alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms import native

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Roots = npt.NDArray[np.uint32]

WIDTH = (
    24  # letters of a word that its key and its matrix row hold; longer words share a key only by accident of length
)
KIN = 4  # first letters that words of one family share: their root

# What a word is made of
LOWER, UPPER, DIGIT, FOREIGN = 1, 2, 4, 8
# What stands between two words. BREAK ends a sentence or a clause, JOIN ties words into URLs, code and compounds.
BREAK, COMMA, JOIN, QUOTE, APOSTROPHE, NEWLINE, SPACE, OTHER = 1, 2, 4, 8, 16, 32, 64, 0
_WORD = 128
_SHAPE = np.uint8(_WORD - 1)
_BLOCK = 1 << 15  # words whose keys are made at a time: what they need stays in the cache
_LONG = 64  # bytes


@dataclass(frozen=True)
class Words:
    """The words of a batch, in order.

    - `text`: the UTF-8 of all texts one after another, padded; `lower` the same in lower case (ASCII letters only)
    - `classes`: what each byte of it is
    - `bounds`: where each text begins in it, and where the last one ends
    - `begin`: the first word of each text, and the number of words
    - `start`, `end`: each word's span in `text`
    - `key`: stands for the word in lower case; `root`: its first KIN letters

    What a word looks like is told by place (`first`, `rest`, `gap`, `after`, `row`): few words are ever asked about, so
    it is not worked out for all.
    """

    text: Bytes
    lower: Bytes
    classes: Bytes
    bounds: Ints
    begin: Ints
    start: Ints
    end: Ints
    key: Keys
    root: Roots

    def __len__(self) -> int:
        return len(self.start)

    def word(self, index: int) -> str:
        """The word as it stands in the text."""
        return self.text[self.start[index] : self.end[index]].tobytes().decode()

    def row(self, at: Ints) -> Ints:
        """The text that each word is in."""
        return np.searchsorted(self.begin, at, side="right") - 1

    def rows(self) -> Ints:
        """The text that every word of the batch is in."""
        return np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))

    def first(self, at: Ints) -> Bytes:
        """What each word's first letter is."""
        return self.classes[self.start[at]] & _SHAPE

    def rest(self, at: Ints) -> Bytes:
        """What each word's other letters are; all of them unless the first is in upper case."""
        start, end = self.start[at], self.end[at]
        rest = _union(self.classes, start + (self.first(at) == UPPER), end) & _SHAPE
        return np.where(end - start == 1, np.uint8(0), rest)

    def lower_case(self, at: Ints) -> npt.NDArray[np.bool_]:
        """Whether all letters of each word are ASCII and in lower case."""
        return _union(self.classes, self.start[at], self.end[at]) == _WORD | LOWER

    def gap(self, at: Ints) -> Bytes:
        """What stands before each word within its text; at the text's beginning, BREAK does, too."""
        low, fresh = self.end[at - 1], self._fresh[at]
        low[fresh] = self.bounds[self.row(at[fresh])]
        return _union(self.classes, low, self.start[at]) | fresh * np.uint8(BREAK)

    def after(self, at: Ints) -> Bytes:
        """What stands behind each word within its text; at the text's end, BREAK does, too."""
        high, final = self.start[np.minimum(at + 1, len(self) - 1)], self._fresh[at + 1]
        high[final] = self.bounds[self.row(at[final]) + 1]
        return _union(self.classes, self.end[at], high) | final * np.uint8(BREAK)

    def opens(self, at: Ints) -> npt.NDArray[np.bool_]:
        """Whether each word opens a sentence, a clause or a quotation, and so may have a capital without being a name.

        What follows an initial (J. Smith) does not.
        """
        # a single space parts most words from another one: the two bytes before them tell, and they open nothing
        start = self.start[at]
        opens = self._fresh[at] | (self.classes[start - 1] != SPACE) | (self.classes[start - 2] < _WORD)
        some = at[opens]
        gap, before = self.gap(some), np.maximum(some - 1, 0)
        single = (self.end[before] - self.start[before] == 1) & (self.first(before) == UPPER)
        opens[opens] = (gap & (BREAK | QUOTE) > 0) & ~(single & (gap == BREAK | SPACE))
        return opens

    @cached_property
    def quotes(self) -> Ints:
        """The bytes of all quotation marks."""
        return np.flatnonzero(self.classes == QUOTE)

    @cached_property
    def _fresh(self) -> npt.NDArray[np.bool_]:
        """Whether each word is the first of its text; one entry more, for what is behind the last one."""
        fresh = np.zeros(len(self) + 1, bool)
        fresh[self.begin] = True
        return fresh


def tokenize(texts: pa.Array) -> Words:
    """The words of a column of strings; a null is an empty text."""
    text, bounds = _bytes(texts)
    if native.BUILT:
        lower, classes, *columns = native.typo_words.cut(text, bounds, _PLAIN, _LATIN, _GENERAL)
        return Words(text, lower, classes, bounds, *columns)
    classes = _classes(text)
    inside = np.zeros(len(text) + 1, bool)  # whether a byte is of a word; one entry before the first
    np.greater_equal(classes, _WORD, out=inside[1:])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    met = np.unique(bounds[1:-1][inside[bounds[1:-1]] & inside[bounds[1:-1] + 1]])
    if len(met):  # where words of two texts touch, one ends and the next begins
        edges = np.insert(edges, np.repeat(np.searchsorted(edges, met), 2), np.repeat(met, 2))
    start, end = edges[0::2], edges[1::2]
    capital = text - np.uint8(ord("A")) < 26
    lower = text | capital * np.uint8(32)  # ASCII letters only
    begin = np.searchsorted(start, bounds)
    return Words(text, lower, classes, bounds, begin, start, end, *_hashed(lower, start, end))


def keys(words: Sequence[str] | pa.Array) -> Keys:
    """The keys that `tokenize` gives these words, which are lower-case and hold no separators."""
    return _hashed(*_joined(words))[0]


def matrix(lower: Bytes, start: Ints, end: Ints) -> tuple[Bytes, Ints]:
    """Words as rows of `WIDTH` bytes padded with zeros, shape (words, WIDTH), and their lengths (at most WIDTH)."""
    size, window = np.minimum(end - start, WIDTH), _window(lower)
    packed = np.empty((len(size), WIDTH // 8), "<u8")
    for column, at in enumerate(range(0, WIDTH, 8)):
        packed[:, column] = _cut(window[start + at], size - at)
    return packed.view(np.uint8), size


def words_matrix(words: Sequence[str] | pa.Array) -> tuple[Bytes, Ints]:
    """`matrix` of words given as strings."""
    return matrix(*_joined(words))


def roots(rows: Bytes) -> Roots:
    """The first KIN letters of the words in a matrix of bytes, as `Words.root` has them."""
    return np.ascontiguousarray(rows[:, :KIN]).view("<u4")[:, 0]


def matrix_keys(rows: Bytes, size: Ints) -> Keys:
    """Keys of the words in a matrix of bytes."""
    packed = np.ascontiguousarray(rows).view("<u8")
    longer = np.flatnonzero(size > 8)
    return _mix(packed[:, 0].copy(), longer, packed[longer, 1], packed[longer, 2], size[longer])


def _joined(words: Sequence[str] | pa.Array) -> tuple[Bytes, Ints, Ints]:
    text, bounds = _bytes(words if isinstance(words, pa.Array) else pa.array(words, pa.large_string()))
    return text, bounds[:-1], bounds[1:]


def _bytes(texts: pa.Array) -> tuple[Bytes, Ints]:
    """A padded copy of the column's UTF-8 and the bounds of its texts."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    column = texts.cast(pa.large_string()).fill_null("")
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    size = int(bounds[-1] - bounds[0]) if len(column) else 0
    text = np.empty(size + WIDTH, np.uint8)
    text[size:] = 0
    if size:
        text[:size] = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
    return text, (bounds - bounds[0]).copy() if len(column) else np.zeros(1, np.int64)


def _plain() -> Bytes:
    """What each byte is."""
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        if character.islower():
            classes[code] = _WORD | LOWER
        elif character.isupper():
            classes[code] = _WORD | UPPER
        elif character.isdigit() or character == "_":
            classes[code] = _WORD | DIGIT
        elif character in ".!?:;|":
            classes[code] = BREAK
        elif character in "\r\n":
            classes[code] = BREAK | NEWLINE
        elif character in ",()":
            classes[code] = COMMA
        elif character in "-/\\@#&=+~^*<>%$[]{}`":
            classes[code] = JOIN
        elif character == '"':
            classes[code] = QUOTE
        elif character == "'":
            classes[code] = APOSTROPHE
        elif character in " \t":
            classes[code] = SPACE
    return classes


def _by_last_byte(rest: int, signs: dict[str, int]) -> Bytes:
    """What each character of a block is by the last byte of its UTF-8: these signs, and the rest."""
    classes = np.full(256, rest, np.uint8)
    for characters, kind in signs.items():
        for character in characters:
            classes[character.encode()[-1]] = kind
    return classes


# U+0080 to U+00BF: no-break space, guillemets, signs; U+2000 to U+203F: punctuation
_PLAIN = _plain()
_LATIN = _by_last_byte(SPACE, {"«»": QUOTE, "\u00ad": JOIN})
_GENERAL = _by_last_byte(OTHER, {"‘’‛": APOSTROPHE, "“”„‟‹›": QUOTE, "–—―": COMMA, "‐‑": JOIN, "•…": BREAK})


def _classes(text: Bytes) -> Bytes:
    """What each byte is; the bytes of one character share its class."""
    classes = np.frombuffer(bytearray(text.tobytes().translate(_PLAIN.tobytes())), np.uint8)
    beyond = np.flatnonzero(text >= 0x80)
    if not len(beyond):
        return classes
    lead = np.maximum.accumulate(np.where(text[beyond] >= 0xC0, np.arange(len(beyond)), 0))
    where = beyond[lead]
    one, two = text[where], text[np.minimum(where + 1, len(text) - 1)]
    three = text[np.minimum(where + 2, len(text) - 1)]
    found = np.full(len(beyond), _WORD | FOREIGN, np.uint8)
    found[one == 0xC2] = _LATIN[two[one == 0xC2]]
    found[(one == 0xE2) | (one >= 0xF0)] = OTHER  # symbols, emoji
    found[(one == 0xE3) & (two == 0x80)] = BREAK  # CJK punctuation
    general = (one == 0xE2) & (two == 0x80)
    found[general] = _GENERAL[three[general]]
    classes[beyond] = found
    return classes


def _union(classes: Bytes, low: Ints, high: Ints) -> Bytes:
    """The bits that occur in each span, 0 for an empty one."""
    if native.BUILT:
        return native.typo_words.union(classes, low, high)
    window = _window(classes)
    size = high - low
    bits = _cut(window[low], size)
    longer = np.flatnonzero(size > 8)
    for at in range(8, _LONG, 8):  # few spans are that long
        bits[longer] |= _cut(window[low[longer] + at], size[longer] - at)
        longer = longer[size[longer] > at + 8]
    for span in longer.tolist():
        bits[span] |= np.bitwise_or.reduce(classes[low[span] : high[span]])
    for shift in (32, 16, 8):
        bits |= bits >> np.uint64(shift)
    return bits.astype(np.uint8)


def _window(octets: Bytes) -> Keys:
    """Each run of eight bytes as an integer."""
    return np.ndarray((len(octets) - 7,), "<u8", np.ascontiguousarray(octets), strides=(1,))


def _hashed(lower: Bytes, start: Ints, end: Ints) -> tuple[Keys, Roots]:
    """A 64-bit key of each word, its first WIDTH bytes as three integers, mixed; and its first KIN bytes as one."""
    window, keys, roots = _window(lower), np.empty(len(start), np.uint64), np.empty(len(start), np.uint32)
    for at in range(0, len(start), _BLOCK):
        begin = start[at : at + _BLOCK]
        size = end[at : at + _BLOCK] - begin
        one, longer = _cut(window[begin], size), np.flatnonzero(size > 8)
        roots[at : at + _BLOCK] = one & _MASKS[KIN]
        begin, size = begin[longer], size[longer]
        two, three, some = _cut(window[begin + 8], size - 8), np.zeros(len(size), np.uint64), np.flatnonzero(size > 16)
        three[some] = _cut(window[begin[some] + 16], size[some] - 16)
        keys[at : at + _BLOCK] = _mix(one, longer, two, three, size)
    return keys, roots


_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)


def _cut(octets: Keys, size: Ints) -> Keys:
    """Of each run of eight bytes the first `size`, none for less than 0."""
    return octets & _MASKS.take(size, mode="clip")


def _mix(one: Keys, longer: Ints, two: Keys, three: Keys, size: Ints) -> Keys:
    """Three integers to one, by odd multipliers and xor-shifts (the finaliser of MurmurHash3); in place of the first.

    Only the words `longer` have a second and third one, and a size that counts.
    """
    one *= np.uint64(0x9E3779B97F4A7C15)
    one ^= one >> np.uint64(32)
    one[longer] += two * np.uint64(0xC2B2AE3D27D4EB4F)
    one ^= one >> np.uint64(29)
    one *= np.uint64(0xFF51AFD7ED558CCD)
    one[longer] += three * np.uint64(0x165667B19E3779F9) + np.maximum(size - WIDTH, 0).astype(np.uint64)
    one ^= one >> np.uint64(33)
    one *= np.uint64(0xC4CEB9FE1A85EC53)
    one ^= one >> np.uint64(33)
    return one
