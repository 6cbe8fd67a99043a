"""Phase 1: each unit is read, cleaned and written by one worker; nothing but hashes of ids is shuffled.

- `clean_unit`: one unit, from its input to its files under `_work`; its manifest is written last
- `CleanUnits`: the same as a PTransform over unit numbers
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import time
from collections import Counter
from collections.abc import Iterator

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.dataset import Dataset
from schemas.edits import EDITS
from schemas.filtered import FILTERED
from schemas.plan import Plan
from schemas.rejects import REJECTS
from schemas.settings import Settings
from schemas.sketch import KEY
from schemas.stories import STORIES
from transforms import files, heap, key_files, manifests, sketch_files, staged, tables, timing
from transforms import plan as plans
from transforms.clean import clean, desk
from transforms.manifests import CleanedUnit, Counts, FileInfo
from transforms.neardup.keys import keys
from transforms.neardup.sketch import sketch
from transforms.packing import Array, Packed, pack
from transforms.read import Batch
from transforms.report import tally
from transforms.unit_pages import forget, read_again

log = logging.getLogger("copydesk.clean")

Writer = tables.TableWriter | staged.StreamWriter

# Hashes of ids are shuffled in so many partitions.
PARTITIONS = 64


class CleanUnits(beam.PTransform):
    """Unit numbers in; out: `units` (unit, b"") and `ids` (partition, packed hashes).

    work: the run's `_work` folder; identity: its plan's.
    """

    def __init__(self, work: str, identity: str) -> None:
        super().__init__()
        self.work, self.identity = work, identity

    def expand(self, units: beam.PCollection[int]) -> beam.pvalue.DoOutputsTuple:
        return units | beam.ParDo(_CleanUnit(self.work, self.identity)).with_outputs("units", "ids")


class _CleanUnit(beam.DoFn):
    def __init__(self, work: str, identity: str) -> None:
        self.work, self.identity = work, identity

    def process(self, unit: int) -> Iterator[beam.pvalue.TaggedOutput]:
        if manifests.read_cleaned(self.work, unit, self.identity) is None:
            heap.turn_to("clean")
            with timing.named("clean", unit):
                clean_unit(self.work, self.identity, unit)
        for packed in _packed_ids(self.work, unit):
            yield beam.pvalue.TaggedOutput("ids", packed)
        yield beam.pvalue.TaggedOutput("units", (unit, b""))


def clean_unit(work: str, identity: str, unit: int) -> CleanedUnit:
    """Read, clean and write one unit; hands back the manifest that it wrote last."""
    plan = plans.load(work, identity)
    settings = plan.settings
    counts: list[Counts] = []
    ids: list[Array] = []
    sources: set[str] = set()
    found = [np.empty(0, KEY)]
    clock = timing.Clock()
    counted = tally.Tally()
    with contextlib.ExitStack() as stack:
        writers = {
            dataset.name: stack.enter_context(_writer(dataset, plan, unit, work))
            for dataset in (STORIES, EDITS, FILTERED, REJECTS)
        }
        sketches = stack.enter_context(sketch_files.SketchWriter(sketch_files.path_of(plan, work, unit), work))
        loaded = desk(work, identity)
        clock.spent("load")
        for batch, row in read_again(plan, unit, work):
            clock.spent("read", batch.pages["text"].nbytes)
            outcome = clean(batch.pages, (unit << 32) + row, loaded)
            counts += [outcome.counts, _reading_counts(batch, settings)]
            sources.update(*(pc.unique(table["source"]).to_pylist() for table in (batch.pages, batch.rejects)))
            ids.append(_hashes(outcome.stories["id"]))
            clock.spent_in_parts(outcome.seconds, "audit")
            clock.sized(outcome.sizes)
            if "dedup" in settings.steps:
                sketched = sketch(outcome.stories)
                sketches.write(sketched)
                found.append(keys(sketched))
            clock.spent("sketch", outcome.stories["text"].nbytes)
            writers["stories"].write(outcome.stories)
            writers["edits"].write(outcome.edits)
            writers["filtered"].write(outcome.filtered)
            writers["rejects"].write(_told(pa.concat_tables([batch.rejects, outcome.rejects]), plan))
            clock.spent("write", outcome.stories["text"].nbytes)
            counted.add(outcome.stories, outcome.edits)
            clock.spent("tally")
    begun = {piece.source for piece in plans.pieces(plan, unit) if piece.start == 0}
    counts.append(Counts(files=len(begun if settings.limit is None else begun & sources)))
    tally.write(counted, work, unit)
    files.write_bytes(_ids_path(work, unit), b"".join(hashes.tobytes() for hashes in ids), work)
    key_files.write(key_files.path_of(work, unit), np.concatenate(found), work)
    manifest = CleanedUnit(
        identity=identity,
        unit=unit,
        counts=manifests.total(counts),
        files=[
            FileInfo(name=one.path.rpartition("/")[2], **dataclasses.asdict(one.written))
            for one in writers.values()
            if one.written
        ],
        finished_at=time.time(),
    )
    if not manifest.counts.balanced():
        raise AssertionError(f"unit {unit} lost or doubled a record: {manifest.counts}")
    timing.note(clock, work, "clean", unit)
    manifests.write(manifest, manifests.cleaned_path(work, unit), work)
    forget(work, unit)
    log.info("unit %d: %d pages, %d stories", unit, manifest.counts.read, manifest.counts.stories)
    return manifest


def _writer(dataset: Dataset, plan: Plan, unit: int, work: str) -> contextlib.AbstractContextManager[Writer]:
    """Stories and edits are staged where copies are dropped, all else is final."""
    carried = plan.settings.carry if dataset is STORIES else ()
    schema = dataset.stamped(plans.decisive_versions()["copydesk"], carried)
    if dataset in (STORIES, EDITS) and "dedup" in plan.settings.steps:
        return staged.writer(staged.path_of(work, unit, dataset.name), schema, work)
    path = files.join(manifests.unit_folder(work, unit), f"{dataset.name}.parquet")
    return tables.writer(path, schema, work)


def _reading_counts(batch: Batch, settings: Settings) -> Counts:
    """What reading alone tells: pages are counted where they are cleaned."""
    unreadable = batch.rejects["position"].null_count
    errors = batch.rejects.filter(pc.is_valid(batch.rejects["position"]))["error"].to_pylist()
    columns = ("id", "url", "title", "author", "published", *settings.carry)
    return Counts(
        read=len(errors) + batch.skipped,
        skipped=batch.skipped,
        unreadable=unreadable,
        columns={name: batch.pages.num_rows - batch.pages[name].null_count for name in columns},
        rejected=dict(Counter(errors)),
    )


def _told(rejects: pa.Table, plan: Plan) -> pa.Table:
    """What rejects/ tells of records: no excerpts where pages are excluded, as the broken ones among them have some."""
    if not plan.exclude:
        return rejects
    return rejects.drop(["excerpt"]).append_column(REJECTS.schema.field("excerpt"), pa.nulls(len(rejects), pa.string()))


def _ids_path(work: str, unit: int) -> str:
    """Hashes of a unit's ids wait here, as its stories may have been moved into place when a run continues."""
    return files.join(manifests.unit_folder(work, unit), "ids.u64")


def _hashes(ids: pa.ChunkedArray) -> Array:
    return np.array([xxhash.xxh3_64_intdigest(id) for id in ids.cast(pa.binary()).to_pylist()], "<u8")


def _packed_ids(work: str, unit: int) -> Iterator[Packed]:
    """A hash of each story's id, so that ids that repeat can be counted."""
    hashes = np.frombuffer(files.read_bytes(_ids_path(work, unit)), "<u8")
    yield from pack(hashes, (hashes % np.uint64(PARTITIONS)).astype(np.int64))
