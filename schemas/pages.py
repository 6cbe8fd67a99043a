"""The table that readers hand on: a page a row, decoded, extracted, nothing repaired yet."""

import pyarrow as pa

from schemas.dataset import column

PAGES = pa.schema(
    [
        column("id", pa.string(), "the input's id as text; null where it has none", nullable=True),
        column("url", pa.string(), "the page's URL", nullable=True),
        column("title", pa.string(), "the input's title", nullable=True),
        column("author", pa.string(), "the input's author", nullable=True),
        column("published", pa.timestamp("us", "UTC"), "the input's date; null where it is none", nullable=True),
        column("text", pa.string(), "the page, valid UTF-8, line ends as in the input"),
        column("source", pa.string(), "the input file, relative to the input's root"),
        column("position", pa.int64(), "where in source, as in stories/"),
        column("extra", pa.string(), "the input's other columns as a JSON object", nullable=True),
        column("replaced", pa.int32(), "bytes or surrogates that decoding had to replace"),
    ]
)
