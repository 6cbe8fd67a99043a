"""What a reader is told and what it hands back: a piece of a file, the names of its fields, limits, batches.

A file is read in pieces so that a large one can be shared among workers. Pieces need no look into the file: any cut of
`[0, size)` into byte ranges gives every record exactly once. A line belongs to the piece that holds its first byte; of
n row groups of a Parquet file the i-th belongs to the piece that holds byte i/n. Only uncompressed JSONL and Parquet
can be cut; all else is one piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from schemas.pages import PAGES
from schemas.stories import STORIES

MIB = 1 << 20


@dataclass(frozen=True)
class FilePiece:
    """A file, or a byte range of one."""

    path: str
    """Where Beam's `FileSystems` finds it: `/folder/file`, `gs://...`, `s3://...`."""
    source: str
    """Its name in the output, relative to the input's root."""
    format: str
    """One of `recognise.FORMATS`."""
    compression: str
    """One of `recognise.COMPRESSIONS`."""
    start: int
    """First byte of the piece."""
    end: int | None
    """Behind its last byte; `None` for the end of the file."""
    size: int
    """Bytes of the file as stored."""

    @property
    def whole(self) -> bool:
        """Whether the piece is the file."""
        return self.start == 0 and (self.end is None or self.end >= self.size)


@dataclass(frozen=True)
class Fields:
    """Which of the input's columns hold what; all other columns travel in `extra`.

    Raises:
        ValueError: a carried column would hide a column of the output.
    """

    text: str = "text"
    id: str = "id"
    url: str = "url"
    date: str = "published"
    title: str = "title"
    author: str = "author"
    carry: tuple[str, ...] = ()
    """Input columns that become columns of their own: strings, other values as JSON, null where a record has none."""

    def __post_init__(self) -> None:
        taken = {*PAGES.names, *STORIES.schema.names, self.text}
        if clash := sorted(taken.intersection(self.carry)):
            raise ValueError(f"cannot carry {', '.join(clash)}: the output has columns of that name")
        if len(set(self.carry)) < len(self.carry):
            raise ValueError("a column is carried twice")

    @property
    def described(self) -> dict[str, str]:
        """Columns of PAGES that tell of a text, each with the input's column that holds it."""
        return {"id": self.id, "url": self.url, "title": self.title, "author": self.author, "published": self.date}


@dataclass(frozen=True)
class Limits:
    """How much a reader takes. All are bytes, so that the outcome is the same on every machine."""

    page_bytes: int = 16 * MIB
    """A text, or a stored HTML page, above this is a reject."""
    record_bytes: int = 32 * MIB
    """A line or CSV row above this is a reject that is never held in memory."""
    batch_bytes: int = 8 * MIB
    """A batch ends with the record that takes it to this many bytes of input."""
    inflated_bytes: int = 1024 * MIB
    """A compressed file may grow to this whatever its size; beyond it, only by `inflation`."""
    inflation: int = 200
    """Bytes out for a byte in, above which a compressed file counts as a bomb."""


@dataclass(frozen=True)
class Batch:
    """Consecutive records of a piece."""

    pages: pa.Table
    """`schemas.pages.PAGES` and the carried columns (strings), in the order of the input."""
    rejects: pa.Table
    """`schemas.rejects.REJECTS`: records that could not be used; a null position stands for the file."""
    skipped: int
    """Records of other types in a WARC: requests, metadata, images."""

    @property
    def records(self) -> int:
        """How many records there are in all; a reject of the file is none."""
        return self.pages.num_rows + self.rejects.num_rows - self.rejects["position"].null_count + self.skipped


class UnreadableError(Exception):
    """The file cannot be read, or not from here on. The message is for the person who owns the file."""


def page_schema(fields: Fields) -> pa.Schema:
    """The schema of `Batch.pages`: PAGES and the carried columns."""
    return pa.schema([*PAGES, *(pa.field(name, pa.string()) for name in fields.carry)])
