"""The pages of a unit, batch by batch, as phases 0 and 1 read them.

- `batches`: a unit's batches with the number of their first page
- `sites`: the hosts of URLs
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from schemas.plan import Plan
from transforms import plan as plans
from transforms.read import Batch, Limits, read

SITE = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?:[Ww]{3}\.)?(?P<site>[^/?#:@]+)"


def batches(plan: Plan, unit: int) -> Iterator[tuple[Batch, int]]:
    """The unit's batches, each with the number of its first page within the unit; at most `limit` pages."""
    settings = plan.settings
    fields = plans.fields(settings)
    limits = Limits(page_bytes=settings.limits.page_bytes, inflation=settings.limits.inflation)
    row = 0
    for piece in plans.pieces(plan, unit):
        for batch in read(piece, fields, limits):
            if settings.limit is not None and row + batch.pages.num_rows >= settings.limit:
                yield dataclasses.replace(batch, pages=batch.pages.slice(0, settings.limit - row)), row
                return
            yield batch, row
            row += batch.pages.num_rows


def sites(urls: pa.Array) -> pa.Array:
    """The host of each URL, lower-case, without www.; null where there is none."""
    return pc.utf8_lower(pc.struct_field(pc.extract_regex(urls, SITE), "site"))
