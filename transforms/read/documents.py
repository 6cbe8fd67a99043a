"""Files that are one page each: plain text and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from transforms.read.decoding import decode
from transforms.read.pieces import Batch, Limits, Piece
from transforms.read.records import Records
from transforms.read.streams import stream


def read_text(piece: Piece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The one page of a text file, in whatever encoding; its position is 0.

    Raises:
        UnreadableError: the file is damaged. Half a page is no page.
    """
    data = whole(stream(file, piece.compression, limits), limits)
    text, replaced = decode(data)
    if len(data) > limits.page_bytes:
        records.too_large(0, len(data), text)
    elif text.count("\0") > len(text) // 100:
        records.reject(0, "undecodable", "holds zero bytes: a binary file, or of an unknown encoding", text, len(data))
    else:
        records.add_page(0, text, {}, size=len(data), replaced=replaced)
    yield from records.full()


def whole(chunks: Iterator[bytes], limits: Limits) -> bytes:
    """All bytes, or a little more than a page may have."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size > limits.page_bytes:
            break
    return b"".join(held)
