"""Words of a column of texts as NumPy columns: where each stands, what it looks like, what stands before it.

Alone useful: `tokenize` (texts in, `Tokens` out), `keys` (the same 64-bit key for words given as strings) and
`matrix` (words as rows of bytes). No Python object is made per word; a word is known by the key of its lower-case form.

A word is a run of letters, digits, underscores and letters beyond ASCII. Apostrophes part words (``don't`` is ``don``
and ``t`` with `APOSTROPHE` between them), so straight and curly ones read alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

WIDTH = (
    24  # letters of a word that its key and its matrix row hold; longer words share a key only by accident of length
)

# What a word is made of
LOWER, UPPER, DIGIT, FOREIGN = 1, 2, 4, 8
# What stands between two words. BREAK ends a sentence or a clause, JOIN ties words into URLs, code and compounds.
BREAK, COMMA, JOIN, QUOTE, APOSTROPHE, NEWLINE, SPACE, OTHER = 1, 2, 4, 8, 16, 32, 64, 0
_WORD = 128


@dataclass(frozen=True)
class Tokens:
    """The words of a batch, in order; all arrays but `text` and `bounds` have one entry a word.

    - `text`: the UTF-8 of all texts one after another, padded; `lower` the same in lower case (ASCII letters only)
    - `bounds`: where each text begins in it, and where the last one ends
    - `row`: the text that the word is in; `start`, `end`: its span in `text`
    - `first`: what its first letter is; `rest`: what its others are (all of them unless the first is in upper case)
    - `gap`, `after`: what stands before and behind it within its text; at either end of the text, BREAK does, too
    - `key`: stands for the word in lower case
    """

    text: Bytes
    lower: Bytes
    bounds: Ints
    row: Ints
    start: Ints
    end: Ints
    first: Bytes
    rest: Bytes
    gap: Bytes
    after: Bytes
    key: Keys

    def __len__(self) -> int:
        return len(self.start)

    def word(self, index: int) -> str:
        """The word as it stands in the text."""
        return self.text[self.start[index] : self.end[index]].tobytes().decode()


def tokenize(texts: pa.Array) -> Tokens:
    """The words of a column of strings; a null is an empty text."""
    text, bounds = _bytes(texts)
    size = int(bounds[-1])
    classes = np.append(_classes(text[:size]), np.uint8(SPACE))
    word = classes[:-1] >= _WORD
    before = np.empty_like(word)
    before[:1] = False
    before[1:] = word[:-1]
    begins = bounds[:-1][bounds[:-1] < size]
    before[begins] = False
    start = np.flatnonzero(word & ~before)
    behind = np.empty_like(word)
    behind[-1:] = False
    behind[:-1] = word[1:]
    behind[begins[begins > 0] - 1] = False
    end = np.flatnonzero(word & ~behind) + 1
    row = np.repeat(np.arange(len(bounds) - 1), np.diff(np.searchsorted(start, bounds)))

    first, rest, after = _shapes(classes, start, end)
    gap = _gaps(classes, after, row, start, end, bounds)
    lower = np.frombuffer(text.tobytes().translate(_LOWERED), np.uint8)
    return Tokens(text, lower, bounds, row, start, end, first, rest, gap, after, _keys(lower, start, end))


def keys(words: Sequence[str]) -> Keys:
    """The keys that `tokenize` gives these words, which are lower-case and hold no separators."""
    lower, start, end = _joined(words)
    return _keys(lower, start, end)


def matrix(lower: Bytes, start: Ints, end: Ints) -> tuple[Bytes, Ints]:
    """Words as rows of `WIDTH` bytes padded with zeros, shape (words, WIDTH), and their lengths (at most WIDTH)."""
    size = np.minimum(end - start, WIDTH)
    columns = np.arange(WIDTH)
    rows = lower[np.minimum(start[:, None] + columns, len(lower) - 1)]
    rows[columns >= size[:, None]] = 0
    return rows, size


def words_matrix(words: Sequence[str]) -> tuple[Bytes, Ints]:
    """`matrix` of words given as strings."""
    return matrix(*_joined(words))


def matrix_keys(rows: Bytes, size: Ints) -> Keys:
    """Keys of the words in a matrix of bytes."""
    packed = np.ascontiguousarray(rows).view("<u8")
    return _mix(packed[:, 0], packed[:, 1], packed[:, 2], size)


def _joined(words: Sequence[str]) -> tuple[Bytes, Ints, Ints]:
    text, bounds = _bytes(pa.array(words, pa.large_string()))
    return text, bounds[:-1], bounds[1:]


def _bytes(texts: pa.Array) -> tuple[Bytes, Ints]:
    """A padded copy of the column's UTF-8 and the bounds of its texts."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    column = texts.cast(pa.large_string()).fill_null("")
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    size = int(bounds[-1] - bounds[0]) if len(column) else 0
    text = np.zeros(size + WIDTH, np.uint8)
    if size:
        text[:size] = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
    return text, (bounds - bounds[0]).copy() if len(column) else np.zeros(1, np.int64)


def _tables() -> tuple[bytes, bytes]:
    """What each byte is, and what it is in lower case, for `bytes.translate`."""
    classes, lowered = np.zeros(256, np.uint8), np.arange(256, dtype=np.uint8)
    for code in range(128):
        character = chr(code)
        if character.islower():
            classes[code] = _WORD | LOWER
        elif character.isupper():
            classes[code] = _WORD | UPPER
            lowered[code] = ord(character.lower())
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
    return classes.tobytes(), lowered.tobytes()


_CLASSES, _LOWERED = _tables()


def _classes(text: Bytes) -> Bytes:
    """What each byte is; the bytes of one character share its class."""
    classes = np.frombuffer(bytearray(text.tobytes().translate(_CLASSES)), np.uint8)
    beyond = np.flatnonzero(text >= 0x80)
    if not len(beyond):
        return classes
    lead = np.maximum.accumulate(np.where(text[beyond] >= 0xC0, np.arange(len(beyond)), 0))
    where = beyond[lead]
    one, two = text[where], text[np.minimum(where + 1, len(text) - 1)]
    three = text[np.minimum(where + 2, len(text) - 1)]
    found = np.full(len(beyond), _WORD | FOREIGN, np.uint8)
    # U+0080 to U+00BF: no-break space, guillemets, signs; U+2000 to U+2FFF: punctuation and symbols; CJK punctuation
    found[one == 0xC2] = SPACE
    found[(one == 0xC2) & ((two == 0xAB) | (two == 0xBB))] = QUOTE
    found[(one == 0xC2) & (two == 0xAD)] = JOIN
    found[(one == 0xE2) | (one >= 0xF0)] = OTHER
    found[(one == 0xE3) & (two == 0x80)] = BREAK
    general = (one == 0xE2) & (two == 0x80)
    for characters, kind in (("‘’‛", APOSTROPHE), ("“”„‟‹›", QUOTE), ("–—―", COMMA), ("‐‑", JOIN), ("•…", BREAK)):
        for character in characters:
            found[general & (three == character.encode()[2])] = kind
    classes[beyond] = found
    return classes


def _shapes(classes: Bytes, start: Ints, end: Ints) -> tuple[Bytes, Bytes, Bytes]:
    """Bits of each word's first letter, of its other letters, and of what stands between it and the next word."""
    if not len(start):
        return (np.zeros(0, np.uint8),) * 3
    known = ~np.uint8(_WORD)
    first, rest = classes[start] & known, _union(classes, start, end) & known
    after = classes[end]
    wide = np.flatnonzero(start[1:] - end[:-1] != 1)  # most words are a single space apart
    after[wide] = _union(classes, end[wide], start[wide + 1])
    capital = np.flatnonzero((first == UPPER) & (end - start > 1))
    rest[capital] = _union(classes, start[capital] + 1, end[capital]) & known
    rest[end - start == 1] = 0
    return first, rest, after


def _gaps(classes: Bytes, after: Bytes, row: Ints, start: Ints, end: Ints, bounds: Ints) -> Bytes:
    """What stands before each word in its text; `after`, which reached into the next text, is put right."""
    gap = np.zeros(len(after), np.uint8)
    gap[1:] = after[:-1]
    fresh = np.flatnonzero(np.append(True, row[1:] != row[:-1])[: len(row)])
    final = np.append(fresh[1:], len(row))[: len(fresh)] - 1
    gap[fresh] = _union(classes, bounds[row[fresh]], start[fresh]) | BREAK
    after[final] = _union(classes, end[final], bounds[row[final] + 1]) | BREAK
    return gap


def _union(classes: Bytes, low: Ints, high: Ints) -> Bytes:
    """The bits that occur in each span, 0 for an empty one."""
    if not len(low):
        return np.zeros(0, np.uint8)
    edges = np.stack([low, high], axis=1).ravel()
    spans = np.bitwise_or.reduceat(classes, edges)[0::2]
    spans[low == high] = 0
    return spans


def _keys(lower: Bytes, start: Ints, end: Ints) -> Keys:
    """A 64-bit key of each word: its first WIDTH bytes as three integers, mixed."""
    if not len(start):
        return np.zeros(0, np.uint64)
    size = end - start
    window = np.ndarray((len(lower) - 7,), "<u8", np.ascontiguousarray(lower), strides=(1,))
    one, two, three = window[start] & _MASKS[np.minimum(size, 8)], *np.zeros((2, len(start)), np.uint64)
    for part, at in ((two, 8), (three, 16)):  # few words are that long
        longer = np.flatnonzero(size > at)
        part[longer] = window[start[longer] + at] & _MASKS[np.minimum(size[longer] - at, 8)]
    return _mix(one, two, three, size)


_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)


def _mix(one: Keys, two: Keys, three: Keys, size: Ints) -> Keys:
    """Three integers to one, by odd multipliers and xor-shifts (the finaliser of MurmurHash3)."""
    value = one * np.uint64(0x9E3779B97F4A7C15)
    value ^= value >> np.uint64(32)
    value += two * np.uint64(0xC2B2AE3D27D4EB4F)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value += three * np.uint64(0x165667B19E3779F9) + np.maximum(size - WIDTH, 0).astype(np.uint64)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    value ^= value >> np.uint64(33)
    return value
