"""Phase 0: the profiles of the sites of this run's input, counted before anything is cleaned.

- `SurveyUnits`: a PTransform that holds the units back until the profile is written
- `load`: the profile that a batch's sites need: this run's, where it surveys, and those of earlier runs
- `keep`: this run's profile put beside those of earlier runs

Only packed hashes are shuffled. A profile is a folder, finished when it holds `profile.json`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator

import apache_beam as beam
import numpy as np
import pyarrow as pa

from schemas.plan import Plan
from schemas.profile import PARTITIONS, PROFILE, SIGHTING
from transforms import files, tables
from transforms import plan as plans
from transforms.packing import Grouped, Packed, pack, records
from transforms.survey import Profile, partition, profile, sightings, site_hashes
from transforms.unit_pages import batches, sites


class SurveyUnits(beam.PTransform):
    """Unit numbers in, the same out once the profile of all of them is written under `_work`.

    work, identity: as in `CleanUnits`.
    """

    def __init__(self, work: str, identity: str) -> None:
        super().__init__()
        self.work, self.identity = work, identity

    def expand(self, units: beam.PCollection[int]) -> beam.PCollection[int]:
        return (
            units
            | "Sight" >> beam.FlatMap(_sight, self.work, self.identity).with_output_types(Packed)
            | "GroupSites" >> beam.GroupByKey()
            | "Count" >> beam.FlatMap(_count, self.work).with_output_types(Packed)
            | "GroupUnits" >> beam.GroupByKey()
            | "Units" >> beam.FlatMap(_units)
            | "Spread" >> beam.Reshuffle()
        )


def load(plan: Plan, work: str, of: pa.Array) -> Profile | None:
    """What is known of these sites (`of`, hosts); None for a run without a survey and without profiles."""
    folders = [*plan.profiles, *([_folder(work)] if plan.settings.survey else [])]
    if not folders:
        return None
    return _load(tuple(folders), tuple(np.unique(partition(site_hashes(of))).tolist()))


def keep(plan: Plan, work: str) -> None:
    """Copy the run's profile to `plan.profile_target`, replacing one of the same name; `profile.json` comes last."""
    target = plan.profile_target
    if target is None or not plan.settings.survey:
        return
    for metadata in files.listing(files.join(_folder(work), "*.parquet")):
        name = metadata.path.rpartition("/")[2]
        files.write_bytes(files.join(target, name), files.read_bytes(metadata.path), work)
    files.write_bytes(files.join(target, plans.PROFILE_DONE), json.dumps({"identity": plan.identity}).encode(), work)


def _folder(work: str) -> str:
    return files.join(work, "survey")


def _name(part: int) -> str:
    return f"part-{part:02d}.parquet"


def _sight(unit: int, work: str, identity: str) -> Iterator[Packed]:
    """The unit's sightings; and a record under a key of no partition, so that an empty survey ends, too."""
    for batch, _ in batches(plans.load(work, identity), unit):
        texts, urls, titles = (batch.pages[name].combine_chunks() for name in ("text", "url", "title"))
        found = sightings(texts, sites(urls), titles)
        yield from pack(found, found["part"].astype(np.int64))
    yield PARTITIONS, unit.to_bytes(8, "little")


def _count(grouped: Grouped, work: str) -> Iterator[Packed]:
    part, pieces = grouped
    if part == PARTITIONS:
        yield from ((0, piece) for piece in pieces)
        return
    with tables.writer(files.join(_folder(work), _name(part)), PROFILE, work) as file:
        file.write(profile(records(pieces, SIGHTING)))


def _units(everything: Grouped) -> Iterable[int]:
    _, pieces = everything
    return sorted(int.from_bytes(piece, "little") for piece in pieces)


@functools.lru_cache(maxsize=2)
def _load(folders: tuple[str, ...], parts: tuple[int, ...]) -> Profile:
    paths = [files.join(folder, _name(part)) for folder in folders for part in parts]
    return Profile.of(tables.read(path) for path in paths if files.exists(path))
