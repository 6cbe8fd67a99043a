"""Phase 2: from keys to decisions, by way of candidate pairs, verified edges and clusters.

    keys, by share ─▶ candidate pairs, by the unit of the later ─▶ edges, all in one place ─▶ decisions, by unit

Only edges and decisions are shuffled, packed, at most a megabyte a piece; sketches, keys and pairs wait in files.
`FindDuplicates` wires `transforms.neardup`, which holds all of the logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.duplicates import RELATIONS
from schemas.plan import Plan
from schemas.settings import Settings
from schemas.sketch import COMPARED, EDGE, FACTS, RELATION
from transforms import heap, index, key_files, pair_files, sketch_files, timing
from transforms import plan as plans
from transforms.neardup.candidates import candidate_pairs, distinct_pairs
from transforms.neardup.clusters import of_earlier_run, once
from transforms.neardup.decide import decide
from transforms.neardup.rules import DAY, Rules
from transforms.neardup.verify import compare, verify
from transforms.packing import UNIT_BITS, Grouped, Packed, pack, records

Array = np.ndarray[Any, Any]

# Pairs whose sketches are in memory at a time: some 8 kB a pair and as much again for work, which a process keeps.
PAIRS_AT_A_TIME = 2048

# A row of `RELATION`; `relation` is a place in `RELATIONS`, from 1, or 0 for the kept story.
DECISION = np.dtype(
    [
        ("document", "<u8"),
        ("cluster", "<u8"),
        ("cluster_size", "<i4"),
        ("roundup", "?"),
        ("kept_document", "<u8"),
        ("relation", "u1"),
        ("similarity", "u1"),
        ("own_words", "<i4"),
        ("kept", "?"),
    ]
)
RELATION_NAMES = pa.array([None, *RELATIONS], pa.string())


class FindDuplicates(beam.PTransform):
    """(unit, b"") of every cleaned unit in, decisions (unit, bytes of `DECISION` records) out.

    work: the run's `_work` folder; identity: its plan's.
    """

    def __init__(self, work: str, identity: str) -> None:
        super().__init__()
        self.work, self.identity = work, identity

    def expand(self, units: beam.PCollection[Packed]) -> beam.PCollection[Packed]:
        return (
            units
            | "Done" >> beam.Map(_together).with_output_types(Packed)
            | "AllCleaned" >> beam.GroupByKey()
            | "Shares" >> beam.FlatMap(_shares, self.work, self.identity).with_output_types(int)
            | "SpreadShares" >> beam.Reshuffle()
            | "CandidatePairs" >> beam.Map(_pair, self.work, self.identity).with_output_types(Packed)
            | "AllPaired" >> beam.GroupByKey()
            | "Units" >> beam.FlatMap(_units, self.work, self.identity).with_output_types(int)
            | "SpreadUnits" >> beam.Reshuffle()
            | "Verify" >> beam.ParDo(_Verify(self.work, self.identity)).with_output_types(Packed)
            | "Cluster" >> ClusterEdges(self.work, self.identity)
        )


class ClusterEdges(beam.PTransform):
    """Packed edges, all under one key, in; decisions out. work, identity: as in `FindDuplicates`."""

    def __init__(self, work: str, identity: str) -> None:
        super().__init__()
        self.work, self.identity = work, identity

    def expand(self, edges: beam.PCollection[Packed]) -> beam.PCollection[Packed]:
        return (
            edges
            | "GroupEdges" >> beam.GroupByKey()
            | "Decide" >> beam.FlatMap(_cluster, self.work, self.identity).with_output_types(Packed)
        )


class _Verify(beam.DoFn):
    def __init__(self, work: str, identity: str) -> None:
        self.work, self.identity = work, identity

    def process(self, unit: int) -> Iterator[Packed]:
        yield from _verify(unit, self.work, self.identity)

    def finish_bundle(self) -> None:
        heap.turn_to("wait")  # one process clusters, which takes most memory of all; the others need none meanwhile


def rules_of(settings: Settings) -> Rules:
    dedup = settings.dedup
    preferred = tuple(xxhash.xxh3_64_intdigest(site.lower().removeprefix("www.").encode()) for site in dedup.sites)
    return Rules(join_at=dedup.join_at, drop_at=dedup.drop_at, keep=dedup.keep, preferred=preferred)


def unpack_decisions(pieces: Iterable[bytes]) -> pa.Table:
    """Decisions as a table of `RELATION`, sorted by document."""
    found = np.sort(records(pieces, DECISION), order="document")
    names = RELATION_NAMES.take(pa.array(found["relation"]))
    return pa.table([names if name == "relation" else found[name] for name in RELATION.names], schema=RELATION)


def _together(_: Packed) -> Packed:
    return 0, b""


def _shares(_: Grouped, work: str, identity: str) -> Iterable[int]:
    return range(len(key_files.shares(len(plans.load(work, identity).units))))


def _pair(share: int, work: str, identity: str) -> Packed:
    """Write the pairs among one share of the keys, and between them and those of earlier runs."""
    heap.turn_to("pairs")
    with timing.timed(work, "pairs", share):
        plan = plans.load(work, identity)
        units = range(len(plan.units))
        parts = key_files.shares(len(units))[share]
        tonight = np.concatenate([key_files.read(key_files.path_of(work, unit), parts, unit) for unit in units])
        earlier = index.earlier_keys(plan, parts, tonight)
        pairs = candidate_pairs(np.concatenate([tonight, earlier]))
        pairs = pairs[~of_earlier_run(pairs["a"])]
        pair_files.write(work, share, pairs, len(units))
    return 0, b""


def _units(_: Grouped, work: str, identity: str) -> Iterable[int]:
    return range(len(plans.load(work, identity).units))


def _verify(unit: int, work: str, identity: str) -> Iterator[Packed]:
    """The edges among the pairs whose later document is of one unit."""
    heap.turn_to("verify")
    with timing.timed(work, "verify", unit):
        plan = plans.load(work, identity)
        rules = rules_of(plan.settings)
        pairs = distinct_pairs(pair_files.read(work, unit, len(key_files.shares(len(plan.units)))))
        for start in range(0, len(pairs), PAIRS_AT_A_TIME):
            some = pairs[start : start + PAIRS_AT_A_TIME]
            sketches = sketch_files.at(plan, work, np.unique(some), COMPARED)
            edges = verify(some[within(some, sketches, plan.settings.window_days)], sketches, rules)
            yield from pack(edges, np.zeros(len(edges), np.int64))


def _cluster(everything: Grouped, work: str, identity: str) -> Iterator[Packed]:
    _, pieces = everything
    heap.turn_to("cluster")
    with timing.timed(work, "cluster", 0):
        yield from _decisions(pieces, work, identity)


def _decisions(pieces: Iterable[bytes], work: str, identity: str) -> Iterator[Packed]:
    plan = plans.load(work, identity)
    rules = rules_of(plan.settings)
    edges = once(records(pieces, EDGE))
    facts = sketch_files.at(plan, work, np.unique(np.concatenate([edges["a"], edges["b"]])), FACTS)
    decided = decide(edges, facts, lambda pairs: _compared(plan, work, pairs, rules), rules)
    decisions = np.empty(len(decided), DECISION)
    for name in RELATION.names:
        column = decided[name]
        decisions[name] = pc.index_in(column, RELATION_NAMES) if name == "relation" else column.to_numpy()
    decisions = decisions[~of_earlier_run(decisions["document"])]
    yield from _by_unit(decisions["document"], decisions)


def _compared(plan: Plan, work: str, pairs: Array, rules: Rules) -> Array:
    found = [np.empty(0, EDGE)]
    for start in range(0, len(pairs), PAIRS_AT_A_TIME):
        some = pairs[start : start + PAIRS_AT_A_TIME]
        sketches = sketch_files.at(plan, work, np.unique(some), COMPARED)
        edges = compare(some, sketches, rules)
        edges["linked"] &= within(some, sketches, plan.settings.window_days)  # an undated page may have joined the two
        found.append(edges)
    return np.concatenate(found)


def within(pairs: Array, sketches: pa.Table, days: int) -> Array:
    """bool a pair: not one with a story of an earlier run that was published further away than the window."""
    published = sketches["published"].combine_chunks().cast(pa.int64())
    at = np.searchsorted(sketches["document"].to_numpy(), pairs)
    apart = pc.subtract(published.take(pa.array(at[:, 0])), published.take(pa.array(at[:, 1])))
    apart = pc.abs(apart).fill_null(0).to_numpy(zero_copy_only=False)
    return ~of_earlier_run(pairs[:, 1]) | (apart <= days * DAY)


def _by_unit(documents: Array, found: Array) -> Iterator[Packed]:
    return pack(found, (documents >> np.uint64(UNIT_BITS)).astype(np.int64))
