"""The pages of a unit, batch by batch, as phases 0 and 1 read them.

- `batches`: a unit's batches with the number of their first page
- `read_first`, `read_again`, `forget`: the same for the survey; for cleaning, of what was kept; and the end of that
- `sites`, `ids`: the hosts of their URLs, and what they are called
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.plan import Plan
from schemas.rejects import REJECTS
from transforms import files
from transforms import plan as plans
from transforms.read import Batch, page_schema, read
from transforms.sketch_files import opened

COSTLY = ("html", "warc")  # formats whose pages take longer to read than all else that is done to them
BATCH_COST = 16 << 10  # bytes of memory that a batch takes beside its values
SITE = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?:[Ww]{3}\.)?(?P<site>[^/?#:@]+)"


def batches(plan: Plan, unit: int) -> Iterator[tuple[Batch, int]]:
    """The unit's batches, each with the number of its first page within the unit; at most `limit` pages.

    Small files share a batch: what a step costs a batch, whatever the batch holds, is more than a page costs.
    """
    row = 0
    for batch in _joined(_read(plan, unit), plans.limits(plan.settings).batch_bytes // 2):
        yield batch, row
        row += batch.pages.num_rows


def read_first(plan: Plan, unit: int, work: str) -> Iterator[Batch]:
    """The unit's batches, kept under `work` once all have been taken, if that is cheaper than to read them again."""
    costly = any(piece.format in COSTLY for piece in plans.pieces(plan, unit))
    on_store = "://" in work
    if on_store and not costly:
        yield from (batch for batch, _ in batches(plan, unit))
        return
    options = pa.ipc.IpcWriteOptions(compression="lz4" if on_store else None)
    with (
        files.draft(_pages_path(work, unit), work, hashed=False) as draft,
        files.draft(_rejects_path(work, unit), work, hashed=False) as beside,
        pa.ipc.new_file(draft, page_schema(plans.fields(plan.settings)), options=options) as pages,
        pa.ipc.new_file(beside, REJECTS.schema) as rejects,
    ):
        for batch, _ in batches(plan, unit):
            pages.write_batch(_record_batch(batch.pages))
            rejects.write_batch(_record_batch(batch.rejects), {"skipped": str(batch.skipped)})
            yield batch


def read_again(plan: Plan, unit: int, work: str) -> Iterator[tuple[Batch, int]]:
    """As `batches`: what `read_first` kept, or the input once more."""
    if not files.exists(_pages_path(work, unit)):
        yield from batches(plan, unit)
        return
    row = 0
    with opened(_pages_path(work, unit)) as kept, opened(_rejects_path(work, unit)) as beside:
        for number in range(kept.num_record_batches):
            pages = pa.Table.from_batches([kept.get_batch(number)])
            rejects, told = beside.get_batch_with_custom_metadata(number)
            yield Batch(pages, pa.Table.from_batches([rejects]), int(told[b"skipped"])), row
            row += pages.num_rows


def forget(work: str, unit: int) -> None:
    """Give back the space of what `read_first` kept of a unit that is clean."""
    files.delete([path for path in (_pages_path(work, unit), _rejects_path(work, unit)) if files.exists(path)])


def sites(urls: pa.Array) -> pa.Array:
    """The host of each URL, lower-case, without www.; null where there is none."""
    return pc.utf8_lower(pc.struct_field(pc.extract_regex(urls, SITE), "site"))


def ids(pages: pa.Table) -> pa.Array:
    """The input's ids; where it has none, a hash of the URL; where it has none either, of source and position."""
    given, urls = pages["id"].combine_chunks(), pages["url"]
    if not given.null_count:
        return given
    places = zip(pages["source"].to_pylist(), pages["position"].to_pylist(), strict=True)
    keys = [url or f"{source}\n{position}" for url, (source, position) in zip(urls.to_pylist(), places, strict=True)]
    return pc.coalesce(given, pa.array([xxhash.xxh3_128_hexdigest(str(key).encode()) for key in keys], pa.string()))


def _read(plan: Plan, unit: int) -> Iterator[Batch]:
    """The batches of the unit's pieces, of at most `limit` pages."""
    settings = plan.settings
    fields = plans.fields(settings)
    limits = plans.limits(settings)
    left = settings.limit
    for piece in plans.pieces(plan, unit):
        for batch in read(piece, fields, limits):
            if left is not None and batch.pages.num_rows >= left:
                yield dataclasses.replace(batch, pages=batch.pages.slice(0, left))
                return
            yield batch
            if left is not None:
                left -= batch.pages.num_rows


def _joined(found: Iterator[Batch], size: int) -> Iterator[Batch]:
    """The same records in batches of `size` bytes or more, but for the last; those that have it stay as they are."""
    waiting: list[Batch] = []
    held = 0
    for batch in found:
        waiting.append(batch)
        held += batch.pages.nbytes + batch.rejects.nbytes + BATCH_COST
        if held >= size:
            yield _one(waiting)
            waiting, held = [], 0
    if waiting:
        yield _one(waiting)


def _one(found: Sequence[Batch]) -> Batch:
    if len(found) == 1:
        return found[0]
    return Batch(
        pages=pa.concat_tables([batch.pages for batch in found]).combine_chunks(),
        rejects=pa.concat_tables([batch.rejects for batch in found]).combine_chunks(),
        skipped=sum(batch.skipped for batch in found),
    )


def _record_batch(table: pa.Table) -> pa.RecordBatch:
    """A table as one record batch, without rows too."""
    columns = [column.combine_chunks() for column in table.columns]
    return pa.record_batch(columns, schema=table.schema)


def _pages_path(work: str, unit: int) -> str:
    return files.join(work, "pages", f"{unit:05d}.arrow")


def _rejects_path(work: str, unit: int) -> str:
    return files.join(work, "pages", f"{unit:05d}.rejects.arrow")
