"""Plan a run: find the input's files and cut them into units, before anything is read.

- `find`: the files that paths, folders, globs and lists name
- `expand_lists`: patterns without lists
- `cut`: the files as units of about the same size
- `largest_first`: the order in which units are handed out
- `make`: the whole plan, with its identity
- `save`, `load`: `_work/plan.json`
"""

from __future__ import annotations

import functools
import importlib.metadata
import itertools
import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import xxhash
from apache_beam.io.filesystem import BeamIOError, FileMetadata
from apache_beam.io.filesystems import FileSystems

from schemas.index import IndexPart
from schemas.plan import Input, Plan, Span, described
from schemas.settings import Settings
from transforms import files, index, publish
from transforms.read import SPLITTABLE, Fields, FilePiece, Limits, recognise
from transforms.read.decoding import REPLACEMENT, SURROGATES
from transforms.read.pieces import UnreadableError
from transforms.typos import usage

# A unit's size follows from the input's: small inputs make enough units to keep some workers busy, large ones units
# that a worker cleans in seconds and that fit its memory many times over.
LARGEST_UNIT, SMALLEST_UNIT, UNITS_AT_LEAST = 64 << 20, 2 << 20, 32

# What a compressed byte of news stands for.
WEIGHTS = {"gzip": 4, "zstd": 4, "bz2": 5, "plain": 1}

# Packages whose version can change a byte of the result.
DECISIVE = (
    "apache-beam",
    "datasketch",
    "fastwarc",
    "ftfy",
    "google-re2",
    "langdetect",
    "numpy",
    "orjson",
    "pyarrow",
    "rapidfuzz",
    "resiliparse",
    "symspellpy",
    "wordfreq",
)


# What makes a path a glob.
MAGIC = r"[*?\[]"

# The file that says that a site profile is whole.
PROFILE_DONE = "profile.json"


class NoInputError(Exception):
    """Nothing to read; the message names the path."""


class VersionMismatchError(Exception):
    """A worker runs other packages than the plan was made with: its bytes could differ. Names each that differs."""


def find(patterns: Sequence[str], without: str | None = None) -> tuple[list[tuple[str, FileMetadata]], list[str]]:
    """(source, metadata) of every file that the patterns name, sorted by source, each file once; and what is left out.

    A pattern is a file, a folder (all below it but hidden files), a glob, or `@list` with one pattern a line.
    Sources are paths relative to the folder that all patterns share. What lies in the folder `without`, the output, is
    no input, and the folders of finished runs, which a pattern names with their `run.json`, are left out.
    Raises NoInputError.
    """
    found: dict[str, FileMetadata] = {}
    roots, left_out = [], set[str]()
    for pattern in expand_lists(patterns):
        root, matches = _match(pattern)
        roots.append(root)
        matches = [one for one in matches if not (without and one.path.startswith(f"{without}/"))]
        outputs = publish.outputs_among(one.path for one in matches)
        left_out.update(outputs)
        below = tuple(f"{folder}/" for folder in outputs)
        found |= {one.path: one for one in matches if not one.path.startswith(below)}
    if not found:
        hint = f"; {min(left_out)} holds a finished run: its pages are in its folder stories" if left_out else ""
        raise NoInputError(f"no file to read in {', '.join(patterns)}{hint}")
    shared = _shared_folder(roots)
    inputs = [(path.removeprefix(shared).lstrip("/"), metadata) for path, metadata in found.items()]
    return sorted(inputs), sorted(left_out)


def expand_lists(patterns: Iterable[str]) -> list[str]:
    """The patterns, each `@list` as those that it holds. Raises NoInputError where a list cannot be read."""
    out = []
    for pattern in patterns:
        out += _lines(pattern[1:]) if pattern.startswith("@") else [pattern]
    return out


def cut(inputs: Sequence[Input]) -> tuple[tuple[Span, ...], ...]:
    """The inputs, in their order, as units: small files packed together, large ones split where their format allows."""
    weights = [one.size * WEIGHTS[one.compression] for one in inputs]
    target = min(LARGEST_UNIT, max(SMALLEST_UNIT, sum(weights) // UNITS_AT_LEAST))
    units: list[list[Span]] = [[]]
    filled = 0
    for number, (one, weight) in enumerate(zip(inputs, weights, strict=True)):
        parts = max(1, round(weight / target)) if one.format in SPLITTABLE and one.compression == "plain" else 1
        bounds = [one.size * part // parts for part in range(parts + 1)]
        for start, end in itertools.pairwise(bounds):
            share = weight // parts
            if units[-1] and filled + share > target:
                units.append([])
                filled = 0
            units[-1].append(Span(input=number, start=start, end=end if parts > 1 else None))
            filled += share
    return tuple(tuple(unit) for unit in units if unit)


def largest_first(units: Sequence[Sequence[Span]], inputs: Sequence[Input]) -> list[int]:
    """The numbers of the units, those with most to read first, for workers who are dealt them in turn.

    The local runner deals once and for all: so each gets as many large ones, and what one has more of is small.
    """

    def weight(unit: int) -> int:
        read = [(inputs[span.input], span) for span in units[unit]]
        sizes = [one.size if span.end is None else span.end - span.start for one, span in read]
        return sum(size * WEIGHTS[one.compression] for size, (one, _) in zip(sizes, read, strict=True))

    return sorted(range(len(units)), key=weight, reverse=True)


def make(
    patterns: Sequence[str],
    settings: Settings,
    without: str | None = None,
    site_profiles: str | None = None,
    index_folder: str | None = None,
) -> Plan:
    """The plan for these inputs and settings, `without` the output folder, with what earlier runs left.

    Raises NoInputError where there is nothing to read, or a list, rule or exclude file cannot be read; ValueError where
    a carried column would hide another, or an index has no date; `index.IndexRefusedError`.
    """
    fields(settings)
    found, left_out = find(patterns, without)
    inputs = []
    for source, metadata in found:
        try:
            format, compression = recognise(metadata.path)
        except UnreadableError:  # its unit will say so, in rejects/
            format, compression = "text", "plain"
        # a plan is UTF-8: where a name is not, its unit will find no such file
        path, source = (SURROGATES.sub(REPLACEMENT, name) for name in (metadata.path, source))
        inputs.append(
            Input(
                path=path,
                source=source,
                format=format,
                compression=compression,
                size=metadata.size_in_bytes,
                stamp=str(metadata.last_updated_in_seconds),
            )
        )
    units = cut(inputs)
    if settings.limit is not None:  # the first N pages are known only to who reads them in order
        units = (tuple(span for unit in units for span in unit),)
    rules = rule_files(settings)
    exclude = exclude_list(settings)
    word_profile = None
    if settings.typos.word_profile:
        word_profile = _checksum(settings.typos.word_profile)
        typos = settings.typos.model_copy(update={"word_profile": absolute(settings.typos.word_profile)})
        settings = settings.model_copy(update={"typos": typos})  # a worker may stand in another folder
    versions = decisive_versions()
    listed = [[one.source, one.size] for one in inputs]
    name = f"{settings.run_date or 'run'}-{_digest(listed)[:16]}"
    profiles = _profiles(site_profiles, name)
    parts, state = _index(index_folder, name, settings)
    known = [path.rpartition("/")[2] for path in profiles], [[part.run, part.identity] for part in parts]
    identity = _digest([versions, described(settings), rules, exclude, word_profile, known, listed])
    return Plan(
        identity=identity,
        fingerprint=_digest([identity, profiles, [[one.path, one.stamp] for one in inputs]]),
        versions=versions,
        settings=settings,
        rules=rules,
        exclude=exclude,
        word_profile=word_profile,
        profiles=profiles,
        profile_folder=absolute(site_profiles) if site_profiles else None,
        run_name=name,
        index_folder=absolute(index_folder) if index_folder else None,
        index_state=state,
        index=parts,
        inputs=tuple(inputs),
        left_out=tuple(left_out),
        units=units,
    )


def rule_files(settings: Settings) -> tuple[str, ...]:
    """The texts of the user's rule files. Raises NoInputError."""
    return tuple(read_text(path) for path in settings.scaffolding.rules)


def exclude_list(settings: Settings) -> tuple[str, ...]:
    """The entries of the list of excluded ids, URLs and sites. Raises NoInputError."""
    return tuple(_lines(settings.exclude)) if settings.exclude else ()


def fields(settings: Settings) -> Fields:
    """Which columns of the input hold what. Raises ValueError where a carried column would hide another."""
    names = settings.fields
    return Fields(names.text, names.id, names.url, names.date, names.title, names.author, settings.carry)


def limits(settings: Settings) -> Limits:
    """How much a reader takes."""
    return Limits(page_bytes=settings.limits.page_bytes, inflation=settings.limits.inflation)


def pieces(plan: Plan, unit: int) -> list[FilePiece]:
    """The pieces that a unit reads, in order."""
    out = []
    for span in plan.units[unit]:
        one = plan.inputs[span.input]
        out.append(
            FilePiece(
                path=one.path,
                source=one.source,
                format=one.format,
                compression=one.compression,
                start=span.start,
                end=span.end,
                size=one.size,
            )
        )
    return out


def path_of(work: str) -> str:
    return files.join(work, "plan.json")


def save(plan: Plan, work: str) -> None:
    files.write_bytes(path_of(work), plan.model_dump_json(indent=1).encode(), work)
    load.cache_clear()


@functools.lru_cache(maxsize=2)
def load(work: str, identity: str) -> Plan:
    """The plan under `work`, read once a process.

    Raises ValueError where it is another plan than the job's, VersionMismatchError where this process could give other
    bytes.
    """
    plan = Plan.model_validate_json(files.read_bytes(path_of(work)))
    if plan.identity != identity:
        raise ValueError(f"{path_of(work)} is not the plan of this run: another run has taken its place")
    check_versions(plan)
    return plan


@functools.cache
def decisive_versions() -> dict[str, str]:
    """Version of copydesk, Python (major and minor) and each package that can change a byte of the result."""
    versions = {name: importlib.metadata.version(name) for name in ("copydesk", *DECISIVE)}
    return versions | {"python": ".".join(platform.python_version_tuple()[:2])}


def read_text(path: str) -> str:
    """A list, rule or exclude file, whole. Raises NoInputError."""
    try:
        return _read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoInputError(f"cannot read {path}: {error}") from None


def _read(path: str) -> bytes:
    try:
        return files.read_bytes(path)
    except (OSError, BeamIOError) as error:
        raise NoInputError(f"cannot read {path}: {error}") from None


def _checksum(path: str) -> str:
    """xxh3-128 of a word profile, which is checked, too. Raises NoInputError, ValueError."""
    data = _read(path)
    try:
        usage.load(data)
    except usage.ProfileError as error:
        raise ValueError(f"{path} {error}") from None
    return xxhash.xxh3_128_hexdigest(data)


def word_profile(path: str, expected: str | None) -> pa.Table:
    """The word profile that a run was planned with, or any. Raises NoInputError, ValueError where it is another now."""
    data = _read(path)
    if expected not in (None, xxhash.xxh3_128_hexdigest(data)):
        raise ValueError(f"{path} was changed since the run was planned")
    return usage.load(data)


def _profiles(folder: str | None, own: str) -> tuple[str, ...]:
    """The finished profiles of other runs, sorted."""
    if folder is None:
        return ()
    finished = [files.parent(one.path) for one in files.listing(files.join(absolute(folder), "*", PROFILE_DONE))]
    return tuple(path for path in finished if not path.rpartition("/")[2].startswith(f"{own}-"))


def check_versions(plan: Plan) -> None:
    """Raises VersionMismatchError, naming each package that differs."""
    mine = decisive_versions()
    differing = [
        f"{name} {mine.get(name)} here, {there} there"
        for name, there in plan.versions.items()
        if mine.get(name) != there
    ]
    if differing:
        raise VersionMismatchError(
            "this worker's packages are not those of the plan, so its output could differ: "
            + "; ".join(differing)
            + ". Build the workers from the same lock file as the launcher."
        )


def _index(folder: str | None, name: str, settings: Settings) -> tuple[tuple[IndexPart, ...], str]:
    if folder is None:
        return (), ""
    if settings.run_date is None:
        raise ValueError("--index needs --run-date, by which earlier runs are told from later ones")
    return index.find(absolute(folder), name, settings.run_date, settings.window_days)


def _digest(content: list[Any]) -> str:
    return xxhash.xxh3_128_hexdigest(json.dumps(content, sort_keys=True).encode())


def absolute(path: str) -> str:
    """A local path from the root; any other as it is, without a slash at its end."""
    return path.rstrip("/") if "://" in path else os.path.abspath(path)


def _lines(path: str) -> list[str]:
    """The entries of a list, one a line; a line that begins with # is a comment."""
    lines = [line.strip() for line in read_text(path).splitlines()]
    return [line for line in lines if line and line[0] != "#"]


def _match(pattern: str) -> tuple[str, list[FileMetadata]]:
    """The folder that a pattern's sources are relative to, and its files."""
    pattern = absolute(pattern)
    try:
        if os.path.isfile(pattern):  # also where its name holds a glob's characters
            return files.parent(pattern), [FileSystems.get_filesystem(pattern).metadata(pattern)]
        magic = None if os.path.isdir(pattern) else re.search(MAGIC, pattern)
        matches = [] if os.path.isdir(pattern) else files.listing(pattern)
        if magic:
            root = pattern[: magic.start()].rpartition("/")[0]
        elif matches:
            root = files.parent(pattern)
        else:
            root = pattern.rstrip("/")
            below = files.listing(f"{re.sub(MAGIC, '?', root)}/**")
            inside = [one for one in below if one.path.startswith(f"{root}/")]
            matches = [one for one in inside if not _hidden(one.path.removeprefix(root))]
    except (OSError, BeamIOError, ValueError) as error:
        raise NoInputError(f"cannot look at {pattern}: {error}") from None
    if not matches:
        raise NoInputError(f"no file to read at {pattern}")
    return root, matches


def _hidden(path: str) -> bool:
    """A leading dot or underscore marks what is no data, as Spark and Hadoop have it."""
    return any(part.startswith((".", "_")) for part in path.split("/"))


def _shared_folder(folders: Sequence[str]) -> str:
    split = [folder.split("/") for folder in folders]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join(shared)
