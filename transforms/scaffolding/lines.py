"""A batch of pages as lines: where each begins and ends, how many words it has, and which lines are the same.

`split` is useful alone: it takes a column of texts and gives `Lines`, one entry a line that holds more than white
space. A line is judged by its trimmed text; equal texts share a `code`, so that a distinct line is judged once.

White space and line ends are found on the column's bytes, in C or with NumPy: no line becomes a Python object.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms import native
from transforms.editing import spans
from transforms.marks import as_bits, as_marks, marked_before

Array = np.ndarray[Any, Any]

LINE_FEED, CARRIAGE_RETURN, SPACE = 10, 13, 32

# UTF-8 of white space beyond ASCII, all bytes but the last, and the last ones: NEL and NO-BREAK SPACE; EN QUAD to ZERO
# WIDTH SPACE, the separators, NARROW NO-BREAK SPACE; IDEOGRAPHIC SPACE; BYTE ORDER MARK
WIDE_SPACES = {
    b"\xc2": b"\x85\xa0",
    b"\xe2\x80": bytes((*range(0x80, 0x8C), 0xA8, 0xA9, 0xAF)),
    b"\xe3\x80": b"\x80",
    b"\xef\xbb": b"\xbf",
}


@dataclass(frozen=True)
class Lines:
    """The lines of a batch that hold more than white space, page after page, each page from top to bottom.

    Arrays have an entry a line unless another is named; offsets are bytes within the line's page.
    """

    page: Array  # int64: the page's row in the batch
    start: Array  # int64: first byte of the trimmed line
    end: Array  # int64: behind its last byte
    opening: Array  # int64: first byte of the line with its indentation, behind the line end before it
    second: Array  # int64: behind the second line end above the line, or `opening` where there are fewer
    blanks: Array  # int64: line ends between the trimmed line and the one before it (or the page's start)
    words: Array  # int64: runs of characters that are not white space
    code: Array  # int32: which of `distinct` it is
    distinct: pa.StringArray  # the different trimmed lines
    first: Array  # int64, a page and one: the page's lines are first[row] to first[row + 1]
    size: Array  # int64, a page: its bytes
    raw: Array  # uint8: the batch's bytes, page after page
    offset: Array  # int64, a page and one: where its bytes begin in `raw`
    solid: Array  # uint64, a bit a byte of `raw`: it belongs to no white space

    def __len__(self) -> int:
        return len(self.page)

    @property
    def pages(self) -> int:
        """How many pages the batch has, those without lines included."""
        return len(self.size)

    @cached_property
    def distinct_words(self) -> Array:
        """int64, one entry a distinct line: its words."""
        words = np.zeros(len(self.distinct), np.int64)
        words[self.code] = self.words
        return words

    @cached_property
    def word_edges(self) -> tuple[Array, Array]:
        """int64, an entry a word: its first byte in `raw`, and behind its last."""
        starts, ends = _word_edges(~as_marks(self.solid, len(self.raw)), self.offset)
        return np.flatnonzero(starts), np.flatnonzero(ends)


def split(texts: pa.Array) -> Lines:
    """The lines of a column of strings; null counts as empty. Lines end at LF, CR LF and a lone CR."""
    column = _plain(texts)
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, 4 * column.offset).astype(np.int64)
    base, offsets = offsets[0], offsets - offsets[0]
    data = column.buffers()[2]
    raw = np.frombuffer(data, np.uint8, offsets[-1], base) if data is not None else np.zeros(0, np.uint8)

    walk = native.lines.split if native.BUILT else _split
    page, start, end, opening, second, blanks, words, code, first, solid, begins, closes = walk(raw, offsets)
    return Lines(
        page=page,
        start=start,
        end=end,
        opening=opening,
        second=second,
        blanks=blanks,
        words=words,
        code=code,
        distinct=spans(raw, begins, closes),
        first=first,
        size=np.diff(offsets),
        raw=raw,
        offset=offsets,
        solid=solid,
    )


def _split(raw: Array, offsets: Array) -> tuple[Array, ...]:
    """Fields of `Lines`, and where the distinct lines begin and end in `raw`; text i ends at `offsets[i + 1]`."""
    blank = _blank(raw)
    starts, ends = _word_edges(blank, offsets)
    word_start, word_end = np.flatnonzero(starts), np.flatnonzero(ends)
    breaks = _breaks(raw)
    first_word = _first_words(starts, len(word_start), breaks, offsets)
    words = np.diff(first_word, append=len(word_start))
    start, end = word_start[first_word], word_end[first_word + words - 1]

    page = np.searchsorted(offsets, start, side="right") - 1
    first = np.searchsorted(page, np.arange(len(offsets)))
    before = np.append(0, end[:-1])
    before = np.maximum(before, offsets[page])
    break_before = np.searchsorted(breaks, before, side="right")
    break_above = np.searchsorted(breaks, start, side="right")
    blanks = break_above - break_before
    # a line opens behind the line end above it, or at its page's start
    opens = np.maximum(np.append(0, breaks)[break_above], offsets[page])
    second = np.where(blanks > 2, np.append(breaks, [0, 0])[break_before + 1], opens)
    code = spans(raw, start, end).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int32)
    new = np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1))  # codes are counted up as lines come first
    begins, closes, base = start[new], end[new], offsets[page]
    lines = (page, start - base, end - base, opens - base, second - base, blanks, words, code)
    return *lines, first, as_bits(~blank), begins, closes


def _plain(texts: pa.Array) -> pa.StringArray:
    """One StringArray without nulls, whatever kind of strings came."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.type != pa.string():
        texts = texts.cast(pa.string())
    return pc.fill_null(texts, "") if texts.null_count else texts


def _blank(raw: Array) -> Array:
    """bool a byte: it belongs to white space or is a control character."""
    blank = raw <= SPACE
    leads = np.flatnonzero(raw >= min(WIDE_SPACES)[0])
    kinds = raw[leads]
    for before, lasts in WIDE_SPACES.items():
        at = leads[kinds == before[0]]
        at = at[at + len(before) < len(raw)]
        for n, byte in enumerate(before[1:], 1):
            at = at[raw[at + n] == byte]
        at = at[np.isin(raw[at + len(before)], list(lasts))]
        for n in range(len(before) + 1):
            blank[at + n] = True
    return blank


def _word_edges(blank: Array, offsets: Array) -> tuple[Array, Array]:
    """bool a byte and one, where words (runs of bytes that are not blank) start, and where they have ended.

    A word ends where its page ends.
    """
    starts, ends = np.zeros(len(blank) + 1, bool), np.zeros(len(blank) + 1, bool)
    np.greater(blank[:-1], blank[1:], out=starts[1:-1])
    np.less(blank[:-1], blank[1:], out=ends[1:-1])
    begins, closes = offsets[:-1][np.diff(offsets) > 0], offsets[1:][np.diff(offsets) > 0]
    starts[begins], ends[closes] = ~blank[begins], ~blank[closes - 1]
    return starts, ends


def _first_words(starts: Array, words: int, breaks: Array, offsets: Array) -> Array:
    """The words that stand first on their line: behind a line end or first on their page."""
    opens = np.zeros(words + 1, bool)
    opens[marked_before(starts, np.concatenate((offsets[:-1], breaks)))] = True
    return np.flatnonzero(opens[:-1])


def _breaks(raw: Array) -> Array:
    """Positions behind each line end: LF, CR LF or a CR alone."""
    ends = raw == LINE_FEED
    returns = np.flatnonzero(raw == CARRIAGE_RETURN)
    if len(returns):
        followed = np.append(raw, 0)[returns + 1] == LINE_FEED
        ends[returns[~followed]] = True
    return np.flatnonzero(ends) + 1
