"""The steps for other people's tables and pipelines: no plan, no files, no output folder.

- `as_pages`: a table or pandas frame with a column of texts, whatever else it has, as the table that the steps take
- `clean_pages`: such a table through the chosen steps
- `CleanPages`: the same as a PTransform over batches

Near-duplicates are found between pages, not page by page: `neardup.deduplicate` does it for a table, a run for more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.pages import PAGES
from schemas.settings import Settings
from transforms import plan as plans
from transforms.clean import Cleaned, Desk, clean
from transforms.read import Fields, page_schema
from transforms.read.parquet import plain_values
from transforms.read.records import CONVERTERS, as_array, as_carried

OUTPUTS = ("stories", "edits", "filtered", "rejects")


class CleanPages(beam.PTransform):
    """Tables of pages in (`pa.Table`, as `as_pages` takes them); tables out, tagged as `OUTPUTS` says.

    settings: as of a run, whose rule files and list of excluded pages are read here and now; a limit, the survey and
    the step dedup, which look at more than a page, are a run's alone. Batches of some megabytes are cheapest: what a
    step costs a batch is paid once a batch. The column `document` joins the four outputs. It comes from the batch's
    content, so the same batch has the same one wherever and however often it is cleaned.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.rules = plans.rule_files(self.settings)
        self.exclude = plans.exclude_list(self.settings)

    def expand(self, batches: beam.PCollection[pa.Table]) -> beam.pvalue.DoOutputsTuple:
        return batches | beam.ParDo(_Clean(self.settings, self.rules, self.exclude)).with_outputs(*OUTPUTS)


def clean_pages(pages: Any, desk: Desk, first_document: int = 0) -> Cleaned:
    """Stories, edits, filtered and rejects of what `as_pages` takes. Their `position` is the row that a page was.

    desk: `Desk.of(Settings(...))`, made once, as it loads models; first_document: the first row's number in `document`.
    """
    return clean(as_pages(pages, plans.fields(desk.settings)), first_document, desk)


def as_pages(pages: Any, fields: Fields | None = None) -> pa.Table:
    """An Arrow table, a pandas frame or a mapping of columns as a table of PAGES and the carried columns.

    fields: which columns hold what. The one of texts has to be there; a null text is an empty page. Values of the
    others become what a run makes of those it reads, dates in any form that it knows; null where a column is missing
    or cannot hold a value. Columns that no field names are left out. Raises KeyError without texts.
    """
    fields = fields or Fields()
    table = pages if isinstance(pages, pa.Table) else pa.table(pages)
    if fields.text not in table.column_names:
        raise KeyError(f"no column {fields.text!r}; there are: {', '.join(table.column_names)}")
    rows = table.num_rows

    def column(name: str, field: pa.Field, convert: Callable[[Any], Any]) -> pa.Array:
        if name not in table.column_names:
            return pa.nulls(rows, field.type)
        values, _ = plain_values(table[name].combine_chunks())
        return as_array([None if value is None else convert(value) for value in values], field.type)

    described = {name: column(own, PAGES.field(name), CONVERTERS[name]) for name, own in fields.described.items()}
    schema = page_schema(fields)
    columns = {
        **{field.name: pa.nulls(rows, field.type) for field in schema},
        **described,
        **{name: column(name, schema.field(name), as_carried) for name in fields.carry},
        "text": pc.fill_null(table[fields.text].cast(pa.string()), ""),
        "source": pa.repeat("", rows),
        "position": pa.array(range(rows), pa.int64()),
        "replaced": pa.repeat(pa.scalar(0, pa.int32()), rows),
    }
    return pa.table(columns, schema=schema)


class _Clean(beam.DoFn):
    def __init__(self, settings: Settings, rules: tuple[str, ...], exclude: tuple[str, ...]) -> None:
        self.settings, self.rules, self.exclude = settings, rules, exclude

    def setup(self) -> None:
        self.desk = Desk.of(self.settings, self.rules, self.exclude)

    def process(self, batch: pa.Table) -> Iterator[beam.pvalue.TaggedOutput]:
        pages = as_pages(batch, plans.fields(self.settings))
        outcome = clean(pages, _first(pages), self.desk)
        for name in OUTPUTS:
            table = getattr(outcome, name)
            if table.num_rows:
                yield beam.pvalue.TaggedOutput(name, table)


def _first(pages: pa.Table) -> int:
    """A number for the first page that no other batch is likely to have, with room for the pages behind it."""
    hashed = xxhash.xxh3_64()
    for name in ("text", "id", "url"):
        for value in pages[name].to_pylist():
            hashed.update(repr(value).encode())
    return hashed.intdigest() >> 1
