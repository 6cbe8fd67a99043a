"""Reading: files of any kind in, batches of decoded pages (`schemas.pages.PAGES`) and rejects out.

    for batch in read(whole_file("news.jsonl.gz"), Fields(text="body"), Limits()):
        batch.pages["text"]

- `recognise`: a file's format and compression, by name, then by content
- `whole_file`: the `FilePiece` that is a file, for notebooks; jobs plan their own
- `read`: the records of a piece, in batches; bad records and unreadable files become rejects

Useful alone, in their modules: `decoding.decode` (bytes to text), `dates.timestamp` (a date to microseconds),
`html_pages.extract` (HTML to an article), `streams.stream` (decompression that notices what is missing).
"""

from transforms.read.pieces import Batch, Fields, FilePiece, Limits, UnreadableError, page_schema
from transforms.read.reader import read, whole_file
from transforms.read.recognise import COMPRESSIONS, FORMATS, SPLITTABLE, recognise

__all__ = [
    "COMPRESSIONS",
    "FORMATS",
    "SPLITTABLE",
    "Batch",
    "Fields",
    "FilePiece",
    "Limits",
    "UnreadableError",
    "page_schema",
    "read",
    "recognise",
    "whole_file",
]
