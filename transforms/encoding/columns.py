"""The encoding step on a column of texts: find the damaged lines of a whole batch, repair each distinct one once.

- `repair`: texts in, a table of edits out
- `suspect`: which texts are still garbage
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2

from schemas.edits import BATCH_EDITS
from transforms import editing, native
from transforms.encoding.line import RULES, line_edits
from transforms.encoding.screen import BADNESS, DAMAGED, HARMLESS, UNNORMALISED, VIETNAMESE, once
from transforms.marks import marked_before

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

# A text is suspect from this many traces of damage on, and from one in this many bytes on
LEAST_TRACES = 3
BYTES_A_TRACE = 250
FIRST_BYTE = 0xC0  # the least that a character beyond ASCII begins with

_SCREEN, _CONVENTION = once(DAMAGED, UNNORMALISED), once(VIETNAMESE)
_BADNESS = re2.compile(BADNESS)


class _Edits(NamedTuple):
    """The columns of `schemas.edits.BATCH_EDITS`."""

    rows: pa.Array
    starts: pa.Array
    ends: pa.Array
    replacements: pa.Array
    rules: pa.Array
    confidences: pa.Array


class _OddLines(NamedTuple):
    """The lines of a batch that hold a byte which damage may be, or end in another way than they should, in order.

    Positions are in the batch's bytes. A line ends behind its line end: `\\n`, `\\r`, `\\v`, `\\f`, U+2028 or U+2029.
    """

    rows: Ints  # the text
    starts: Ints
    ends: Ints  # where its line end starts
    stops: Ints  # behind its line end
    odd: npt.NDArray[np.bool_]  # it holds a byte other than ASCII's printable ones, tabs and `HARMLESS`, or a semicolon
    ends_oddly: npt.NDArray[np.bool_]  # it has a line end other than `\\n`

    def where(self, which: npt.NDArray[np.bool_]) -> _OddLines:
        """Some of the lines."""
        return _OddLines._make(column[which] for column in self)


def repair(texts: pa.Array) -> pa.Table:
    """The edits that repair damaged encoding: a table of `schemas.edits.BATCH_EDITS`, nulls untouched.

    texts: string. Rules and their confidence are `line.RULES`. Line ends of all kinds become ``\\n``. Each text is
    judged line by line, so the outcome for a line depends on nothing but the line.
    """
    texts = _whole(texts)
    data, offsets = editing.buffers(texts)
    lines = _odd_lines(data, offsets)
    if not len(lines.rows):
        return BATCH_EDITS.empty_table()
    found = [
        _break_edits(data, offsets, lines.where(lines.ends_oddly)),
        _damage_edits(texts, data, offsets, lines.where(lines.odd)),
    ]
    return editing.edits(*(pa.concat_arrays(columns) for columns in zip(*found, strict=True)))


def suspect(texts: pa.Array, replaced: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which texts are still garbage: bool, one a text.

    texts: string, repaired; replaced: int32, the bytes that decoding had to replace. Counted are replacement
    characters and sequences that are mojibake where they occur; at least `LEAST_TRACES` of them and one in
    `BYTES_A_TRACE` bytes make a text suspect.
    """
    texts = _whole(texts)
    data, offsets = editing.buffers(texts)
    size = np.diff(offsets)
    lost, beyond = _traces(data, offsets)
    lost = np.maximum(lost, replaced)
    at = np.flatnonzero(_telling(lost + beyond, size))
    some = texts.take(pa.array(at)).cast(pa.binary()).to_pylist()
    strange = np.array([sum(1 for _ in _BADNESS.finditer(text)) for text in some], np.int64)
    garbage = np.zeros(len(texts), np.bool_)
    garbage[at] = _telling(lost[at] + strange, size[at])
    return garbage


def _traces(data: Bytes, offsets: Ints) -> tuple[Ints, Ints]:
    """How many replacement characters each text holds, and how many characters beyond ASCII that may be traces.

    No trace is of harmless signs alone: few texts have so many others that traces have to be counted.
    """
    if native.BUILT:
        return native.encoding.traces(data, offsets, _HARMLESS_CODES)
    beyond = data >= FIRST_BYTE
    leads = np.flatnonzero(beyond)
    lost = np.diff(np.searchsorted(_replacements(data, leads), offsets))
    for signs, _ in _harmless(data, leads):
        beyond[signs] = False
    return lost, np.diff(marked_before(beyond, offsets))


def _replacements(data: Bytes, leads: Ints) -> Ints:
    """Where the replacement characters U+FFFD stand, of the characters beyond ASCII that begin at `leads`."""
    at = leads[(data[leads] == 0xEF) & (leads + 2 < len(data))]
    return at[(data[at + 1] == 0xBF) & (data[at + 2] == 0xBD)]


def _telling(traces: Ints, size: Ints) -> npt.NDArray[np.bool_]:
    return (traces >= LEAST_TRACES) & (traces * BYTES_A_TRACE >= size)


def _whole(texts: pa.Array) -> pa.Array:
    """One array without nulls."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return pc.fill_null(texts, "") if texts.null_count else texts


def _odd_lines(data: Bytes, offsets: Ints) -> _OddLines:
    if native.BUILT:
        *places, odd, ends_oddly = native.encoding.odd_lines(data, offsets, _HARMLESS_CODES)
        return _OddLines._make([*places, odd.astype(bool), ends_oddly.astype(bool)])
    starts, stops = _line_ends(data, offsets)
    bounds = np.unique(np.concatenate([offsets, stops]))
    odd = np.diff(marked_before(_odd(data), bounds)) > 0
    ends, ends_oddly = bounds[1:].copy(), np.zeros(len(odd), np.bool_)
    ended = np.searchsorted(bounds[1:], stops)
    ends[ended], ends_oddly[ended] = starts, data[starts] != 0x0A
    lines = _OddLines(_rows(offsets, bounds[:-1]), bounds[:-1], ends, bounds[1:], odd, ends_oddly)
    return lines.where(odd | ends_oddly)


def _line_ends(data: Bytes, offsets: Ints) -> tuple[Ints, Ints]:
    """Where line ends of all kinds start and stop."""
    begin, end = int(offsets[0]), int(offsets[-1])
    part = data[begin:end]
    single = np.flatnonzero(part - np.uint8(0x0A) <= 3)  # \n \v \f \r
    wide = np.flatnonzero(part == 0xE2)
    wide = wide[wide + 2 < len(part)]
    wide = wide[(part[wide + 1] == 0x80) & (part[wide + 2] & 0xFE == 0xA8)]  # U+2028, U+2029
    starts, stops = np.concatenate([single, wide]), np.concatenate([single + 1, wide + 3])
    if len(wide):
        starts.sort()
        stops.sort()
    return starts + begin, stops + begin


def _break_edits(data: Bytes, offsets: Ints, lines: _OddLines) -> _Edits:
    """Edits that make every odd line end a newline; the two characters of CR LF are one line end."""
    following = data[np.minimum(lines.stops, len(data) - 1)]
    paired = (data[lines.ends] == 0x0D) & (following == 0x0A) & (lines.stops < offsets[lines.rows + 1])
    newline = pa.array(["\n", ""]).take(pa.array(paired.astype(np.int8)))
    rule = "encoding/line-end"
    return _Edits(
        pa.array(lines.rows),
        pa.array(lines.ends - offsets[lines.rows]),
        pa.array(lines.stops - offsets[lines.rows]),
        newline,
        pa.repeat(rule, len(paired)),
        pa.repeat(pa.scalar(RULES[rule], pa.uint8()), len(paired)),
    )


def _damage_edits(texts: pa.Array, data: Bytes, offsets: Ints, lines: _OddLines) -> _Edits:
    """Edits inside lines. Equal lines are repaired once."""
    bounds = np.stack((lines.starts, lines.stops), axis=1).ravel()  # lines, and what lies between them
    whole = pa.LargeStringArray.from_buffers(max(len(bounds) - 1, 0), pa.py_buffer(bounds), pa.py_buffer(data))
    damaged, unnormalised = _matches(whole.take(pa.array(np.arange(0, len(bounds), 2))), _SCREEN, 2)
    flagged = np.flatnonzero(damaged | unnormalised)
    rows, damaged = lines.rows[flagged], damaged[flagged]
    undamaged = np.unique(rows[~damaged])
    own_convention = undamaged[_matches(texts.take(pa.array(undamaged)), _CONVENTION, 1)[0]]
    work = damaged | ~np.isin(rows, own_convention)
    flagged, rows, damaged = flagged[work], rows[work], damaged[work]

    distinct = whole.take(pa.array(2 * flagged)).dictionary_encode()
    which = distinct.indices.to_numpy()
    is_damaged = np.zeros(len(distinct.dictionary), np.bool_)
    is_damaged[which] = damaged
    known = [line_edits(*pair) for pair in zip(distinct.dictionary.to_pylist(), is_damaged.tolist(), strict=True)]
    return _spread(known, which, rows, lines.starts[flagged] - offsets[rows])


def _spread(known: list[list[tuple[int, int, str, str]]], which: Ints, rows: Ints, bases: Ints) -> _Edits:
    """The edits of each distinct line for every line that is like it.

    known: the edits of the distinct lines; which, rows, bases: of each line, its distinct one, its text, and where in
    the text it begins.
    """
    flat = [edit for edits in known for edit in edits]
    starts, ends, replacements, rules = zip(*flat, strict=True) if flat else ((), (), (), ())
    sizes = np.fromiter(map(len, known), np.int64, len(known))
    repeats = sizes[which]
    source = np.repeat(np.cumsum(sizes)[which] - np.cumsum(repeats), repeats) + np.arange(repeats.sum())
    bases = np.repeat(bases, repeats)
    names = pa.array(rules, pa.string())
    confidences = pa.array([RULES[rule] for rule in rules], pa.uint8())
    return _Edits(
        pa.array(np.repeat(rows, repeats)),
        pa.array(bases + np.array(starts, np.int64)[source]),
        pa.array(bases + np.array(ends, np.int64)[source]),
        *(column.take(pa.array(source)) for column in (pa.array(replacements, pa.string()), names, confidences)),
    )


def _odd(data: Bytes) -> npt.NDArray[np.bool_]:
    """Which bytes any line to repair holds one of: beyond ASCII but for `HARMLESS`, controls, the end of an entity."""
    odd = (data >= 0x7F) | (data == ord(";")) | ((data < ord(" ")) & (data - np.uint8(0x09) > 4))
    for signs, size in _harmless(data, np.flatnonzero(data >= FIRST_BYTE)):
        for step in range(size):
            odd[signs + step] = False
    return odd


def _harmless(data: Bytes, leads: Ints) -> Iterator[tuple[Ints, int]]:
    """Where `HARMLESS` signs begin, those together that begin alike, and of how many bytes they are; `leads` is where
    all characters beyond ASCII begin.
    """
    for head, lasts in _HARMLESS.items():
        at = leads[leads + len(head) < len(data)]
        for step, byte in enumerate(head):
            at = at[data[at + step] == byte]
        yield at[lasts[data[at + len(head)]]], len(head) + 1


def _by_head(signs: str) -> dict[bytes, npt.NDArray[np.bool_]]:
    """The UTF-8 of some characters: all bytes of each but the last, and which the last may be."""
    lasts: dict[bytes, npt.NDArray[np.bool_]] = {}
    for sign in signs:
        *head, last = sign.encode()
        lasts.setdefault(bytes(head), np.zeros(256, np.bool_))[last] = True
    return lasts


_HARMLESS = _by_head(HARMLESS)
_HARMLESS_CODES = np.zeros(0x10000, np.uint8)
_HARMLESS_CODES[[ord(sign) for sign in HARMLESS]] = 1


def _matches(texts: pa.Array, patterns: Any, count: int) -> npt.NDArray[np.bool_]:
    """Which texts match each of the patterns of `once`: a row a pattern."""
    raw = texts.cast(pa.large_binary() if pa.types.is_large_string(texts.type) else pa.binary()).to_pylist()
    found = np.zeros((count, len(raw)), np.bool_)
    for at, text in enumerate(raw):
        for pattern in patterns.Match(text) or ():
            found[pattern, at] = True
    return found


def _rows(offsets: Ints, positions: Ints) -> Ints:
    """The text that each byte of the batch belongs to."""
    return np.searchsorted(offsets, positions, side="right") - 1
