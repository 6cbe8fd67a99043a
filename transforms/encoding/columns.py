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

from transforms import editing
from transforms.encoding.line import RULES, line_edits
from transforms.encoding.screen import BADNESS, DAMAGED, HARMLESS, UNNORMALISED, VIETNAMESE
from transforms.marks import marked_before

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

# A text is suspect from this many traces of damage on, and from one in this many bytes on
LEAST_TRACES = 3
BYTES_A_TRACE = 250
FIRST_BYTE = 0xC0  # the least that a character beyond ASCII begins with


def _once(*patterns: str) -> Any:
    """Patterns that say yes or no. Compiled once a process: Arrow would compile them again for each batch."""
    options = re2.Options()
    options.max_mem = PATTERN_MEMORY
    compiled = re2.Set.SearchSet(options)
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    return compiled


PATTERN_MEMORY = 64 << 20  # bytes at most for the states of a pattern: with few they are made again and again
_SCREEN, _CONVENTION = _once(DAMAGED, UNNORMALISED), _once(VIETNAMESE)
_BADNESS = re2.compile(BADNESS)


class _Edits(NamedTuple):
    """The columns of `schemas.edits.BATCH_EDITS`."""

    rows: pa.Array
    starts: pa.Array
    ends: pa.Array
    replacements: pa.Array
    rules: pa.Array
    confidences: pa.Array


class _Breaks(NamedTuple):
    """The line ends of a batch: where each starts and stops in the batch's bytes, and whether it is as it should be."""

    starts: Ints
    stops: Ints
    good: npt.NDArray[np.bool_]


def repair(texts: pa.Array) -> pa.Table:
    """The edits that repair damaged encoding: a table of `schemas.edits.BATCH_EDITS`, nulls untouched.

    texts: string. Rules and their confidence are `line.RULES`. Line ends of all kinds become ``\\n``. Each text is
    judged line by line, so the outcome for a line depends on nothing but the line.
    """
    texts = _whole(texts)
    data, offsets = editing.buffers(texts)
    breaks = _line_breaks(data, offsets)
    found = [_break_edits(data, offsets, breaks), _damage_edits(texts, data, offsets, breaks)]
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
    beyond = data >= FIRST_BYTE
    leads = np.flatnonzero(beyond)
    lost = np.maximum(np.diff(np.searchsorted(_replacements(data, leads), offsets)), replaced)
    # no trace is of harmless signs alone: few texts have so many others that traces have to be counted
    for signs, _ in _harmless(data, leads):
        beyond[signs] = False
    at = np.flatnonzero(_telling(lost + np.diff(marked_before(beyond, offsets)), size))
    some = texts.take(pa.array(at)).cast(pa.binary()).to_pylist()
    strange = np.array([sum(1 for _ in _BADNESS.finditer(text)) for text in some], np.int64)
    garbage = np.zeros(len(texts), np.bool_)
    garbage[at] = _telling(lost[at] + strange, size[at])
    return garbage


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


def _line_breaks(data: Bytes, offsets: Ints) -> _Breaks:
    begin, end = int(offsets[0]), int(offsets[-1])
    part = data[begin:end]
    single = np.flatnonzero(part - np.uint8(0x0A) <= 3)  # \n \v \f \r
    wide = np.flatnonzero(part == 0xE2)
    wide = wide[wide + 2 < len(part)]
    wide = wide[(part[wide + 1] == 0x80) & (part[wide + 2] & 0xFE == 0xA8)]  # U+2028, U+2029
    starts = np.concatenate([single, wide])
    stops = np.concatenate([single + 1, wide + 3])
    if len(wide):
        starts.sort()
        stops.sort()
    return _Breaks(starts + begin, stops + begin, part[starts] == 0x0A)


def _break_edits(data: Bytes, offsets: Ints, breaks: _Breaks) -> _Edits:
    """Edits that make every odd line end a newline; the two characters of CR LF are one line end."""
    odd = np.flatnonzero(~breaks.good)
    starts, stops = breaks.starts[odd], breaks.stops[odd]
    rows = _rows(offsets, starts)
    following = data[np.minimum(stops, len(data) - 1)]
    paired = (data[starts] == 0x0D) & (following == 0x0A) & (stops < offsets[rows + 1])
    newline = pa.array(["\n", ""]).take(pa.array(paired.astype(np.int8)))
    rule = "encoding/line-end"
    return _Edits(
        pa.array(rows),
        pa.array(starts - offsets[rows]),
        pa.array(stops - offsets[rows]),
        newline,
        pa.repeat(rule, len(odd)),
        pa.repeat(pa.scalar(RULES[rule], pa.uint8()), len(odd)),
    )


def _damage_edits(texts: pa.Array, data: Bytes, offsets: Ints, breaks: _Breaks) -> _Edits:
    """Edits inside lines. Equal lines are repaired once."""
    bounds = np.sort(np.concatenate([offsets, breaks.stops]), kind="stable")
    bounds = bounds[np.flatnonzero(np.diff(bounds, prepend=-1))]
    lines = pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(data))
    odd = np.flatnonzero(np.diff(marked_before(_odd(data), bounds)))
    damaged, unnormalised = _matches(lines.take(pa.array(odd)), _SCREEN, 2)
    flagged, damaged = odd[damaged | unnormalised], damaged[damaged | unnormalised]
    rows = _rows(offsets, bounds[flagged])
    undamaged = np.unique(rows[~damaged])
    own_convention = undamaged[_matches(texts.take(pa.array(undamaged)), _CONVENTION, 1)[0]]
    work = damaged | ~np.isin(rows, own_convention)
    flagged, rows, damaged = flagged[work], rows[work], damaged[work]

    distinct = lines.take(pa.array(flagged)).dictionary_encode()
    which = distinct.indices.to_numpy()
    is_damaged = np.zeros(len(distinct.dictionary), np.bool_)
    is_damaged[which] = damaged
    known = [line_edits(*pair) for pair in zip(distinct.dictionary.to_pylist(), is_damaged.tolist(), strict=True)]
    return _spread(known, which, rows, bounds[flagged] - offsets[rows])


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


def _matches(texts: pa.Array, patterns: Any, count: int) -> npt.NDArray[np.bool_]:
    """Which texts match each of the patterns of `_once`: a row a pattern."""
    raw = texts.cast(pa.large_binary() if pa.types.is_large_string(texts.type) else pa.binary()).to_pylist()
    found = np.zeros((count, len(raw)), np.bool_)
    for at, text in enumerate(raw):
        for pattern in patterns.Match(text) or ():
            found[pattern, at] = True
    return found


def _rows(offsets: Ints, positions: Ints) -> Ints:
    """The text that each byte of the batch belongs to."""
    return np.searchsorted(offsets, positions, side="right") - 1
