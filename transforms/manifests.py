"""A unit's manifest: the small file that says the unit is done, and what it holds.

Written last, so that a run that continues knows by a look which units are whole. Counts of a run are sums of
manifests, never of Beam's metrics: a bundle that is retried counts twice there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from apache_beam.io.filesystem import BeamIOError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transforms import files

Count = dict[str, int]


class FileInfo(BaseModel):
    """A file under its name relative to where it lies: rows, bytes, xxh3-128 in hex."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    size: int
    checksum: str


class Counts(BaseModel):
    """What came of the records. `read` counts records; files that could not be read are apart.

    files: those to read, the unreadable among them; unreadable: those that could not be read, or not to the end.
    columns: in how many pages each column was found, those that are named in the settings.
    """

    read: int = 0
    files: int = 0
    skipped: int = 0
    stories: int = 0
    unreadable: int = 0
    repeated_ids: int = 0
    chars_in: int = 0
    chars_out: int = 0
    columns: Count = Field(default_factory=dict)
    filtered: Count = Field(default_factory=dict)
    rejected: Count = Field(default_factory=dict)
    languages: Count = Field(default_factory=dict)
    flags: Count = Field(default_factory=dict)
    edits: Count = Field(default_factory=dict)
    chars_removed: Count = Field(default_factory=dict)

    def balanced(self) -> bool:
        """Whether each record read is in exactly one place."""
        return self.read == self.stories + self.skipped + sum(self.filtered.values()) + sum(self.rejected.values())


class CleanedUnit(BaseModel):
    """Manifest of a unit after phase 1: `files` lie under the unit's folder in `_work`."""

    identity: str
    unit: int
    counts: Counts
    files: list[FileInfo]
    finished_at: float


class Head(BaseModel):
    """The story that was kept for a cluster of `size` stories."""

    document: int
    size: int


class FinishedUnit(BaseModel):
    """Manifest of a unit after phase 3: `files` lie under the output folder.

    cluster_sizes: how many of the unit's kept stories have clusters of each size; heads: a few of them for the report.
    """

    identity: str
    unit: int
    kept: int
    dropped: int
    clusters: int
    relations: Count
    indexed: bool
    files: list[FileInfo]
    cluster_sizes: Count = Field(default_factory=dict)
    heads: list[Head] = Field(default_factory=list)


def unit_folder(work: str, unit: int) -> str:
    return files.join(work, "units", f"{unit:05d}")


def cleaned_path(work: str, unit: int) -> str:
    return files.join(work, "cleaned", f"{unit:05d}.json")


def finished_path(work: str, unit: int) -> str:
    return files.join(work, "finished", f"{unit:05d}.json")


def write(manifest: CleanedUnit | FinishedUnit, path: str, work: str) -> None:
    files.write_bytes(path, manifest.model_dump_json().encode(), work)


def read_cleaned(work: str, unit: int, identity: str) -> CleanedUnit | None:
    """The unit's manifest, or None where it has none of this plan."""
    path = cleaned_path(work, unit)
    try:
        if not files.exists(path):
            return None
        manifest = CleanedUnit.model_validate_json(files.read_bytes(path))
    except (BeamIOError, OSError, ValidationError):
        return None
    return manifest if manifest.identity == identity else None


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of counts, keys sorted."""
    numbers: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = {}
    for part in parts:
        for name, value in part:
            if isinstance(value, dict):
                groups.setdefault(name, Counter()).update(value)
            else:
                numbers[name] += value
    sums = {**numbers, **{name: dict(sorted(group.items())) for name, group in groups.items()}}
    return Counts.model_validate(sums)
