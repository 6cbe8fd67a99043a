"""Lines of a stream of bytes, with their offsets, whatever their length.

- `lines`: every line of a stream
- `lines_of`: those of a byte range of a file, so that ranges that cut a file share out its lines
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from transforms.read.pieces import FilePiece, Limits
from transforms.read.streams import stream

KEPT = 4096  # bytes of an overlong line that are kept to show


class Line(NamedTuple):
    """A line without its line feed; where `size` is more than `len(data)`, it is overlong and `data` its beginning."""

    offset: int
    data: bytes
    size: int


def lines(chunks: Iterator[bytes], limit: int, offset: int = 0) -> Iterator[Line]:
    """The lines of `chunks`, the last one with or without a line feed; `offset` is that of the first byte.

    No more than `limit` bytes of a line and two chunks are held, and every byte is copied a fixed number of times.
    """
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        size += len(first)
        if size <= limit:
            held.append(first)
        elif size - len(first) <= limit:  # the line has just become overlong
            held = [b"".join([*held, first[:KEPT]])[:KEPT]]
        if others:
            yield Line(offset, b"".join(held), size)
            offset += size + 1
            for line in others[:-1]:
                size = len(line)
                yield Line(offset, line if size <= limit else line[:KEPT], size)
                offset += size + 1
            held, size = [others[-1]], len(others[-1])
    if size:
        yield Line(offset, b"".join(held), size)


def lines_of(piece: FilePiece, file: BinaryIO, limits: Limits) -> Iterator[Line]:
    """The lines whose first byte lies in the piece; `file` stands at its beginning."""
    start = piece.start
    if start:
        # A line that begins at `start` is told by the line feed before it.
        file.seek(start - 1)
    chunks = stream(file, piece.compression, limits)
    found = lines(chunks, limits.record_bytes, offset=max(start - 1, 0))
    if start:
        next(found, None)
    for line in found:
        if piece.end is not None and line.offset >= piece.end:
            return
        yield line
