"""WARC and WET: HTML responses through the HTML extractor, converted text as it is.

Pages are the records of type `conversion` (WET), and those of type `response` or `resource` that hold HTML or plain
text and whose HTTP status, where there is one, is a success. All else is skipped and counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from fastwarc import ArchiveIterator
from fastwarc.warc import WarcRecord, conversion, resource, response

from transforms.read.decoding import binary, decode, decode_utf8
from transforms.read.documents import add_html
from transforms.read.pieces import Batch, FilePiece, Limits, UnreadableError
from transforms.read.recognise import recognise_content
from transforms.read.records import Records
from transforms.read.streams import stream

HTML = ("text/html", "application/xhtml+xml")
TEXT = "text/plain"
# Headers that tell something no column holds.
EXTRA_HEADERS = ("WARC-Date", "WARC-Identified-Content-Language", "WARC-Truncated")


def read_warc(piece: FilePiece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The pages of a WARC file, their positions counted over all its records from 0.

    Raises:
        UnreadableError: a record is damaged or cut short; where the next one begins cannot be told for sure.
    """
    source = _Source(stream(file, piece.compression, limits))
    archive = iter(ArchiveIterator(source, parse_http=False, stream_detect=False))
    position = 0
    while (record := _next(archive, source, position)) is not None:
        _add_record(record, position, records, source, limits)
        position += 1
        yield from records.full()


def _next(archive: Iterator[WarcRecord], source: _Source, position: int) -> WarcRecord | None:
    """The next record; None at the end of the file.

    Raises:
        UnreadableError: there should be one, or more of the file.
    """
    try:
        record = next(archive, None)
    except (OSError, ValueError) as error:
        raise source.trouble or UnreadableError(f"damaged at record {position:,}: {error}") from error
    if record is None and source.trouble:
        raise source.trouble
    if record is not None and record.headers.get_bytes(b"Content-Length") is None:
        raise source.trouble or UnreadableError(f"damaged or cut short at record {position:,}: it has no length")
    return record


def _add_record(record: WarcRecord, position: int, records: Records, source: _Source, limits: Limits) -> None:
    """Read a record to its end, and add the page, skip or reject that it is."""
    size = record.content_length
    if record.record_type not in (conversion, response, resource):
        _check(record.consume(), size, position, source)
        records.skip()
        return
    if size > limits.record_bytes:
        start = record.reader.read(1000)
        _check(len(start) + record.consume(), size, position, source)
        records.too_large(position, size, decode_utf8(start)[0])
        return
    block = record.reader.read(size) if size else b""
    _check(len(block), size, position, source)
    url = _header(record, "WARC-Target-URI")
    held = {
        "id": (_header(record, "WARC-Record-ID") or "").strip("<>") or None,
        "url": url.strip("<>") if url else None,
    }
    extra = {name: value for name in EXTRA_HEADERS if (value := _header(record, name))}
    try:
        kind, charset, payload = _payload(record, block, limits)
    except OSError as error:
        records.reject(position, "undecodable", f"the HTTP response cannot be decoded: {error}", size=size)
        return
    if len(payload) > limits.page_bytes:
        records.too_large(position, len(payload), decode_utf8(payload[:1000])[0])
    elif kind in HTML:
        add_html(position, payload, charset, records, held, extra, size)
    elif kind == TEXT:
        text, replaced = decode(payload, charset)
        if found := binary(payload, text):
            records.reject(position, "undecodable", found, text, size)
        else:
            records.add_page(position, text, extra, size, replaced, **held)
    else:
        records.skip()


def _payload(record: WarcRecord, block: bytes, limits: Limits) -> tuple[str, str | None, bytes]:
    """A record's content type, charset and body, of which no more is decoded than is needed to see it is too large.

    Raises:
        OSError: the body is not what its HTTP headers say.
    """
    declared = _header(record, "Content-Type") or ""
    if record.record_type == conversion:
        return TEXT, "utf-8", block
    if not declared.lower().startswith("application/http"):
        return *_content_type(declared), block
    try:
        found = _http(block, "all", limits)
    except OSError:
        # Many crawlers store the body decoded and leave the headers as they were.
        kind, charset, payload = _http(block, "none", limits)
        if recognise_content(payload[:1024]) != "html":
            raise
        return kind, charset, payload
    if found[0] and _is_cut_short(block, limits):
        raise OSError("its gzip is cut short")
    return found


def _is_cut_short(block: bytes, limits: Limits) -> bool:
    """Whether the gzip of an HTTP response ends in the middle, which fastwarc does not tell; half a page is no page."""
    http = _parsed(block, "transfer")
    if (http.http_headers.get("Content-Encoding") or "").strip().lower() != "gzip":
        return False
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        size = len(inflater.decompress(http.reader.read(len(block)), limits.page_bytes + 1))
    except zlib.error:  # what fastwarc made of it stays
        return False
    return not inflater.eof and size <= limits.page_bytes


def _http(block: bytes, decoding: Any, limits: Limits) -> tuple[str, str | None, bytes]:
    """Content type, charset and body of an HTTP response; no content type where the status is no success."""
    http = _parsed(block, decoding)
    payload = http.reader.read(limits.page_bytes + 1)
    status = http.http_headers.status_code
    if status is not None and not 200 <= status < 300:
        return "", None, b""
    kind = (http.http_content_type or "").lower()
    if not kind and recognise_content(payload[:1024]) == "html":
        kind = HTML[0]
    return kind, (http.http_charset or "").strip("\"' ") or None, payload


def _parsed(block: bytes, decoding: Any) -> WarcRecord:
    """An HTTP response whose reader decodes what `decoding` says: `all`, `transfer` or `none`."""
    http = WarcRecord()
    http.init_headers(response)
    http.is_http = True
    http.set_bytes_content(block)
    http.parse_http(auto_decode=decoding)
    return http


def _content_type(value: str) -> tuple[str, str | None]:
    """The media type and the charset of a Content-Type header."""
    kind, *parameters = (part.strip() for part in value.split(";"))
    charset = next((part[8:].strip("\"' ") for part in parameters if part.lower().startswith("charset=")), None)
    return kind.lower(), charset


def _header(record: WarcRecord, name: str) -> str | None:
    value = record.headers.get_bytes(name.encode())
    return decode_utf8(value)[0] if value else None


def _check(found: int, size: int, position: int, source: _Source) -> None:
    if found < size:
        raise source.trouble or UnreadableError(f"cut short in record {position:,}: {found:,} of {size:,} bytes")


class _Source:
    """The decompressed stream as the file that fastwarc reads; damage ends it and is kept in `trouble`."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")
        self._position = 0
        self.trouble: UnreadableError | None = None
        """What ended the stream before its end. Records read ahead of it are whole."""

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at most `size`; none at the end."""
        if not self._rest:
            try:
                self._rest = memoryview(next(self._chunks, b""))
            except UnreadableError as error:
                self.trouble = error
        part = bytes(self._rest[:size] if size >= 0 else self._rest)
        self._rest = self._rest[len(part) :]
        self._position += len(part)
        return part

    def tell(self) -> int:
        """Bytes read so far."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Refused: what has been decompressed is gone."""
        raise OSError("a decompressed stream cannot be sought in")

    def close(self) -> None:
        """Nothing: the file is its opener's to close."""
