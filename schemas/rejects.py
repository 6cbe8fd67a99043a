"""`rejects/`: a row is a record or a file that could not be used."""

import pyarrow as pa

from schemas.dataset import Dataset, column

ERRORS = {
    "invalid-json": "a line that is no JSON object",
    "invalid-row": "a CSV row with more cells than the header, or with a quote gone wrong",
    "missing-text": "a record without text, or whose text is null",
    "wrong-type": "a field whose value is of another type than the field needs",
    "too-large": "a page over the limit of bytes",
    "too-much-work": "a page over a limit of work: edits, or an HTML page's tags and attributes",
    "undecodable": "a record whose bytes are no text",
    "no-text-found": "an HTML page without text",
    "unreadable": "a file that cannot be read, or not to its end",
}

REJECTS = Dataset(
    name="rejects",
    version=1,
    about="A record that could not be used a row; or a file, where position is null.",
    schema=pa.schema(
        [
            column("source", pa.string(), "the input file, relative to the input's root"),
            column("position", pa.int64(), "where in source, as in stories/; null for a whole file", nullable=True),
            column("error", pa.string(), "what kind: " + ", ".join(ERRORS)),
            column("message", pa.string(), "what was wrong, in words"),
            column(
                "excerpt", pa.string(), "the first 200 characters of the record; null with --exclude", nullable=True
            ),
        ]
    ),
)
