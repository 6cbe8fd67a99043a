"""Records to batches: every format's reader adds its records here, so that all formats judge them alike.

A record is the input's columns as a mapping of names to JSON values. Its text has to be a string; any other value that
its column cannot hold (a date that is none, a title that is an object) stays in `extra` under its own name, so that
nothing is lost. Records become columns a batch at a time.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from schemas.rejects import REJECTS
from transforms.read.dates import timestamp
from transforms.read.decoding import REPLACEMENT, SURROGATES, repair_surrogates
from transforms.read.pieces import Batch, Fields, Limits, UnreadableError, page_schema

EXCERPT = 200  # characters
SHOWN = 20  # of a record's fields, where it is shown
ROW_BYTES = 64  # what a record costs beside its bytes, so that many tiny ones make a batch, too


class _Record(NamedTuple):
    position: int
    values: Mapping[str, Any]
    replaced: int


def as_text(value: Any) -> str | None:
    """A string, a number as it is written, or a list of strings (authors) joined; None for all else and for ''."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return as_json(value) if math.isfinite(value) else None
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value) or None
    return None


def as_timestamp(value: Any) -> int | None:
    """Microseconds since 1970 in UTC; None for what is no date."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return timestamp(value)


def as_carried(value: Any) -> str | None:
    """What a carried column holds."""
    return value if value is None or isinstance(value, str) else as_json(value)


# What makes of a value, as JSON knows it, what a column of PAGES holds; None where it cannot.
CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "id": as_text,
    "url": as_text,
    "title": as_text,
    "author": as_text,
    "published": as_timestamp,
}


class Records:
    """Gathers a piece's records into batches."""

    def __init__(self, source: str, fields: Fields, limits: Limits) -> None:
        self._source = source
        self._fields = fields
        self._limits = limits
        self._schema = page_schema(fields)
        self._own = {fields.text, *fields.carry, *fields.described.values()}
        self._clear()

    def add(self, position: int, record: Mapping[str, Any], size: int, replaced: int = 0) -> None:
        """A record at `position`, `size` bytes in the input, in whose decoding `replaced` characters were replaced.

        Lone surrogates in its strings become U+FFFD and are counted.
        """
        self._given += 1
        text = record.get(self._fields.text)
        if not isinstance(text, str):
            self._reject_text(position, record, size)
        elif not self._is_too_large(position, text, size):
            self._records.append(_Record(position, record, replaced))
            self._size += size + ROW_BYTES

    def add_page(
        self,
        position: int,
        text: str,
        extra: dict[str, Any],
        size: int,
        replaced: int = 0,
        **held: str | int | None,
    ) -> None:
        """A page of a format without columns: `held` are columns of PAGES, and what is in none goes to `extra`."""
        self._given += 1
        if self._is_too_large(position, text, size):
            return
        page = {"text": text, "position": position, "replaced": replaced, **held}
        page |= {name: as_carried(extra.get(name)) for name in self._fields.carry}
        page["extra"] = _as_extra({name: value for name, value in extra.items() if name not in self._fields.carry})
        self._pages.append(page)
        self._size += len(text) + ROW_BYTES  # its markup, most of what came, is gone

    def reject(self, position: int | None, error: str, message: str, excerpt: str | None = None, size: int = 0) -> None:
        """A record that cannot be used; without a position, the file."""
        self._given += position is not None
        self._reject(position, error, message, excerpt, size)

    def too_large(self, position: int, size: int, excerpt: str) -> None:
        """A record above a limit, `size` bytes or more."""
        self._given += 1
        self._reject_size(position, size, excerpt)

    def skip(self) -> None:
        """A record of a kind that holds no page."""
        self._given += 1
        self._skipped += 1
        self._size += ROW_BYTES

    def names(self, header: Sequence[str]) -> list[str]:
        """The names of a file's columns, each once: a second `tag` is `tag.2`.

        Raises:
            UnreadableError: there is no text column, so that every row would be the same reject, or more than one.
        """
        text = self._fields.text
        if text not in header:
            found = ", ".join(header)[:500]
            raise UnreadableError(f"has no column {text!r}, which should hold the text (--text-field); it has: {found}")
        if (count := list(header).count(text)) > 1:
            raise UnreadableError(
                f"has {count} columns {text!r}: which holds the text cannot be told; rename the others"
            )
        return _told_apart(header)

    def full(self) -> Iterator[Batch]:
        """The batch, where enough has been added; nothing otherwise."""
        if self._size >= self._limits.batch_bytes:
            yield self._batch()

    def rest(self) -> Iterator[Batch]:
        """What is left, where anything is."""
        if self._size:
            yield self._batch()

    def _clear(self) -> None:
        self._records: list[_Record] = []
        self._pages: list[dict[str, Any]] = []
        self._rejects: list[dict[str, Any]] = []
        self._skipped = 0
        self._given = 0
        self._size = 0

    def _batch(self) -> Batch:
        try:
            pages = self._table(self._columns())
        except UnicodeEncodeError:  # a lone surrogate, from an escape in JSON or in the JSON of an HTML page
            self._records = [_repaired(record) for record in self._records]
            self._pages = [_repaired_page(page) for page in self._pages]
            pages = self._table(self._columns())
        rejects = pa.Table.from_pylist(self._rejects, schema=REJECTS.schema)
        batch = Batch(pages=pages, rejects=rejects, skipped=self._skipped)
        if batch.records != self._given:
            raise AssertionError(f"{self._source}: of {self._given} records that were read, {batch.records} came out")
        self._clear()
        return batch

    def _columns(self) -> dict[str, list[Any]]:
        return self._columns_of_records() if self._records else self._columns_of_pages()

    def _columns_of_records(self) -> dict[str, list[Any]]:
        records = [record.values for record in self._records]
        columns: dict[str, list[Any]] = {
            "text": [record[self._fields.text] for record in records],
            "position": [record.position for record in self._records],
            "replaced": [record.replaced for record in self._records],
        }
        unheld: dict[int, set[str]] = {}
        for column, name in self._fields.described.items():
            values = [record.get(name) for record in records]
            held = [None if value is None else CONVERTERS[column](value) for value in values]
            for row, value in enumerate(values):
                if held[row] is None and value is not None and value != "":
                    unheld.setdefault(row, set()).add(name)
            columns[column] = held
        for name in self._fields.carry:
            columns[name] = [as_carried(record.get(name)) for record in records]
        columns["extra"] = [
            _as_extra(
                {
                    name: value
                    for name, value in record.items()
                    if name not in self._own or (row in unheld and name in unheld[row])
                }
            )
            for row, record in enumerate(records)
        ]
        return columns

    def _columns_of_pages(self) -> dict[str, list[Any]]:
        return {name: [page.get(name) for page in self._pages] for name in self._schema.names}

    def _table(self, columns: dict[str, list[Any]]) -> pa.Table:
        columns["source"] = [self._source] * len(columns["text"])
        arrays = [as_array(columns[field.name], field.type) for field in self._schema]
        return pa.Table.from_arrays(arrays, schema=self._schema)

    def _is_too_large(self, position: int, text: str, size: int) -> bool:
        """Whether the text is above the limit; it is rejected where it is."""
        limit = self._limits.page_bytes
        if len(text) <= limit // 4:
            return False
        length = len(text.encode(errors="surrogatepass"))
        if length > limit:
            self._reject_size(position, length, text)
            self._size += size
        return length > limit

    def _reject(self, position: int | None, error: str, message: str, excerpt: str | None, size: int = 0) -> None:
        self._size += size + ROW_BYTES
        self._rejects.append(
            {
                "source": self._source,
                "position": position,
                "error": error,
                "message": SURROGATES.sub(REPLACEMENT, message),
                "excerpt": None if excerpt is None else SURROGATES.sub(REPLACEMENT, excerpt[:EXCERPT]),
            }
        )

    def _reject_size(self, position: int, size: int, excerpt: str) -> None:
        limit = self._limits.page_bytes
        self._reject(position, "too-large", f"{size:,} bytes; pages of more than {limit:,} are not read", excerpt)

    def _reject_text(self, position: int, record: Mapping[str, Any], size: int) -> None:
        name = self._fields.text
        text = record.get(name)
        excerpt = as_json({key: record[key] for key in list(record)[:SHOWN]})
        if text is not None:
            self._reject(position, "wrong-type", f"{name!r} is {_kind(text)}, not a string", excerpt, size)
        elif name in record:
            self._reject(position, "missing-text", f"{name!r} is null", excerpt, size)
        else:
            found = ", ".join(list(record)[:SHOWN])[:EXCERPT] or "none"
            self._reject(
                position,
                "missing-text",
                f"has no {name!r}, which should hold the text (--text-field); it has: {found}",
                excerpt,
                size,
            )


def _told_apart(names: Sequence[str]) -> list[str]:
    """
    >>> _told_apart(["tag", "tag", "tag.2", "tag"])
    ['tag', 'tag.3', 'tag.2', 'tag.4']
    """
    taken, times, out = set(names), Counter[str](), []
    for name in names:
        times[name] += 1
        while times[name] > 1 and f"{name}.{times[name]}" in taken:
            times[name] += 1
        one = name if times[name] == 1 else f"{name}.{times[name]}"
        taken.add(one)
        out.append(one)
    return out


def as_json(value: Any) -> str:
    """Compact JSON, its keys in their order, characters unescaped; infinities and NaN, which JSON lacks, are null."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return value


def _repaired(record: _Record) -> _Record:
    values, surrogates = repair_surrogates(record.values)
    return record._replace(values=values, replaced=record.replaced + surrogates)


def _repaired_page(page: dict[str, Any]) -> dict[str, Any]:
    held, surrogates = repair_surrogates(page)
    return {**held, "replaced": page["replaced"] + surrogates}


def _as_extra(rest: dict[str, Any]) -> str | None:
    return as_json(rest) if rest else None


def as_array(values: Sequence[Any], type: pa.DataType) -> pa.Array:
    """Converted values as a column."""
    if pa.types.is_timestamp(type):
        return pa.array(values, pa.int64()).cast(type)
    return pa.array(values, type)


def _kind(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "of another type")
