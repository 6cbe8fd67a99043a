"""JSONL: a JSON object a line.

Every line is parsed by itself. Arrow's JSON reader would save a fifth of the time, but it infers the types of other
columns a block at a time (a code is a number in one block and a string in the next), rewrites dates and numbers, and
fails a whole block on one bad line; so what becomes of a record would depend on its neighbours. orjson parses most
lines; those with fractions, nested values or flaws are parsed by Python's own module, which keeps whole numbers of any
size and takes what Python writes.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import orjson

from transforms.read.decoding import decode_utf8
from transforms.read.lines import Line, lines_of
from transforms.read.pieces import Batch, FilePiece, Limits, UnreadableError
from transforms.read.records import EXCERPT, Records
from transforms.read.streams import stream

BOM = b"\xef\xbb\xbf"
HEAD = 64 << 10  # bytes that tell whether the file is read by lines
PLAIN = frozenset((str, int, bool, type(None)))  # of such values all parsers make the same
DEPTH = 100  # levels of nesting; real records have a few
STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)  # to the end where it is not closed
OPENING = re.compile(rb"\{\s*|\[\s*(\{.*)?")  # of JSON that goes on in the next line
BRACKET = re.compile(r"[\[\]{}]")
# Python's writer emits NaN and Infinity, which JSON does not have.
DECODER = json.JSONDecoder(parse_constant=lambda _: None)


def read_json_lines(piece: FilePiece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The records of a JSONL piece, their positions the byte offsets of their lines (after decompression).

    Blank lines are no records. A key that occurs twice has its last value. Bytes that are no UTF-8 and escapes of
    lone surrogates become U+FFFD.

    Raises:
        UnreadableError: the file is one array or object over several lines.
    """
    if spread := _spread(piece, file, limits):
        if piece.start == 0:
            raise UnreadableError(f"holds {spread}")
        return
    for line in lines_of(piece, file, limits):
        add_line(line, records)
        yield from records.full()


def _spread(piece: FilePiece, file: BinaryIO, limits: Limits) -> str | None:
    """What the file is, where it is JSON but not by lines, and how it is made so; `file` stands at its beginning.

    An array of objects, or an object of which only a brace stands in the first line; unless the second line is an
    object: then the first is a bad record.
    """
    start = b"".join(islice(stream(file, piece.compression, limits), 1))[:HEAD].removeprefix(BOM).lstrip()
    file.seek(0)
    first, _, rest = start.partition(b"\n")
    if not OPENING.fullmatch(first):
        return None
    second = rest.lstrip().partition(b"\n")[0]
    with contextlib.suppress(orjson.JSONDecodeError):
        if isinstance(orjson.loads(second), dict):
            return None
    what, how = ("array", "jq -c '.[]'") if first.startswith(b"[") else ("object", "jq -c .")
    return f"a JSON {what}, where an object a line is read: {how} FILE gives lines"


def add_line(line: Line, records: Records) -> None:
    """Parse a line and add its record, or the reject that it is."""
    if line.size > len(line.data):
        records.too_large(line.offset, line.size, decode_utf8(line.data)[0])
        return
    data = line.data.removeprefix(BOM).strip()
    if not data:
        return
    plain = parse_plain(data)
    if plain is not None:
        records.add(line.offset, plain, line.size)
        return
    text, replaced = decode_utf8(data)
    try:
        record = parse(text)
    except ValueError as error:
        records.reject(line.offset, "invalid-json", str(error), text[:EXCERPT], line.size)
        return
    records.add(line.offset, record, line.size, replaced)


def parse_plain(data: bytes) -> dict[str, Any] | None:
    """The JSON object that `data` is, where its values are strings, whole numbers, true, false and null, else None."""
    try:
        record = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) and PLAIN.issuperset(map(type, record.values())) else None


def parse(text: str) -> dict[str, Any]:
    """The JSON object that `text` is, without space around it.

    Raises:
        ValueError: it is none, or is nested too deeply.
    """
    if is_too_deep(text):
        raise ValueError(f"nested more than {DEPTH} levels deep")
    record, end = DECODER.raw_decode(text)
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    if end < len(text):
        raise ValueError("more than one JSON object")
    return record


def is_too_deep(text: str) -> bool:
    """Whether JSON is nested more than DEPTH levels deep.

    Its brackets tell before it is parsed: where a parser gives up depends on how deep its caller stands.
    """
    if text.count("[") + text.count("{") <= DEPTH:
        return False
    depth = deepest = 0
    for bracket in BRACKET.findall(STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > DEPTH
