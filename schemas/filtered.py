"""`filtered/`: a row is a page left out on purpose."""

import pyarrow as pa

from schemas.dataset import Dataset, column

REASONS = {
    "no-article": "empty, or scaffolding and nothing else: a cookie wall, a 404, a section front",
    "language": "not in --languages",
    "too-short": "empty, or fewer words than --min-words",
    "excluded": "its site, URL or id is in --exclude",
}

FILTERED = Dataset(
    name="filtered",
    version=1,
    about="A page left out on purpose a row, with the reason.",
    schema=pa.schema(
        [
            column("document", pa.uint64(), "the key of the page in this run"),
            column("id", pa.string(), "the page's id; null for excluded", nullable=True),
            column("url", pa.string(), "the page's URL; null for excluded", nullable=True),
            column("reason", pa.string(), "why: " + ", ".join(REASONS)),
            column("text", pa.string(), "the decoded, extracted page; null for excluded", nullable=True),
        ]
    ),
)
