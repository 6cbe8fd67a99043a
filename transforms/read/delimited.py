"""CSV and TSV with a header; quoted cells may hold line feeds, so a file is read from its beginning."""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from transforms.read.decoding import decode_utf8, text_encoding
from transforms.read.lines import lines
from transforms.read.pieces import Batch, FilePiece, Limits, UnreadableError
from transforms.read.records import Records
from transforms.read.streams import stream

DELIMITERS = ",\t;|"
# The module refuses cells over 128 kB unless told otherwise, for the whole process; `_Feed` bounds rows here.
csv.field_size_limit(sys.maxsize)


def read_delimited(piece: FilePiece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The rows of a CSV file, their positions counted from 0 behind the header; all values are strings.

    The header tells the delimiter: the one of `DELIMITERS` that it holds most of. Cells missing at a row's end are
    null; a row with more cells than the header is a reject, since a quote must be missing somewhere.

    Raises:
        UnreadableError: the file is damaged or its header has no text column, or several.
    """
    feed = _Feed(stream(file, piece.compression, limits), limits)
    try:
        first = next(feed, "")
        rows = csv.reader(chain([first], feed), delimiter=max(DELIMITERS, key=first.count))
        header = next(rows, [])
    except (_RowTooLargeError, csv.Error) as error:
        raise UnreadableError(f"its first row is no CSV header: {str(error)[:200]}") from error
    if not any(header):
        return
    names = records.names(header)
    feed.taken()
    position = 0
    for row in _rows(rows):
        size, replaced = feed.taken()
        if isinstance(row, _RowTooLargeError):
            records.too_large(position, size, str(row))
        elif isinstance(row, csv.Error):
            records.reject(position, "invalid-row", str(row), size=size)
        elif feed.ended:  # it was asked for more: the row is not whole
            records.reject(position, "invalid-row", "a quote is still open at the end", ",".join(row[:20]), size)
        elif len(row) > len(header):
            message = f"{len(row)} cells under a header of {len(header)}"
            records.reject(position, "invalid-row", message, ",".join(row[:20]), size)
        elif row:
            records.add(position, dict(zip(names, row, strict=False)), size, replaced)
        else:
            continue  # a blank line
        position += 1
        yield from records.full()


class _RowTooLargeError(Exception):
    """A row above the limit; its beginning."""


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | _RowTooLargeError | csv.Error]:
    """The rows, and the errors in their places; the reader begins anew on the line after an error."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except (_RowTooLargeError, csv.Error) as error:
            yield error


class _Feed(Iterator[str]):
    """The lines of a CSV file for the csv module, and what the row that it makes of them took."""

    def __init__(self, chunks: Iterator[bytes], limits: Limits) -> None:
        first = next(chunks, b"")
        encoding, mark = text_encoding(first)
        chunks = chain([first[mark:]], chunks)
        if encoding.startswith(("utf-16", "utf-32")):  # a line feed is not one byte there
            chunks, encoding = _as_utf8(chunks, encoding), "utf-8"
        self._encoding = encoding
        self._limit = limits.record_bytes
        self._lines = lines(chunks, self._limit)
        self._size = self._replaced = 0
        self.ended = False
        """Whether a line was asked for after the last one."""

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self._size += line.size + 1
        text, replaced = self._decode(line.data)
        self._replaced += replaced
        if self._size > self._limit:
            raise _RowTooLargeError(text[:1000])
        return text + "\n"

    def taken(self) -> tuple[int, int]:
        """The bytes read, and those replaced in decoding, since the last call."""
        taken = self._size, self._replaced
        self._size = self._replaced = 0
        return taken

    def _decode(self, data: bytes) -> tuple[str, int]:
        if self._encoding == "utf-8":
            return decode_utf8(data)
        text = data.decode(self._encoding, errors="replace")
        return text, text.count("\ufffd")


def _as_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()
