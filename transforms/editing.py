"""An edit is how a step changes text: it names a span and what takes its place, and one function applies it.

A step that changes text is an *editor*: a column of texts in, a table of edits (`schemas.edits.BATCH_EDITS`) out. No
step builds text by itself, so the audit follows for free and every change can be undone.

- `edits`: a table of edits from columns
- `apply`: texts and their edits in, edited texts out
- `difference`: the edits that lead from one string to another, as small as can be
- `audit`: the rows of `edits/` for the edits that a chain of steps made
- `undo`: a story's rows of `edits/` undone, which gives the page back

Inside a batch spans are byte offsets into a text's UTF-8, sorted by row and start, and do not overlap. Characters are
counted only where the audit is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz.distance import Levenshtein

from schemas.edits import BATCH_EDITS, EDITS
from transforms.marks import marked_before

Ints = npt.NDArray[np.int64]

# Aligning two strings takes time and memory in the product of their lengths; beyond this one edit spans all of it.
ALIGNMENT_LIMIT = 1 << 28


@dataclass(frozen=True)
class Step:
    """The part that one editor played: its name, the texts as it received them, and its edits of them."""

    name: str
    texts: pa.Array
    edits: pa.Table


def edits(
    rows: npt.ArrayLike,
    starts: npt.ArrayLike,
    ends: npt.ArrayLike,
    replacements: Sequence[str] | pa.Array,
    rules: Sequence[str] | pa.Array,
    confidences: npt.ArrayLike,
) -> pa.Table:
    """A table of edits, sorted by row and start. Spans are in bytes, confidences in hundredths."""
    table = pa.table([rows, starts, ends, replacements, rules, confidences], schema=BATCH_EDITS)
    return table.sort_by([("row", "ascending"), ("start", "ascending")])


def apply(texts: pa.Array, table: pa.Table) -> pa.Array:
    """The texts with their edits made: a string array of the same length.

    Raises ValueError where spans overlap, leave their text, or cut a character in two.
    """
    if not table.num_rows:
        return texts
    data, offsets = buffers(texts)
    rows, starts, ends = (ints(table, name) for name in ("row", "start", "end"))
    base = offsets[rows]
    firsts, lasts = base + starts, base + ends
    _check(data, offsets, rows, firsts, lasts)

    replacements = [text.encode() for text in table["replacement"].to_pylist()]
    view = memoryview(data.data)
    pieces: list[bytes | memoryview] = []
    done = int(offsets[0])
    for first, last, replacement in zip(firsts.tolist(), lasts.tolist(), replacements, strict=True):
        pieces += (view[done:first], replacement)
        done = last
    pieces.append(view[done : int(offsets[-1])])

    lengths = np.diff(offsets)
    np.add.at(lengths, rows, np.array([len(text) for text in replacements]) - (ends - starts))
    return _string_array(lengths, b"".join(pieces))


def difference(before: str, after: str) -> list[tuple[int, int, str]]:
    """The edits (start, end, replacement), in characters of `before`, that lead to `after`: as small as can be.

    What changed side by side is one edit: a repaired letter is one edit, however many characters it was.
    """
    if len(before) * len(after) > ALIGNMENT_LIMIT:
        return [_outer_difference(before, after)]
    spans: list[tuple[int, int, str]] = []
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "equal":
            continue
        new = after[op.dest_start : op.dest_end]
        if spans and spans[-1][1] == op.src_start:
            start, _, replacement = spans.pop()
            spans.append((start, op.src_end, replacement + new))
        else:
            spans.append((op.src_start, op.src_end, new))
    return spans


def audit(documents: Ints, ids: pa.Array, steps: Sequence[Step], full: bool = True) -> pa.Table:
    """The rows of `edits/` for a batch: sorted by row, numbered by `order` within each.

    documents: uint64, a text each; ids: string, a text each; steps: in the order in which they ran. Without `full`
    the columns before and after are null.
    """
    parts = [_audited(number, step, full) for number, step in enumerate(steps) if step.edits.num_rows]
    if not parts:
        return EDITS.schema.empty_table()
    rows, numbers, starts = (np.concatenate([part[name] for part in parts]) for name in ("row", "step", "start"))
    order = np.lexsort((-starts, numbers, rows))
    rows = rows[order]
    first = np.searchsorted(rows, rows)  # each row's first edit: the rows are sorted

    def column(name: str) -> pa.Array:
        whole = pa.concat_arrays([part[name] for part in parts])
        return whole.take(pa.array(order))

    return pa.table(
        {
            "document": pa.array(documents[rows], pa.uint64()),
            "id": ids.take(pa.array(rows)),
            "order": pa.array(np.arange(len(rows)) - first, pa.int32()),
            "step": pa.array([steps[n].name for n in numbers[order]], pa.string()).dictionary_encode(),
            "rule": column("rule").dictionary_encode(),
            "confidence": pa.array(column("confidence").to_numpy() / np.float32(100), pa.float32()),
            "start": pa.array(starts[order], pa.int64()),
            "end": pa.array(np.concatenate([part["end"] for part in parts])[order], pa.int64()),
            "before": column("before"),
            "after": column("after"),
        },
        schema=EDITS.schema,
    )


def undo(text: str, rows: Iterable[Mapping[str, object]]) -> str:
    """The page that a story was made of: `rows` are all of its rows of `edits/`, in any order, `--edits full`.

    Raises ValueError where an edit is not what happened to this text.
    """
    for row in sorted(rows, key=lambda row: -int(str(row["order"]))):
        start, before, after = int(str(row["start"])), str(row["before"]), str(row["after"])
        if text[start : start + len(after)] != after:
            raise ValueError(
                f"edit {row['order']} put {after!r} at {start}, but {text[start : start + len(after)]!r} stands there"
            )
        text = text[:start] + before + text[start + len(after) :]
    return text


def buffers(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Ints]:
    """A string array's bytes (uint8) and its n + 1 offsets into them (int64)."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, offsets, data = texts.buffers()
    if offsets is None:
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    bounds = np.frombuffer(offsets, kind)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8), bounds


def spans(data: npt.NDArray[np.uint8], starts: Ints, ends: Ints) -> pa.StringArray:
    """Spans of a string array's bytes as a column of strings; they are in order and do not overlap."""
    offsets = np.stack((starts, ends), axis=1).astype(np.int32).ravel()  # spans, and what lies between them
    whole = pa.StringArray.from_buffers(max(len(offsets) - 1, 0), pa.py_buffer(offsets), pa.py_buffer(data))
    return whole.take(pa.array(np.arange(0, len(offsets), 2)))


def ints(table: pa.Table, name: str) -> Ints:
    """A column of a table as int64."""
    return table[name].to_numpy().astype(np.int64, copy=False)


def _check(data: npt.NDArray[np.uint8], offsets: Ints, rows: Ints, firsts: Ints, lasts: Ints) -> None:
    if (firsts[1:] < lasts[:-1]).any() or (firsts > lasts).any():
        raise ValueError("edits overlap or are not sorted")
    if (firsts < offsets[rows]).any() or (lasts > offsets[rows + 1]).any():
        raise ValueError("an edit leaves its text")
    cuts = np.concatenate([firsts, lasts])
    cuts = cuts[cuts < len(data)]
    if (data[cuts] & 0xC0 == 0x80).any():
        raise ValueError("an edit cuts a character in two")


def _string_array(lengths: Ints, data: bytes) -> pa.Array:
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(data))


def _outer_difference(before: str, after: str) -> tuple[int, int, str]:
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return head, len(before) - tail, after[head : len(after) - tail]


def _audited(number: int, step: Step, full: bool) -> dict[str, object]:
    """One step's edits with characters for bytes, and what stood there."""
    data, offsets = buffers(step.texts)
    rows = ints(step.edits, "row")
    firsts, lasts = (offsets[rows] + ints(step.edits, name) for name in ("start", "end"))
    inner = data & 0xC0 == 0x80  # bytes that begin no character
    before_row = marked_before(inner, offsets[rows])

    def characters(at: Ints) -> Ints:
        return at - offsets[rows] - (marked_before(inner, at) - before_row)

    if full:
        befores = spans(data, firsts, lasts)
        afters = step.edits["replacement"].combine_chunks()
    else:
        befores = afters = pa.nulls(len(rows), pa.string())
    return {
        "row": rows,
        "step": np.full(len(rows), number),
        "start": characters(firsts),
        "end": characters(lasts),
        "rule": step.edits["rule"].combine_chunks(),
        "confidence": step.edits["confidence"].combine_chunks(),
        "before": befores,
        "after": afters,
    }
