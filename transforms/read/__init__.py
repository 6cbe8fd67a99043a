"""Reading: files of any kind in, batches of decoded pages (`schemas.pages.PAGES`) and rejects out.

    for batch in read(whole_file("news.jsonl.gz"), Fields(text="body"), Limits()):
        batch.pages["text"]

- `recognise`: a file's format and compression, by name, then by content
- `whole_file`: a `Piece` for one file, for notebooks; jobs plan their own
- `read`: the records of a piece, in batches; bad records and unreadable files become rejects
- `timestamps`, `decode`, `extract`: dates to microseconds, bytes to text, HTML to an article, each useful alone
"""

from transforms.read.pieces import Batch, Fields, Limits, Piece, page_schema
from transforms.read.reader import read, whole_file
from transforms.read.recognise import COMPRESSIONS, FORMATS, SPLITTABLE, recognise

__all__ = [
    "COMPRESSIONS",
    "FORMATS",
    "SPLITTABLE",
    "Batch",
    "Fields",
    "Limits",
    "Piece",
    "page_schema",
    "read",
    "recognise",
    "whole_file",
]
