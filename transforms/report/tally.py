"""What only the steps see, counted for the report while a unit is cleaned: removed lines, typing errors, sites.

- `Tally`: the counts of a unit, small however large the unit
- `Tallied`: the same as it waits in a file beside the unit's manifest
- `merge`: the tallies of all units as one

Where more things are counted than there is room for, the rarest are let go (Manku and Motwani's lossy counting, with a
cut that follows the room); how much a count may be short by then is kept with the counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from transforms import files, manifests

LINE_CHARACTERS = 160
ROOM, KEPT = 20_000, 500
"""Different things that are counted at a time, and those that a unit hands on."""

Key = tuple[str, ...]
TIMES = "times"


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
        self._counts: list[pa.Table] = []  # of `counts`; a key may be there more than once
        self._short = 0

    def add(self, counts: pa.Table, short: int = 0) -> None:
        """Count on. `counts`: as of the function, keys may repeat; short: what they are short by already."""
        self._counts.append(counts)
        self._short += short
        if sum(map(len, self._counts)) > 2 * self._room:
            self._counts = [summed(pa.concat_tables(self._counts))]
            if len(self._counts[0]) > 2 * self._room:
                self._keep(self._room)

    def ranking(self, most: int) -> Ranking:
        """The `most` largest, ties in the order of their keys."""
        if not self._counts:
            return Ranking(short=self._short)
        self._counts = [summed(pa.concat_tables(self._counts))]
        self._keep(most)
        *keys, times = (column.to_pylist() for column in self._counts[0].columns)
        return Ranking(rows=list(zip(zip(*keys, strict=True), times, strict=True)), short=self._short)

    def _keep(self, most: int) -> None:
        """Forget all but the `most` largest, and sort those. Each key has been summed."""
        (table,) = self._counts
        if len(table) > most:
            times = table[TIMES].to_numpy()
            forgotten, least = np.partition(times, [-most - 1, -most])[[-most - 1, -most]].tolist()
            self._short += forgotten
            table = table.filter(pc.greater_equal(table[TIMES], least))
        order = [(TIMES, "descending"), *((name, "ascending") for name in table.schema.names if name != TIMES)]
        self._counts = [table.sort_by(order).slice(0, most)]


class Tally:
    """The counts of a unit, batch by batch."""

    def __init__(self) -> None:
        self._counted = {name: Frequent() for name in Tallied.model_fields}

    def add(self, stories: pa.Table, edits: pa.Table) -> None:
        """A batch's stories and edits, schemas `STORIES` and `EDITS`."""
        self._counted["came"].add(counts([stories["site"]], stories["chars_in"]))
        edits = edits.select(["document", "step", "rule", "start", "end", "before", "after"])
        scaffolding = _of_step(edits, "scaffolding")
        if scaffolding.num_rows:
            self._counted["removed"].add(_removed(stories, scaffolding))
            self._counted["lines"].add(_lines(scaffolding))
        typos = _of_step(edits, "typos")
        if typos.num_rows:
            self._counted["typos"].add(counts([typos["before"], typos["after"]]))

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
            if ranking.rows:
                keys, times = zip(*ranking.rows, strict=True)
                counted[name].add(counts(list(map(pa.array, zip(*keys, strict=True))), pa.array(times)), ranking.short)
    return Tallied(**{name: one.ranking(KEPT) for name, one in counted.items()})


def _path(work: str, unit: int) -> str:
    return files.join(manifests.unit_folder(work, unit), "tally.json")


def _of_step(edits: pa.Table, step: str) -> pa.Table:
    steps = edits["step"].combine_chunks()
    return edits.filter(pc.equal(steps.indices, steps.dictionary.index(step)))


def counts(keys: Sequence[pa.Array | pa.ChunkedArray], times: pa.Array | pa.ChunkedArray | None = None) -> pa.Table:
    """A column for each part of the keys, and `TIMES`: 1 unless told. Rows with a null in a key count for nothing."""
    if times is None:
        times = pa.repeat(pa.scalar(1, pa.int64()), len(keys[0]))
    return pa.table([*keys, times], names=[*(f"key{n}" for n in range(len(keys))), TIMES]).drop_null()


def summed(counts: pa.Table) -> pa.Table:
    """Each key once."""
    keys = counts.schema.names[:-1]
    sums = counts.group_by(keys, use_threads=False).aggregate([(TIMES, "sum")])
    return sums.select([*keys, f"{TIMES}_sum"]).rename_columns([*keys, TIMES])


def _removed(stories: pa.Table, edits: pa.Table) -> pa.Table:
    """Characters removed by site and family."""
    sites = stories["site"].take(pc.index_in(edits["document"], stories["document"].combine_chunks()))
    rules = edits["rule"].combine_chunks()
    families = pa.array([rule.partition("/")[0] for rule in rules.dictionary.to_pylist()], pa.string())
    return counts([sites, families.take(rules.indices)], pc.subtract(edits["end"], edits["start"]))


def _lines(edits: pa.Table) -> pa.Table:
    """Removed lines with their rules, and how often each went; what is done to lines is done to distinct ones."""
    lines = pc.split_pattern(edits["before"].combine_chunks(), "\n")
    rules = edits["rule"].cast(pa.string()).combine_chunks().take(pc.list_parent_indices(lines))
    line, rule, times = summed(counts([pc.list_flatten(lines), rules])).columns
    shown = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(line), 0, LINE_CHARACTERS)
    told = pc.not_equal(shown, "")
    return counts([shown.filter(told), rule.filter(told)], times.filter(told))
