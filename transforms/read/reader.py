"""The entry: a piece of a file in, batches of pages and rejects out, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from transforms.read.delimited import read_delimited
from transforms.read.documents import read_html, read_text
from transforms.read.json_lines import read_json_lines
from transforms.read.parquet import read_parquet
from transforms.read.pieces import Batch, Fields, FilePiece, Limits, UnreadableError
from transforms.read.recognise import recognise
from transforms.read.records import Records
from transforms.read.streams import open_file
from transforms.read.warc import read_warc

FormatReader = Callable[[FilePiece, BinaryIO, Records, Limits], Iterator[Batch]]
READERS: dict[str, FormatReader] = {
    "text": read_text,
    "html": read_html,
    "jsonl": read_json_lines,
    "csv": read_delimited,
    "parquet": read_parquet,
    "warc": read_warc,
}


def whole_file(path: str, source: str | None = None) -> FilePiece:
    """The piece that is a whole file, its format recognised.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    format, compression = recognise(path)
    with open_file(path) as file:
        size = file.seek(0, 2)
    return FilePiece(path, source or PurePosixPath(path).name, format, compression, 0, None, size)


def read(piece: FilePiece, fields: Fields, limits: Limits) -> Iterator[Batch]:
    """The records of `piece`, in batches of about `limits.batch_bytes`, in the order of the file.

    Bad data raises nothing: a record that cannot be used is a row of `rejects`, and so is, with a null position, a file
    that cannot be read or not to its end; the records before the trouble stay. The records, and what each becomes, do
    not depend on how the file is cut into pieces.
    """
    records = Records(piece.source, fields, limits)
    try:
        with open_file(piece.path) as file:
            yield from READERS[piece.format](piece, file, records, limits)
    except UnreadableError as error:
        records.reject(None, "unreadable", str(error))
    yield from records.rest()
