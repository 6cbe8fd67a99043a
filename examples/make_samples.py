"""Make the sample files that nobody writes by hand, from the readable pages in `sources/`.

    python examples/make_samples.py            # writes into examples/pages
    python examples/make_samples.py FOLDER     # writes elsewhere

A source file holds the pages of one sample file. A line `=== {...}` starts a page and gives its fields as JSON; the
lines up to the next one are its text. `=== raw` starts a record that is copied as it stands, for the broken ones. The
field `damage` says how the text is broken on its way into the sample (`DAMAGE`), so that the source stays readable.

The same sources always give the same bytes. `read_source` is useful alone: the pages as they were before damage.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import ftfy.bad_codecs  # noqa: F401 - registers the sloppy-windows-* codecs, which decode every byte, as browsers do
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
CRAWLED = "2026-05-02T00:00:00Z"

DAMAGE: dict[str, Callable[[str], str]] = {
    "utf-8 read as windows-1252": lambda text: _misread(text, "sloppy-windows-1252"),
    "utf-8 read as windows-1252, twice": lambda text: _misread(
        _misread(text, "sloppy-windows-1252"), "sloppy-windows-1252"
    ),
    "utf-8 read as latin-1": lambda text: _misread(text, "latin-1"),
    "utf-8 read as windows-1250": lambda text: _misread(text, "sloppy-windows-1250"),
    "utf-8 read as mac-roman": lambda text: _misread(text, "mac-roman"),
}


@dataclass(frozen=True)
class Page:
    """A page of a source file: its fields, its text before damage; `raw` pages have no fields."""

    fields: dict[str, Any]
    text: str
    raw: bool = False

    def damaged(self) -> str:
        """The text as the sample file holds it."""
        kind = self.fields.get("damage")
        return DAMAGE[kind](self.text) if kind else self.text

    def record(self) -> dict[str, Any]:
        """The fields and the text as a row; a page without text, and without `text` among its fields, has none."""
        fields = {name: value for name, value in self.fields.items() if name != "damage"}
        return {**fields, "text": self.damaged()} if self.text else fields


def read_source(path: Path) -> list[Page]:
    """The pages of a source file, in order."""
    pages = []
    for block in ("\n" + path.read_text(encoding="utf-8")).split("\n=== ")[1:]:
        head, _, text = block.partition("\n")
        raw = head == "raw"
        pages.append(Page({} if raw else json.loads(head), text.strip("\n"), raw))
    return pages


def make_jsonl(pages: list[Page]) -> bytes:
    """A record a line; raw records as they stand."""
    lines = [page.text if page.raw else json.dumps(page.record(), ensure_ascii=False) for page in pages]
    return "".join(line + "\n" for line in lines).encode("utf-8")


def make_jsonl_gz(pages: list[Page]) -> bytes:
    """The same, gzipped."""
    return _gzip(make_jsonl(pages))


def make_csv(pages: list[Page]) -> bytes:
    """A header and a record a row; texts with line ends are quoted, as spreadsheets do."""
    out = io.StringIO(newline="")
    records = [page.record() for page in pages]
    writer = csv.DictWriter(out, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode("utf-8")


def make_parquet(pages: list[Page]) -> bytes:
    """A typed table, three pages a row group."""
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("url", pa.string()),
            ("title", pa.string()),
            ("published", pa.timestamp("us", "UTC")),
            ("section", pa.string()),
            ("views", pa.int64()),
            ("text", pa.string()),
        ]
    )
    rows = [page.record() for page in pages]
    for row in rows:
        row["published"] = datetime.fromisoformat(row["published"])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), out, row_group_size=3, compression="zstd")
    return out.getvalue()


def make_wet(pages: list[Page]) -> bytes:
    """A WET file: the plain text of each page as a conversion record, a gzip member each, as Common Crawl does."""
    records = [_warc_record("warcinfo", "", "application/warc-fields", b"software: make_samples\r\n")]
    for page in pages:
        body = page.damaged().encode("utf-8")
        records.append(_warc_record("conversion", page.fields["url"], "text/plain", body))
    return b"".join(map(_gzip, records))


def make_warc(pages: list[Page]) -> bytes:
    """A WARC file: each page's request and its answer, in the charset that the page's field names."""
    records = [_warc_record("warcinfo", "", "application/warc-fields", b"software: make_samples\r\n")]
    for page in pages:
        url, charset = page.fields["url"], page.fields["charset"]
        host, _, path = url.removeprefix("https://").partition("/")
        request = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("ascii")
        body = page.text.encode(charset)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={charset}\r\nContent-Length: {len(body)}\r\n\r\n"
        records.append(_warc_record("request", url, "application/http; msgtype=request", request))
        records.append(_warc_record("response", url, "application/http; msgtype=response", head.encode("ascii") + body))
    return b"".join(map(_gzip, records))


SAMPLES: dict[str, tuple[str, Callable[[list[Page]], bytes]]] = {
    "pages.jsonl": ("pages.txt", make_jsonl),
    "wire.jsonl.gz": ("wire.txt", make_jsonl_gz),
    "markets.csv": ("markets.txt", make_csv),
    "weekly.parquet": ("weekly.txt", make_parquet),
    "crawl.warc.wet.gz": ("crawl.txt", make_wet),
    "archive.warc.gz": ("archive.txt", make_warc),
}


def make_samples(folder: Path) -> list[Path]:
    """Write every sample file that has a source into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, (source, make) in SAMPLES.items():
        path = folder / name
        path.write_bytes(make(read_source(HERE / "sources" / source)))
        made.append(path)
    return made


def _misread(text: str, codec: str) -> str:
    return text.encode("utf-8").decode(codec)


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _warc_record(kind: str, url: str, content_type: str, body: bytes) -> bytes:
    """One record; its id comes from its kind, URL and body, never from chance."""
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {url} {body!r}")
    head = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{identity}>", f"WARC-Date: {CRAWLED}"]
    if url:
        head.append(f"WARC-Target-URI: {url}")
    head += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body + b"\r\n\r\n"


if __name__ == "__main__":
    for made_path in make_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pages"):
        print(made_path)
