"""Bytes to text: every page is valid Unicode from here on, and what had to be replaced is counted.

- `decode_utf8`: bytes that should be UTF-8
- `decode`: bytes whose encoding has to be found out
- `text_encoding`: how it is found out
- `binary`: what bytes are that are no text in any encoding
- `repair_surrogates`: lone surrogates of JSON escapes
"""

from __future__ import annotations

import codecs
import contextlib
import re
from typing import Any

import ftfy.bad_codecs  # noqa: F401  registers the sloppy Windows codecs
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

REPLACEMENT = "\ufffd"
REPLACEMENT_BYTES = REPLACEMENT.encode()
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MARKS = tuple(mark for mark, _ in BOMS)
SURROGATES = re.compile("[\ud800-\udfff]")
SIGNATURES = {
    b"\x89PNG\r\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "an image, sound or film (RIFF)",
    b"\0\0\0 ftyp": "a film or image (MP4)",
    b"%PDF-": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"PK\x03\x04": "a ZIP archive, or an Office document",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\0": "xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!\x1a": "a RAR archive",
    b"wOFF": "a font",
    b"wOF2": "a font",
    b"OTTO": "a font",
    b"\0\x01\0\0": "a font",
    b"SQLite format 3\0": "an SQLite database",
    b"\x7fELF": "a program",
}
# Control characters that stand in no text: not tab, line and page ends, backspace, the shifts and escapes of ISO 2022,
# the end of file of DOS; zero bytes are counted elsewhere.
UNTEXTUAL = bytes(set(range(1, 32)) - set(b"\b\t\n\v\f\r\x0e\x0f\x1a\x1b"))
SNIFFED = 128 << 10  # bytes that the detector looks at


def decode_utf8(data: bytes) -> tuple[str, int]:
    """The text, and how many invalid sequences became U+FFFD.

    >>> decode_utf8(b"caf\\xc3\\xa9 \\xff")
    ('café �', 1)
    """
    try:
        return data.decode(), 0
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        # U+FFFD that stood in the bytes was not put there by us.
        return text, text.count(REPLACEMENT) - data.count(REPLACEMENT_BYTES)


def decode(data: bytes, declared: str | None = None) -> tuple[str, int]:
    """The text, and how many byte sequences became U+FFFD.

    A byte order mark decides, then UTF-8, with few errors at most (other encodings look like it only by a very unlikely
    accident, while declarations are often wrong), then the `declared` encoding as browsers understand it, then
    resiliparse's detector.

    >>> decode("naïve".encode("utf-16"))
    ('naïve', 0)
    >>> decode(b"na\\xefve \\x93quote\\x94", declared="iso-8859-1")
    ('naïve “quote”', 0)
    """
    if not data.startswith(MARKS) and b"\0" not in data:  # nearly always: one pass is enough
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(), 0
    encoding, mark = text_encoding(data, declared)
    data = data[mark:]
    if encoding == "utf-8":
        return decode_utf8(data)
    text = data.decode(encoding, errors="replace")
    return text, text.count(REPLACEMENT)


def text_encoding(data: bytes, declared: str | None = None) -> tuple[str, int]:
    """The encoding of a text, by all or the beginning of its bytes, and the length of its byte order mark."""
    encoding, mark = byte_order_mark(data)
    if encoding is None:
        encoding = _utf16_without_mark(data) or ("utf-8" if _is_mostly_utf8(data) else None)
    if encoding is None:
        known = known_encoding(declared)
        encoding = known if known and known != "utf-8" else detect_encoding(data, max_len=SNIFFED) or "utf-8"
    return _codec(encoding), mark


def binary(data: bytes, text: str) -> str | None:
    """What `data`, decoded as `text`, seem to be where they are no text; None for text.

    Of compressed bytes one in twelve is an untextual control character, whatever they are decoded as. Characters that
    could not be decoded are no sign of their own: a text in an encoding that is not known may be full of them.

    >>> binary(b"%PDF-1.4 is what the file begins with.", "%PDF-1.4 is what the file begins with.")
    """
    encoded = text.encode()
    controls = len(encoded) - len(encoded.translate(None, UNTEXTUAL))
    kind = next((kind for signature, kind in SIGNATURES.items() if data.startswith(signature)), None)
    if kind and (controls or "\0" in text or REPLACEMENT in text):
        return f"seems to be {kind}"
    if controls > 8 + len(text) // 20:  # wire services mark up their texts with some
        return "holds many control characters: a binary file, or of an unknown encoding"
    return None


def byte_order_mark(data: bytes) -> tuple[str | None, int]:
    """The encoding that a byte order mark tells, and the mark's length; None and 0 without one."""
    return next(((encoding, len(mark)) for mark, encoding in BOMS if data.startswith(mark)), (None, 0))


def known_encoding(declared: str | None) -> str | None:
    """What browsers read a declared encoding as (iso-8859-1 is windows-1252); None for an unknown one.

    UTF-16 cannot be what a declaration in ASCII says it is: browsers read UTF-8, and so does this.
    """
    name = map_encoding_to_html5(declared, fallback_utf8=False) if declared else None
    return "utf-8" if name and name.startswith("utf-") else name


def repair_surrogates(value: Any) -> tuple[Any, int]:
    """A JSON value with every lone surrogate in its strings made U+FFFD, and their number.

    >>> repair_surrogates({"a": ["\\ud83d!"]})
    ({'a': ['�!']}, 1)
    """
    if isinstance(value, str):
        return SURROGATES.subn(REPLACEMENT, value)
    if isinstance(value, list):
        parts = [repair_surrogates(part) for part in value]
        return [part for part, _ in parts], sum(count for _, count in parts)
    if isinstance(value, dict):
        pairs = [(repair_surrogates(key), repair_surrogates(part)) for key, part in value.items()]
        return {key: part for (key, _), (part, _) in pairs}, sum(a + b for (_, a), (_, b) in pairs)
    return value, 0


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether at least two in three of the characters beyond ASCII are UTF-8; one may be cut off at the end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        text, wrong = decode_utf8(data)
        beyond = len(text) - len(text.encode("ascii", errors="ignore"))
        return beyond > 3 * wrong
    return True


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 that does not say so: in Latin script every second byte is zero, and text has no other zeros."""
    start = data[:1024]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 8 < len(start) * 3 or min(even, odd) * 16 > len(start):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _codec(encoding: str) -> str:
    """The codec that leaves the few bytes undefined in a Windows encoding as control characters, as browsers do."""
    return encoding.replace("cp125", "sloppy-windows-125")
