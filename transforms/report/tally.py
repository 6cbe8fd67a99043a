"""What only the steps see, counted for the report while a unit is cleaned: removed lines, typing errors, sites.

- `Tally`: the counts of a unit, small however large the unit
- `Tallied`: the same as it waits in a file beside the unit's manifest
- `merge`: the tallies of all units as one

Where more things are counted than there is room for, the rarest are let go (Manku and Motwani's lossy counting, with a
cut that follows the room); how much a count may be short by then is kept with the counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from transforms import files, manifests

LINE_CHARACTERS = 160
ROOM, KEPT = 20_000, 500
"""Different things that are counted at a time, and those that a unit hands on."""

Key = tuple[str, ...]


class Ranking(BaseModel):
    """Things with their counts, the largest first; each count is short by at most `short`."""

    rows: list[tuple[Key, int]] = []
    short: int = 0


class Tallied(BaseModel):
    """Counts over stories and copies.

    lines: (line, rule), times removed; typos: (before, after), times repaired; came: (site,), characters that came;
    removed: (site, family), characters that scaffolding took away.
    """

    lines: Ranking = Ranking()
    typos: Ranking = Ranking()
    came: Ranking = Ranking()
    removed: Ranking = Ranking()


class Frequent:
    """Counts of whatever is counted most, in bounded memory."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._counts: Counter[Key] = Counter()
        self._short = 0

    def add(self, rows: Iterable[tuple[Key, int]], short: int = 0) -> None:
        """Count on. `short`: what the counts that come are short by already."""
        for key, count in rows:
            self._counts[key] += count
        self._short += short
        if len(self._counts) > 2 * self._room:
            self._keep(self._room)

    def ranking(self, most: int) -> Ranking:
        """The `most` largest, ties in the order of their keys."""
        rows = self._keep(most)
        return Ranking(rows=rows, short=self._short)

    def _keep(self, most: int) -> list[tuple[Key, int]]:
        """Forget all but the `most` largest, which come back in their order."""
        ranked = _sorted(self._counts)
        if len(ranked) > most:
            self._counts = Counter(dict(ranked[:most]))
            self._short += ranked[most][1]
        return ranked[:most]


class Tally:
    """The counts of a unit, batch by batch."""

    def __init__(self) -> None:
        self._counted = {name: Frequent() for name in Tallied.model_fields}

    def add(self, stories: pa.Table, edits: pa.Table) -> None:
        """A batch's stories and edits, schemas `STORIES` and `EDITS`."""
        self._counted["came"].add(_sums([stories["site"]], stories["chars_in"]))
        edits = edits.select(["document", "step", "rule", "start", "end", "before", "after"])
        scaffolding = _of_step(edits, "scaffolding")
        if scaffolding.num_rows:
            self._counted["removed"].add(_removed(stories, scaffolding))
            self._counted["lines"].add(_lines(scaffolding))
        typos = _of_step(edits, "typos")
        if typos.num_rows:
            self._counted["typos"].add(_sums([typos["before"], typos["after"]]))

    def result(self) -> Tallied:
        return Tallied(**{name: counted.ranking(KEPT) for name, counted in self._counted.items()})


def write(tally: Tally, work: str, unit: int) -> None:
    files.write_bytes(_path(work, unit), tally.result().model_dump_json().encode(), work)


def merge(work: str, units: int) -> Tallied:
    """The tallies of a run's units as one."""
    counted = {name: Frequent() for name in Tallied.model_fields}
    for unit in range(units):
        tallied = Tallied.model_validate_json(files.read_bytes(_path(work, unit)))
        for name, ranking in tallied:
            counted[name].add(ranking.rows, ranking.short)
    return Tallied(**{name: one.ranking(KEPT) for name, one in counted.items()})


def _path(work: str, unit: int) -> str:
    return files.join(manifests.unit_folder(work, unit), "tally.json")


def _of_step(edits: pa.Table, step: str) -> pa.Table:
    return edits.filter(pc.equal(edits["step"].cast(pa.string()), step))


def _removed(stories: pa.Table, edits: pa.Table) -> Iterator[tuple[Key, int]]:
    """Characters removed by site and family."""
    sites = stories["site"].take(pc.index_in(edits["document"], stories["document"].combine_chunks()))
    sums = _sums([sites, edits["rule"].cast(pa.string())], pc.subtract(edits["end"], edits["start"]))
    return (((site, rule.partition("/")[0]), removed) for (site, rule), removed in sums)


def _lines(edits: pa.Table) -> Iterator[tuple[Key, int]]:
    """Removed lines with their rules, and how often each went; what is done to lines is done to distinct ones."""
    lines = pc.split_pattern(edits["before"].combine_chunks(), "\n")
    rules = edits["rule"].cast(pa.string()).combine_chunks().take(pc.list_parent_indices(lines))
    counted = _sums([pc.list_flatten(lines), rules])
    return (((line.strip()[:LINE_CHARACTERS], rule), times) for (line, rule), times in counted if line.strip())


def _sums(keys: list[pa.ChunkedArray], values: pa.ChunkedArray | None = None) -> Iterator[tuple[Key, int]]:
    """Values summed, or rows counted, by keys; rows whose key is null in part count for nothing."""
    names = [f"key{number}" for number in range(len(keys))]
    table = pa.table([*keys, values if values is not None else keys[0]], names=[*names, "value"])
    how = "sum" if values is not None else "count"
    sums = table.group_by(names, use_threads=False).aggregate([("value", how)]).drop_null()
    columns = [sums[name].to_pylist() for name in names]
    return zip(zip(*columns, strict=True), sums[f"value_{how}"].to_pylist(), strict=True)


def _sorted(counts: Counter[Key]) -> list[tuple[Key, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
