"""A made-up cluster for tests of the clustering step alone, and a pipeline that finds it.

- `make_run`: a plan and the sketches of the cluster's documents
- `edges`: the part of its edges that one seed makes
- `find`: the pipeline; decisions are written to a folder, a file a unit
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.options.pipeline_options import PipelineOptions

from schemas.plan import Plan
from schemas.settings import Settings
from schemas.sketch import EDGE, SKETCH
from transforms import plan as plans
from transforms import sketch_files
from transforms.find_duplicates import ClusterEdges, unpack_decisions
from transforms.packing import Array, Grouped, Packed, pack

DOCUMENTS, SEEDS = 20_000, 64
EDGES_A_DOCUMENT = 50
WORDS = 300


def make_run(folder: Path) -> tuple[str, Plan]:
    """A run's `_work` with a plan of one unit, and a sketch of each of its `DOCUMENTS` stories."""
    (folder / "in.txt").write_text("A page.", encoding="utf-8")
    work = str(folder / "_work")
    plan = plans.make([str(folder / "in.txt")], Settings())
    plans.save(plan, work)
    known = {
        "document": np.arange(DOCUMENTS, dtype=np.uint64),
        "id": [f"p{number:05d}" for number in range(DOCUMENTS)],
        "words": np.full(DOCUMENTS, WORDS, np.int32),
    }
    arrays = [pa.array(known.get(field.name, [_nothing(field)] * DOCUMENTS), field.type) for field in SKETCH]
    with sketch_files.SketchWriter(sketch_files.path_of(plan, work, 0), work) as writer:
        writer.write(pa.Table.from_arrays(arrays, schema=SKETCH))
    return work, plan


def edges(seed: int) -> Array:
    """Each document of this seed with the next one and with chance others; dtype `EDGE`, little of it compressible."""
    chance = np.random.default_rng(seed)
    one = np.repeat(np.arange(seed, DOCUMENTS, SEEDS), EDGES_A_DOCUMENT)
    step = chance.integers(1, DOCUMENTS, len(one))
    step[::EDGES_A_DOCUMENT] = 1
    other = (one + step) % DOCUMENTS
    found = np.empty(len(one), EDGE)
    found["a"], found["b"] = np.minimum(one, other), np.maximum(one, other)
    found["same_text"] = found["same_url"] = False
    found["linked"] = True
    for side in "ab":
        found[f"words_{side}"] = WORDS
        found[f"told_{side}"] = found[f"covered_{side}"] = chance.integers(WORDS * 3 // 4, WORDS, len(one))
        found[f"parts_{side}"] = ~(np.uint64(1) << chance.integers(0, 64, len(one), np.uint64))
    return found


def find(options: PipelineOptions, runner: str, work: str, plan: Plan, target: str) -> None:
    """Cluster the edges of all seeds on a runner, and wait for it."""
    with beam.Pipeline(runner=runner, options=options) as pipeline:
        _ = (
            pipeline
            | beam.Create(range(SEEDS))
            | "Spread" >> beam.Reshuffle()
            | "Edges" >> beam.FlatMap(_packed).with_output_types(Packed)
            | ClusterEdges(work, plan.identity)
            | "Decisions" >> beam.GroupByKey()
            | "Write" >> beam.Map(_write, target)
        )


def _nothing(field: pa.Field) -> object:
    """A value of a column that clustering does not read."""
    if field.nullable:
        return None
    return b"\0" * 16 if pa.types.is_fixed_size_binary(field.type) else [] if pa.types.is_nested(field.type) else 0


def _packed(seed: int) -> Iterator[Packed]:
    found = edges(seed)
    yield from pack(found, np.zeros(len(found), np.int64))


def _write(decided: Grouped, target: str) -> None:
    unit, pieces = decided
    draft = f"{target}/{os.getpid()}"
    with pa.ipc.new_file(draft, (decisions := unpack_decisions(pieces)).schema) as file:
        file.write_table(decisions)
    os.replace(draft, f"{target}/{unit}.arrow")
