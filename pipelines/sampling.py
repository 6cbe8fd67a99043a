"""Pages spread over an input, the same ones every time: for a look that does not take as long as a run.

- `sample`: the pages, in batches
- `spread`: the places of the input that they are taken from

The sample is taken by place, not by chance: points at equal distances in the bytes of the input, and from each the
pages that follow. Compressed files and WARCs can be entered at their beginning only.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import pyarrow as pa

from schemas.plan import Input, Plan
from transforms import plan as plans
from transforms.read import SPLITTABLE, Fields, FilePiece, Limits, read

PARTS = 16  # places at which a large file is entered
READ_BYTES = 64 << 10  # that are read at a time: a few pages, as a few are wanted
CLEAN_BYTES = 4 << 20  # that make a batch: a step costs hardly more for twenty pages than for one
ROUNDS = 3  # where pages are fewer or larger than expected, the input is gone over again

Sampled = tuple[pa.Table, list[dict[str, Any]]]
"""A batch of pages (`schemas.pages.PAGES`), and rows of rejects/."""


@dataclass
class Place:
    """A piece of the input of which `quota` records are wanted; `taken` have been; `over`: it has no more."""

    piece: FilePiece
    quota: int
    taken: int = 0
    over: bool = False

    def take(self, wanted: int, fields: Fields, limits: Limits) -> Iterator[Sampled]:
        """The next `wanted` records, or as many as there are."""
        if not wanted or self.over:
            return
        before = self.taken
        for pages, rejects in _records(self.piece, before, wanted, fields, limits):
            self.taken += pages.num_rows + len(rejects)
            yield pages, rejects
        self.over = self.taken - before < wanted


def sample(plan: Plan, count: int) -> Iterator[Sampled]:
    """Batches of `count` records in all, or of all that the input has. A file that cannot be read is a reject, once."""
    held: list[Sampled] = []
    for pages, rejects in _gathered(plan, count):
        held.append((pages, rejects))
        if sum(table.nbytes for table, _ in held) > CLEAN_BYTES:
            yield _joined(held)
            held = []
    if held:
        yield _joined(held)


def spread(inputs: Sequence[Input], count: int) -> list[Place]:
    """The input as places, in order, each with how many of `count` points at equal distances lie in it."""
    ends = list(accumulate(one.size * plans.WEIGHTS[one.compression] for one in inputs))
    points = [(2 * number + 1) * ends[-1] // (2 * count) for number in range(count)]
    shares = Counter(min(bisect_right(ends, point), len(inputs) - 1) for point in points)
    places = []
    for number, one in enumerate(inputs):
        splits = one.format in SPLITTABLE and one.compression == "plain"
        parts = min(PARTS, max(shares[number], 1)) if splits else 1
        edges = pairwise(one.size * part // parts for part in range(parts + 1))
        quotas = pairwise(shares[number] * part // parts for part in range(parts + 1))
        for (start, end), (before, behind) in zip(edges, quotas, strict=True):
            stop = end if splits else None
            piece = FilePiece(one.path, one.source, one.format, one.compression, start, stop, one.size)
            places.append(Place(piece, behind - before))
    return places


def _gathered(plan: Plan, count: int) -> Iterator[Sampled]:
    fields = plans.fields(plan.settings)
    limits = dataclasses.replace(plans.limits(plan.settings), batch_bytes=READ_BYTES)
    places = spread(plan.inputs, count)
    broken: set[str] = set()  # every piece of a file that cannot be read says so
    for number in range(ROUNDS):
        for place in places:
            for pages, rejects in place.take(min(place.quota, count), fields, limits):
                count -= pages.num_rows + len(rejects)
                yield pages, [one for one in rejects if one["position"] is not None or one["source"] not in broken]
                broken |= {one["source"] for one in rejects if one["position"] is None}
        left = [place for place in places if not place.over]
        if not count or not left:
            return
        for place in places:
            place.quota = count if number == ROUNDS - 2 else 0  # at last whatever there is
        for point in range(count):
            left[point * len(left) // count].quota += 1


def _records(piece: FilePiece, skip: int, wanted: int, fields: Fields, limits: Limits) -> Iterator[Sampled]:
    """`wanted` records of a piece, behind the first `skip`: pages first in each batch, then rejects."""
    for batch in read(piece, fields, limits):
        pages, rejects = batch.pages, batch.rejects.to_pylist()
        jumped = min(skip, pages.num_rows)
        pages, skip = pages.slice(jumped, wanted), skip - jumped
        rejects, skip = rejects[skip:], max(skip - len(rejects), 0)
        rejects = rejects[: wanted - pages.num_rows]
        wanted -= pages.num_rows + len(rejects)
        if pages.num_rows or rejects:
            yield pages, rejects
        if not wanted:
            return


def _joined(batches: Sequence[Sampled]) -> Sampled:
    return pa.concat_tables([pages for pages, _ in batches]), [one for _, rejects in batches for one in rejects]
