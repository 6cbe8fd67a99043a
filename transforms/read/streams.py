"""Bytes of a file, decompressed in a bounded stream.

- `open_file`: a file of any Beam file system, raw
- `stream`: its bytes in chunks, decompressed; a truncated or damaged file raises where it breaks, not before
- `head`: the first bytes, decompressed as far as they go
"""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

import zstandard

from transforms.read.decoding import REPLACEMENT
from transforms.read.pieces import Limits, UnreadableError

CHUNK = 1 << 20
# Decompressors are fed this much at a time, which bounds what one call can give: 2 kB of the worst bombs make 2 MB
# (gzip), 41 MB (bz2) or 64 MB (zstd).
SLICE = 2048
ZSTD_WINDOW = 1 << 27  # what `zstd --long` writes; a larger window is an error, not memory


class _Decompressor(Protocol):
    """What zlib, bz2 and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


DECOMPRESSORS: dict[str, Callable[[], _Decompressor]] = {
    "gzip": lambda: zlib.decompressobj(wbits=zlib.MAX_WBITS | 16),
    "bz2": bz2.BZ2Decompressor,
    "zstd": lambda: zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj(),
}
DAMAGE = (zlib.error, zstandard.ZstdError, OSError, EOFError, ValueError)


def open_file(path: str) -> BinaryIO:
    """Open `path` with Beam's `FileSystems`, without decompression.

    Raises:
        UnreadableError: there is no such file, or it may not be read.
    """
    from apache_beam.io.filesystem import CompressionTypes  # Beam takes a second to import
    from apache_beam.io.filesystems import FileSystems

    try:
        return FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    except (OSError, ValueError) as error:
        hint = " (the name is no UTF-8: give it another)" if REPLACEMENT in path else ""
        raise UnreadableError(f"cannot be opened{hint}: {error}") from error


def stream(file: BinaryIO, compression: str, limits: Limits) -> Iterator[bytes]:
    """The bytes of `file` from where it stands, in chunks of about 1 MiB.

    Concatenated members (gzip, bz2) and frames (zstd) are one stream; zero bytes after the last are padding.

    Raises:
        UnreadableError: the stream is damaged, cut short or a bomb; what came before has been handed out.
    """
    if compression == "plain":
        yield from _chunks(file)
    else:
        yield from _gathered(_inflated(file, DECOMPRESSORS[compression], limits))


def head(path: str, compression: str, size: int) -> bytes:
    """At most `size` bytes from the beginning of a file; what there is of a damaged one."""
    found = b""
    with open_file(path) as file:
        try:
            for chunk in stream(file, compression, Limits()):
                found += chunk[: size - len(found)]
                if len(found) >= size:
                    break
        except UnreadableError:
            pass  # reading it will tell
    return found


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(CHUNK):
            yield chunk
    except OSError as error:
        raise UnreadableError(f"cannot be read to its end: {error}") from error


def _inflated(file: BinaryIO, decompressor: Callable[[], _Decompressor], limits: Limits) -> Iterator[bytes]:
    """What a compressed file holds, a slice of the file at a time."""
    taken = given = 0
    current: _Decompressor | None = None
    for chunk in _chunks(file):
        for begin in range(0, len(chunk), SLICE):
            rest = chunk[begin : begin + SLICE]
            taken += len(rest)
            while rest:
                if current is None:
                    if taken > len(rest) and not rest.strip(b"\0"):
                        break
                    current = decompressor()
                try:
                    out = current.decompress(rest)
                except DAMAGE as error:
                    raise UnreadableError(f"damaged after {given:,} bytes: {error}") from error
                rest = b""
                if current.eof:
                    rest, current = current.unused_data, None
                given += len(out)
                if given > limits.inflated_bytes and given > taken * limits.inflation:
                    raise UnreadableError(f"grows to more than {limits.inflation} times its size when decompressed")
                yield out
    if current is not None:
        raise UnreadableError(f"cut short: the compressed data ends in the middle, after {given:,} bytes")


def _gathered(slices: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks worth handling; before an error, all that came before it."""
    held: list[bytes] = []
    size = 0
    try:
        for part in slices:
            held.append(part)
            size += len(part)
            if size >= CHUNK:
                yield b"".join(held)
                held, size = [], 0
    except UnreadableError:
        if size:
            yield b"".join(held)
        raise
    if size:
        yield b"".join(held)
