"""The steps for other people's tables and pipelines: no plan, no files, no output folder.

- `as_pages`: a table or pandas frame with a column of texts, whatever else it has, as the table that the steps take
- `clean_pages`: such a table through the chosen steps
- `CleanPages`: the same as a PTransform over batches

Near-duplicates are found between pages, not page by page: `neardup.deduplicate` does it for a table, a run for more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.pages import PAGES
from schemas.settings import Settings
from transforms.clean import Cleaned, Desk, clean

OUTPUTS = ("stories", "edits", "filtered", "rejects")


class CleanPages(beam.PTransform):
    """Tables of pages in (`pa.Table`, as `as_pages` takes them); tables out, tagged as `OUTPUTS` says.

    settings: as of a run. Batches of some megabytes are cheapest: what a step costs a batch is paid once a batch.
    The column `document` joins the four outputs. It comes from the batch's content, so the same batch has the same one
    wherever and however often it is cleaned.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()

    def expand(self, batches: beam.PCollection[pa.Table]) -> beam.pvalue.DoOutputsTuple:
        return batches | beam.ParDo(_Clean(self.settings)).with_outputs(*OUTPUTS)


def clean_pages(pages: Any, desk: Desk, first_document: int = 0) -> Cleaned:
    """Stories, edits, filtered and rejects of what `as_pages` takes. Their `position` is the row that a page was.

    desk: `Desk.of(Settings(...))`, made once, as it loads models; first_document: the first row's number in `document`.
    """
    return clean(as_pages(pages), first_document, desk)


def as_pages(pages: Any) -> pa.Table:
    """An Arrow table, a pandas frame or a mapping of columns as a table of `schemas.pages.PAGES`, column by name.

    `text` has to be there; a null text is an empty page. Columns that are missing are null, others are left out. Raises
    KeyError without `text`.
    """
    table = pages if isinstance(pages, pa.Table) else pa.table(pages)
    if "text" not in table.column_names:
        raise KeyError(f"no column 'text'; there are: {', '.join(table.column_names)}")
    rows = table.num_rows
    made = {
        "source": pa.repeat("", rows),
        "position": pa.array(range(rows), pa.int64()),
        "replaced": pa.repeat(pa.scalar(0, pa.int32()), rows),
    }
    given = {name: table[name] for name in table.column_names}
    given["text"] = pc.fill_null(given["text"].cast(pa.string()), "")
    columns = {**made, **given}
    return pa.table(
        [
            columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
            for field in PAGES
        ],
        schema=PAGES,
    )


class _Clean(beam.DoFn):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def setup(self) -> None:
        self.desk = Desk.of(self.settings)

    def process(self, batch: pa.Table) -> Iterator[beam.pvalue.TaggedOutput]:
        outcome = clean_pages(batch, self.desk, _first(batch))
        for name in OUTPUTS:
            table = getattr(outcome, name)
            if table.num_rows:
                yield beam.pvalue.TaggedOutput(name, table)


def _first(batch: pa.Table) -> int:
    """A number for the first page that no other batch is likely to have, with room for the pages behind it."""
    hashed = xxhash.xxh3_64()
    for name in ("text", "id", "url"):
        for value in batch[name].to_pylist() if name in batch.column_names else []:
            hashed.update(repr(value).encode())
    return hashed.intdigest() >> 1
