"""Phase 0: the profiles of the sites of this run's input, counted before anything is cleaned.

- `SurveyUnits`: a PTransform that holds the units back until the profile is written
- `load`: what is known of sites: from this run, where it surveys, and from earlier runs
- `keep`: this run's profile put beside those of earlier runs

Sightings wait in files, one a unit, in as many parts as there are partitions of sites; only numbers of units and of
shares of the partitions are shuffled, so memory does not grow with the input. A profile is a folder, finished when it
holds `profile.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise

import apache_beam as beam
import numpy as np
import pyarrow as pa

from schemas.plan import Plan
from schemas.profile import PARTITIONS, PROFILE, SIGHTING, SIGHTINGS
from transforms import files, tables, timing
from transforms import plan as plans
from transforms.packing import Grouped, Packed, shares
from transforms.sketch_files import opened
from transforms.survey import Profile, profile, sightings
from transforms.unit_pages import read_first, sites


class SurveyUnits(beam.PTransform):
    """Unit numbers in, the same out once the profile of all of them is written under `_work`.

    work, identity: as in `CleanUnits`.
    """

    def __init__(self, work: str, identity: str) -> None:
        super().__init__()
        self.work, self.identity = work, identity

    def expand(self, units: beam.PCollection[int]) -> beam.PCollection[int]:
        place = (self.work, self.identity)
        return (
            units
            | "Sight" >> beam.Map(_sight, *place).with_output_types(Packed)
            | "AllSighted" >> beam.GroupByKey()
            | "Shares" >> beam.FlatMap(_shares, *place).with_output_types(int)
            | "SpreadShares" >> beam.Reshuffle()
            | "Count" >> beam.Map(_count, *place).with_output_types(Packed)
            | "AllCounted" >> beam.GroupByKey()
            | "Units" >> beam.FlatMap(_units, *place).with_output_types(int)
            | "SpreadUnits" >> beam.Reshuffle()
        )


def load(plan: Plan, work: str) -> Profile | None:
    """What is known of the sites, some 30 bytes a story; None for a run without a survey and without profiles."""
    folders = [*plan.profiles, *([_folder(work)] if plan.settings.surveys else [])]
    found = [metadata.path for folder in folders for metadata in files.listing(files.join(folder, "*.parquet"))]
    return Profile.of(map(tables.read, found)) if folders else None


def keep(plan: Plan, work: str) -> None:
    """Copy the run's profile to a folder of its own in `plan.profile_folder`, where it replaces one of the same run.

    Drafts wait beside it, as no file is renamed from one file system to another.
    """
    if plan.profile_folder is None or not plan.settings.surveys:
        return
    target = files.join(plan.profile_folder, plan.run_folder)
    drafts = files.join(target, "_work")
    for metadata in files.listing(files.join(_folder(work), "*.parquet")):
        name = metadata.path.rpartition("/")[2]
        files.write_bytes(files.join(target, name), files.read_bytes(metadata.path), drafts)
    files.write_bytes(files.join(target, plans.PROFILE_DONE), json.dumps({"identity": plan.identity}).encode(), drafts)
    files.delete_tree(drafts)
    for metadata in files.listing(files.join(plan.profile_folder, f"{plan.run_name}-*", plans.PROFILE_DONE)):
        if files.parent(metadata.path) != target:
            files.delete_tree(files.parent(metadata.path))


def _sight(unit: int, work: str, identity: str) -> Packed:
    """Write the unit's sightings, unless an earlier try did."""
    path = _sightings_path(work, unit)
    if files.exists(path):
        return 0, b""
    with timing.timed(work, "survey", unit) as clock:
        found = []
        for batch in read_first(plans.load(work, identity), unit, work):
            clock.sized({"survey": batch.pages["text"].nbytes})
            texts, urls, titles = (batch.pages[name].combine_chunks() for name in ("text", "url", "title"))
            found.append(sightings(texts, sites(urls), titles))
        records = np.concatenate([np.empty(0, SIGHTING), *found])
        records = records[np.argsort(records["part"], kind="stable")]  # numbers of a byte are sorted by counting
        bounds = np.searchsorted(records["part"], np.arange(PARTITIONS + 1)).tolist()
        whole = pa.record_batch([np.ascontiguousarray(records[name]) for name in SIGHTINGS.names], schema=SIGHTINGS)
        with files.gathered(path, work) as draft, pa.ipc.new_file(draft, SIGHTINGS) as file:
            for first, last in pairwise(bounds):
                file.write_batch(whole.slice(first, last - first))
    return 0, b""


def _shares(_: Grouped, work: str, identity: str) -> Iterable[int]:
    return range(len(shares(len(plans.load(work, identity).units), PARTITIONS)))


def _count(share: int, work: str, identity: str) -> Packed:
    """Write the profile of one share of the partitions."""
    units = len(plans.load(work, identity).units)
    parts = shares(units, PARTITIONS)[share]
    found = []
    for unit in range(units):
        with opened(_sightings_path(work, unit)) as reader:
            found += [reader.get_batch(part) for part in parts]
    table = pa.Table.from_batches(found)
    records = np.zeros(table.num_rows, SIGHTING)
    for name in SIGHTINGS.names:
        records[name] = table[name].to_numpy()
    with tables.writer(files.join(_folder(work), f"part-{share:02d}.parquet"), PROFILE, work) as file:
        file.write(profile(records))
    return 0, b""


def _units(_: Grouped, work: str, identity: str) -> Iterator[int]:
    plan = plans.load(work, identity)
    yield from plans.largest_first(plan.units, plan.inputs)


def _folder(work: str) -> str:
    return files.join(work, "survey")


def _sightings_path(work: str, unit: int) -> str:
    return files.join(work, "sightings", f"{unit:05d}.arrow")
