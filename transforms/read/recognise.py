"""What kind of file it is: by its name, and only where the name does not tell, by its first bytes."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from transforms.read.streams import head

FORMATS = {
    "text": "plain text, a page a file",
    "html": "HTML, a page a file",
    "jsonl": "a JSON object a line",
    "csv": "comma- or tab-separated values with a header",
    "parquet": "Parquet",
    "warc": "WARC with HTML responses, or WET with extracted text",
}
COMPRESSIONS = ("plain", "gzip", "bz2", "zstd")
SPLITTABLE = ("jsonl", "parquet")
"""Formats whose plain files can be read in pieces."""

FORMAT_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
COMPRESSION_SUFFIXES = {".gz": "gzip", ".gzip": "gzip", ".bz2": "bz2", ".zst": "zstd", ".zstd": "zstd"}
MAGICS = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\x28\xb5\x2f\xfd": "zstd"}
USUAL_COLUMNS = {b"id", b"url", b"text", b"title", b"author", b"published", b"date", b"content"}
HEAD = 64 << 10  # bytes that are looked at


def recognise(path: str) -> tuple[str, str]:
    """A file's format (a key of FORMATS) and compression (one of COMPRESSIONS).

    The name decides where it can (`news.jsonl.gz`), without opening the file. Anything unknown is plain text.

    Raises:
        UnreadableError: the name does not tell and the file cannot be opened.
    """
    name = PurePosixPath(path.lower())
    compression = COMPRESSION_SUFFIXES.get(name.suffix)
    format = FORMAT_SUFFIXES.get(name.with_suffix("").suffix if compression else name.suffix)
    if format:
        return format, compression or "plain"
    if compression is None:
        first = head(path, "plain", 4)
        compression = next((kind for magic, kind in MAGICS.items() if first.startswith(magic)), "plain")
    return recognise_content(head(path, compression, HEAD)), compression


def recognise_content(first: bytes) -> str:
    """The format of decompressed content, from its first bytes."""
    if first.startswith(b"PAR1"):
        return "parquet"
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    opening = start[:1024].lower()
    if opening.startswith((b"<!doctype html", b"<html")) or (opening.startswith(b"<") and b"<html" in opening):
        return "html"
    if start.startswith(b"{") and _is_object(start):
        return "jsonl"
    return "csv" if _is_header(start) else "text"


def _is_header(start: bytes) -> bool:
    """Whether the first line is a CSV header, as told by the names of two columns; prose has commas, too."""
    cells = {cell.strip(b" \"'\r").lower() for cell in re.split(rb"[,;\t|]", start.partition(b"\n")[0])}
    return len(cells & USUAL_COLUMNS) >= 2


def _is_object(start: bytes) -> bool:
    """Whether the first line is a JSON object, or might be where it is longer than what was read."""
    line, newline, _ = start.partition(b"\n")
    if not newline and len(start) >= HEAD // 2:
        return start[1:].lstrip().startswith(b'"')
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
