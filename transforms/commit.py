"""The last step: check that nothing was lost, write `README.md`, `report.html`, `run.json`, and put all into place.

- `commit`: the manifests of all units in, a finished output folder out
- `Commit`: the same as a PTransform

An output is finished when it has `run.json`. Its `result` is the same wherever and however often the job ran;
`execution` tells about this one.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import apache_beam as beam
import numpy as np

from schemas.datasets import DATASETS
from schemas.plan import Plan
from transforms import dataset_card, files, index, manifests, native, publish, survey_units, tables, timing
from transforms import plan as plans
from transforms.manifests import CleanedUnit, Counts, FinishedUnit
from transforms.packing import Grouped, Packed, records
from transforms.publish import CARD, REPORT, RUN
from transforms.report import facts, page


class LostRecordsError(Exception):
    """The counts of the run do not add up: nothing may be lost, so the run fails."""


class Commit(beam.PTransform):
    """Finished manifests (0, JSON) and counts of repeated ids (1, number) in; the result's counts as JSON out.

    output: the folder of the datasets; work, identity: as in `FinishUnits`; engine: the runner's name, for `run.json`.
    """

    def __init__(self, output: str, work: str, identity: str, engine: str) -> None:
        super().__init__()
        self.output, self.work, self.identity, self.engine = output, work, identity, engine

    def expand(self, manifests_and_repeats: tuple[beam.PCollection[Packed], ...]) -> beam.PCollection[str]:
        return (
            manifests_and_repeats
            | beam.Flatten()
            | "Together" >> beam.Map(lambda packed: (0, packed)).with_output_types(tuple[int, Packed])
            | beam.GroupByKey()
            | beam.Map(_commit, self.output, self.work, self.identity, self.engine).with_output_types(str)
        )


class CountRepeats(beam.PTransform):
    """Packed hashes of ids, by partition, in; (1, how many stories have an id that an earlier one has) out."""

    def expand(self, ids: beam.PCollection[Packed]) -> beam.PCollection[Packed]:
        return ids | beam.GroupByKey() | beam.Map(_repeats).with_output_types(Packed)


def _repeats(partition: Grouped) -> Packed:
    _, pieces = partition
    hashes = records(pieces, "<u8")
    return 1, str(len(hashes) - len(np.unique(hashes))).encode()


def _commit(everything: tuple[int, Iterable[Packed]], output: str, work: str, identity: str, engine: str) -> str:
    finished, repeats = [], 0
    for kind, content in everything[1]:
        if kind == 0:
            finished.append(FinishedUnit.model_validate_json(content))
        else:
            repeats += int(content)
    return json.dumps(commit(finished, repeats, output, work, identity, engine))


def commit(
    finished: list[FinishedUnit], repeats: int, output: str, work: str, identity: str, engine: str
) -> dict[str, Any]:
    """Check and end the run; hands back the result that `run.json` holds. Ends it, too, where an earlier try broke off.

    Raises LostRecordsError where records read and records found again differ.
    """
    if not publish.is_done(output, work):
        plan = plans.load(work, identity)
        if not files.exists(files.join(publish.outbox(work), RUN)):
            complete(plan, finished, repeats, work, engine)
        survey_units.keep(plan, work)
        parts = [manifest.unit for manifest in finished if manifest.indexed]
        index.commit(plan, parts, publish.replaced_identity(work))
        publish.publish(output, work)
    files.delete_tree(work)
    return dict(json.loads(files.read_bytes(files.join(output, RUN)))["result"])


def complete(plan: Plan, finished: list[FinishedUnit], repeats: int, work: str, engine: str) -> None:
    """Check what lies in the outbox and add what is still missing there, `run.json` last."""
    box = publish.outbox(work)
    finished.sort(key=lambda manifest: manifest.unit)
    cleaned = [_cleaned(work, unit, plan.identity) for unit in range(len(plan.units))]
    counts = manifests.total(manifest.counts for manifest in cleaned)
    counts = counts.model_copy(update={"repeated_ids": repeats})
    check(plan, counts, finished, box)
    names = [info for manifest in finished for info in manifest.files]
    names += _empty_datasets({info.name.partition("/")[0] for info in names}, plan, box, work)
    result = describe(plan, counts, finished)
    files.write_bytes(files.join(box, CARD), dataset_card.write(result).encode(), work)
    result["files"] = [info.model_dump() for info in sorted(names, key=lambda info: info.name)]
    spent = timing.total(work)
    execution = {
        "engine": engine,
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds_by_step": dict(spent.seconds.most_common()),
        "bytes_by_step": dict((+spent.bytes).most_common()),
        "peak_worker_bytes": spent.peak,
        "native": native.BUILT,
    }
    seen = page.render(facts.gather(result, execution, finished, box, work))
    files.write_bytes(files.join(box, REPORT), seen.encode(), work)
    content = {"result": result, "execution": execution}
    files.write_bytes(files.join(box, RUN), json.dumps(content, indent=1, ensure_ascii=False).encode(), work)


def check(plan: Plan, counts: Counts, finished: list[FinishedUnit], box: str) -> None:
    """Raises LostRecordsError unless every record read is in exactly one place, by manifests and by footers."""
    if [manifest.unit for manifest in finished] != list(range(len(plan.units))):
        raise LostRecordsError(f"{len(plan.units)} units were planned and {len(finished)} finished")
    if not counts.balanced():
        raise LostRecordsError(f"records read and records found again differ: {counts.model_dump_json()}")
    kept, dropped = (sum(getattr(manifest, name) for manifest in finished) for name in ("kept", "dropped"))
    relations = sum(sum(manifest.relations.values()) for manifest in finished)
    expected = {
        "duplicates": sum(manifest.clusters for manifest in finished) + relations,
        "stories": kept + (dropped if plan.settings.duplicates == "mark" else 0),
        "filtered": sum(counts.filtered.values()),
        "rejects": sum(counts.rejected.values()) + counts.unreadable,
    }
    if kept + dropped != counts.stories:
        raise LostRecordsError(f"{counts.stories} stories were cleaned, but {kept} kept and {dropped} dropped")
    rows: Counter[str] = Counter()
    for manifest in finished:
        for info in manifest.files:
            rows[info.name.partition("/")[0]] += tables.rows_of(files.join(box, info.name))
    for name, number in expected.items():
        if rows[name] != number:
            raise LostRecordsError(f"{name}/ holds {rows[name]} rows, but {number} were counted")


def describe(plan: Plan, counts: Counts, finished: list[FinishedUnit]) -> dict[str, Any]:
    """`result` of `run.json`, less its list of files."""
    numbers = counts.model_dump()
    numbers["units"] = len(plan.units)
    numbers["files_read"] = numbers.pop("files")
    numbers["kept"] = sum(manifest.kept for manifest in finished)
    numbers["dropped"] = sum(manifest.dropped for manifest in finished)
    numbers["clusters"] = sum(manifest.clusters for manifest in finished)
    numbers["relations"] = _sums(manifest.relations for manifest in finished)
    return {
        "identity": plan.identity,
        "settings": plan.described(),
        "versions": plan.versions,
        "schemas": {dataset.name: dataset.version for dataset in DATASETS},
        "counts": numbers,
    }


def _cleaned(work: str, unit: int, identity: str) -> CleanedUnit:
    manifest = manifests.read_cleaned(work, unit, identity)
    if manifest is None:
        raise LostRecordsError(f"unit {unit} has no manifest")
    return manifest


def _sums(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))


def _empty_datasets(present: set[str], plan: Plan, box: str, work: str) -> list[manifests.FileInfo]:
    """A file without rows for each dataset that has none: a reader finds the columns all the same."""
    made = []
    for dataset in DATASETS:
        if dataset.name not in present:
            carried = plan.settings.carry if dataset.name == "stories" else ()
            name = f"{dataset.name}/part-00000.parquet"
            schema = dataset.stamped(plan.versions["copydesk"], carried)
            written = tables.write_empty(files.join(box, name), schema, work)
            made.append(manifests.FileInfo(name=name, **dataclasses.asdict(written)))
    return made
