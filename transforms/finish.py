"""Phase 3: each unit's staged stories and edits and the decisions about them become its final Parquet.

- `finish_unit`: one unit; its manifest is written last
- `FinishUnits`: the same as a PTransform

A unit may be finished again after a crash or a retry: a staged file that is rewritten stays until the run is committed,
one that was moved is in the outbox, or in its place already.
"""

from __future__ import annotations

import dataclasses
import logging
from collections import Counter
from collections.abc import Iterable

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.dataset import Dataset
from schemas.duplicates import DUPLICATES
from schemas.edits import EDITS
from schemas.plan import Plan
from schemas.stories import STORIES
from transforms import files, heap, index, manifests, publish, sketch_files, staged, tables, timing
from transforms import plan as plans
from transforms.find_duplicates import unpack_decisions
from transforms.manifests import FileInfo, FinishedUnit
from transforms.packing import UNIT_BITS, Grouped, Packed
from transforms.report import picks

log = logging.getLogger("copydesk.finish")


class FinishUnits(beam.PTransform):
    """(unit, b"") from `CleanUnits` and decisions from `FindDuplicates` in, (0, manifest as JSON) out.

    work: the run's `_work` folder; identity: its plan's.
    """

    def __init__(self, work: str, identity: str) -> None:
        super().__init__()
        self.work, self.identity = work, identity

    def expand(self, unit_numbers_and_decisions: tuple[beam.PCollection[Packed], ...]) -> beam.PCollection[Packed]:
        return (
            unit_numbers_and_decisions
            | beam.Flatten()
            | beam.GroupByKey()
            | beam.Map(_finish, self.work, self.identity).with_output_types(Packed)
        )


def final_name(dataset: str, unit: int) -> str:
    """A unit's file of a dataset, relative to the output folder."""
    return f"{dataset}/part-{unit:05d}.parquet"


def _finish(grouped: Grouped, work: str, identity: str) -> Packed:
    unit, pieces = grouped
    heap.turn_to("finish")
    with timing.timed(work, "finish", unit):
        return 0, finish_unit(unit, pieces, work, identity).model_dump_json().encode()


def finish_unit(unit: int, pieces: Iterable[bytes], work: str, identity: str) -> FinishedUnit:
    """Write one unit's final files to the outbox. `pieces`: the packed decisions about its documents, if any."""
    plan = plans.load(work, identity)
    cleaned = manifests.read_cleaned(work, unit, identity)
    if cleaned is None:
        raise FileNotFoundError(f"unit {unit} has no manifest under {work}")
    decisions = unpack_decisions(pieces)
    folder = manifests.unit_folder(work, unit)
    waiting = {info.name.partition(".")[0]: info for info in cleaned.files}
    done: list[FileInfo] = []
    for dataset in ("filtered", "rejects"):
        if dataset in waiting:
            done.append(_move(waiting[dataset], folder, work, dataset, unit))
    relation = _named(plan, work, decisions.filter(pc.greater(decisions["cluster_size"], 1)))
    if not decisions.num_rows and "dedup" not in plan.settings.steps:
        done += [_move(waiting[name], folder, work, name, unit) for name in ("stories", "edits") if name in waiting]
    elif "stories" in waiting:
        done += _rewrite(plan, work, unit, decisions, relation, "edits" in waiting)
    gone = _gone(relation)
    if sketched := "dedup" in plan.settings.steps and "stories" in waiting:
        index.keep_part(plan, work, unit, gone)
    dropped = relation.num_rows - (pc.sum(relation["kept"]).as_py() or 0)
    heads = relation.filter(pc.equal(relation["document"], relation["kept_document"]))
    manifest = FinishedUnit(
        identity=identity,
        unit=unit,
        kept=cleaned.counts.stories - dropped,
        dropped=dropped,
        clusters=heads.num_rows,
        relations=dict(sorted(Counter(relation["relation"].drop_null().to_pylist()).items())),
        indexed=sketched and plan.index_folder is not None,
        files=sorted(done, key=lambda info: info.name),
        cluster_sizes={
            str(size): number for size, number in sorted(Counter(heads["cluster_size"].to_pylist()).items())
        },
        heads=picks.heads(heads["document"], heads["cluster_size"]),
    )
    manifests.write(manifest, manifests.finished_path(work, unit), work)
    log.info("unit %d: %d stories kept, %d copies dropped", unit, manifest.kept, manifest.dropped)
    return manifest


def _gone(relation: pa.Table) -> pa.Array:
    """The documents that are copies of a kept story."""
    return relation["document"].filter(pc.invert(relation["kept"])).combine_chunks()


def _named(plan: Plan, work: str, relation: pa.Table) -> pa.Table:
    """The same with the ids of the members, of their clusters and of the stories kept, and the runs of the latter."""
    columns = {"id": "document", "cluster_id": "cluster", "kept_id": "kept_document"}
    documents = np.unique(np.concatenate([relation[name].to_numpy() for name in columns.values()]))
    known = sketch_files.at(plan, work, documents, ("document", "id"))
    for name, of in columns.items():
        at = pc.index_in(relation[of], known["document"].combine_chunks())
        relation = relation.append_column(name, known["id"].take(at))
    runs = [part.run for part in plan.index]
    units = (relation["kept_document"].to_numpy() >> np.uint64(UNIT_BITS)).astype(np.int64)
    units -= sketch_files.FIRST_INDEXED
    return relation.append_column("kept_run", pa.array([runs[n] if n >= 0 else None for n in units], pa.string()))


def _move(info: FileInfo, folder: str, work: str, dataset: str, unit: int) -> FileInfo:
    """A staged file that is final as it is, moved to the outbox: unless an earlier try did."""
    final = final_name(dataset, unit)
    if files.exists(files.join(folder, info.name)):
        files.move(files.join(folder, info.name), files.join(publish.outbox(work), final))
    return info.model_copy(update={"name": final})


def _rewrite(plan: Plan, work: str, unit: int, decisions: pa.Table, relation: pa.Table, edited: bool) -> list[FileInfo]:
    """Stories with their clusters, without the dropped; edits of the stories that are left; duplicates."""
    version, mark = plan.versions["copydesk"], plan.settings.duplicates == "mark"
    gone = _gone(relation)
    roundups = decisions["document"].filter(decisions["roundup"]).combine_chunks()
    done = []

    def write(dataset: Dataset, parts: Iterable[pa.Table]) -> None:
        name = final_name(dataset.name, unit)
        carried = plan.settings.carry if dataset is STORIES else ()
        with tables.writer(files.join(publish.outbox(work), name), dataset.stamped(version, carried), work) as file:
            for part in parts:
                file.write(part)
        if file.written is not None:
            done.append(FileInfo(name=name, **dataclasses.asdict(file.written)))

    stories = staged.batches(staged.path_of(work, unit, "stories"))
    decided = (_decided(part, relation, roundups, gone) for part in stories)
    write(STORIES, decided if mark else (part.filter(part["kept"]) for part in decided))
    if edited:
        edits = staged.batches(staged.path_of(work, unit, "edits"))
        write(EDITS, edits if mark else (_without(part, gone) for part in edits))
    write(DUPLICATES, [_duplicates(relation)])
    return done


def _decided(stories: pa.Table, relation: pa.Table, roundups: pa.Array, gone: pa.Array) -> pa.Table:
    """The stories with cluster_id, cluster_size, kept and the flag roundup as decided."""
    documents = stories["document"]
    at = pc.index_in(documents, relation["document"].combine_chunks())
    columns = {
        "cluster_id": pc.coalesce(relation["cluster_id"].take(at), stories["id"]),
        "cluster_size": pc.coalesce(relation["cluster_size"].take(at), stories["cluster_size"]),
        "kept": pc.invert(pc.is_in(documents, gone)),
        "flags": _flagged(stories["flags"], pc.is_in(documents, roundups)),
    }
    for name, column in columns.items():
        stories = stories.set_column(stories.schema.get_field_index(name), stories.schema.field(name), column)
    return stories


def _flagged(flags: pa.ChunkedArray, mask: pa.ChunkedArray) -> pa.ChunkedArray:
    """The flag `roundup` added where the mask says so."""
    if not pc.any(mask).as_py():
        return flags
    lists = [
        sorted([*names, "roundup"]) if yes else names
        for names, yes in zip(flags.to_pylist(), mask.to_pylist(), strict=True)
    ]
    return pa.chunked_array([pa.array(lists, flags.type)])


def _without(edits: pa.Table, gone: pa.Array) -> pa.Table:
    return edits.filter(pc.invert(pc.is_in(edits["document"], gone)))


def _duplicates(relation: pa.Table) -> pa.Table:
    return pa.table(
        {
            "document": relation["document"],
            "id": relation["id"],
            "cluster_id": relation["cluster_id"],
            "cluster_document": relation["cluster"],
            "kept_document": relation["kept_document"],
            "kept_id": relation["kept_id"],
            "kept_run": relation["kept_run"],
            "relation": relation["relation"],
            "similarity": pa.array(relation["similarity"].to_numpy() / np.float32(100), pa.float32()),
            "own_words": relation["own_words"],
            "kept": relation["kept"],
        }
    )
