"""Small good files of every format, which fuzzing damages."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

ROWS = [
    {"id": str(n), "url": f"https://news.example/{n}", "title": f"Day {n}", "text": f"Rain fell on day {n}.\n„Größe“"}
    for n in range(6)
]
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Rain &amp; wind</title>
<meta property="article:published_time" content="2026-05-04T10:00:00Z"><script>var a = "</p>";</script>
<script type="application/ld+json">{"author": {"name": "Anna \\ud83d"}, "datePublished": "2026-05-04"}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Rain</h1><p>Rain fell on the town for the third day.</p>
<p>„Größe“ &euro; &#8364; &lt;b&gt;</p></article><footer>© The Paper</footer></body></html>""".encode()


def _csv() -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, ROWS[0])
    writer.writeheader()
    writer.writerows(ROWS)
    return sink.getvalue().encode()


def _parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), sink, row_group_size=3)
    return sink.getvalue()


def _record(kind: str, url: str, content_type: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{len(block)}>\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2026-05-04T10:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _wet() -> list[bytes]:
    return [_record("conversion", row["url"], "text/plain", row["text"].encode()) for row in ROWS]


def _warc() -> list[bytes]:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n\r\n"
    response = http + gzip.compress(HTML, mtime=0)
    return [_record("response", row["url"], "application/http; msgtype=response", response) for row in ROWS[:3]]


def _gzip(members: list[bytes]) -> bytes:
    return b"".join(gzip.compress(member, mtime=0) for member in members)


JSONL = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
FILES = {
    "a.jsonl": JSONL,
    "a.jsonl.gz": _gzip([JSONL]),
    "a.jsonl.bz2": bz2.compress(JSONL),
    "a.jsonl.zst": zstandard.ZstdCompressor().compress(JSONL),
    "a.csv": _csv(),
    "a.parquet": _parquet(),
    "a.wet": b"".join(_wet()),
    "a.warc.wet.gz": _gzip(_wet()),
    "a.warc": b"".join(_warc()),
    "a.warc.gz": _gzip(_warc()),
    "a.html": HTML,
    "a.txt": "Rain fell on the town.\n„Größe“ naïve café\n".encode("cp1252", errors="replace"),
}
