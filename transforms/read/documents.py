"""Files that are one page each: plain text and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from transforms.read.decoding import binary, decode
from transforms.read.html_pages import TangledError, declared_charset, extract
from transforms.read.pieces import Batch, FilePiece, Limits
from transforms.read.records import Records
from transforms.read.streams import stream


def read_text(piece: FilePiece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The one page of a text file, in whatever encoding; its position is 0.

    Raises:
        UnreadableError: the file is damaged. Half a page is no page.
    """
    data = whole(stream(file, piece.compression, limits), limits)
    text, replaced = decode(data)
    if len(data) > limits.page_bytes:
        records.too_large(0, len(data), text)
    elif kind := binary(data, text):
        records.reject(0, "undecodable", kind, text, len(data))
    elif text.count("\0") > len(text) // 100:
        records.reject(0, "undecodable", "holds zero bytes: a binary file, or of an unknown encoding", text, len(data))
    else:
        records.add_page(0, text, {}, size=len(data), replaced=replaced)
    yield from records.full()


def read_html(piece: FilePiece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The one page of an HTML file; its position is 0, its URL what the document gives as its own.

    Raises:
        UnreadableError: the file is damaged.
    """
    data = whole(stream(file, piece.compression, limits), limits)
    if len(data) > limits.page_bytes:
        records.too_large(0, len(data), decode(data[:1000])[0])
    else:
        add_html(0, data, None, records, {}, {}, len(data))
    yield from records.full()


def add_html(
    position: int,
    data: bytes,
    charset: str | None,
    records: Records,
    held: dict[str, Any],
    extra: dict[str, Any],
    size: int,
) -> None:
    """Add the page that an HTML document holds; `held` and `extra` are what is known of it from elsewhere."""
    html, replaced = decode(data, charset or declared_charset(data))
    if kind := binary(data, html):
        records.reject(position, "undecodable", kind, html, size)
        return
    try:
        text, about = extract(html)
    except TangledError as error:
        records.reject(position, "too-much-work", str(error), html, size)
        return
    if not text:
        records.reject(position, "no-text-found", "the HTML holds no text", html, size)
        return
    if held.get("url") is None:
        held = {**held, "url": about.canonical}
    elif about.canonical not in (None, held["url"]):
        extra = {**extra, "canonical": about.canonical}
    described = {"title": about.title, "author": about.author, "published": about.published}
    records.add_page(position, text, extra, size, replaced, **described, **held)


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
