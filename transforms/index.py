"""The near-duplicate index: what tonight's run knows of earlier ones, and what it leaves to later ones.

- `find`: the parts of earlier runs to compare with, for the plan
- `earlier_keys`: their keys of some partitions that share a bucket with tonight's
- `keep_part`: a unit's kept stories, written for later runs
- `commit`: the run put into the pointer, lapsed runs taken out

Stories of earlier runs are documents of units from `sketch_files.FIRST_INDEXED` on, so that pairs, edges and clusters
need not know about them. Runs of the same or a later date are not looked at: a run done again gives the same output
and the same index.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from schemas.index import INDEXED, SKETCHES, VERSION, IndexedRun, IndexPart, Pointer
from schemas.plan import Plan
from schemas.sketch import KEY, SKETCH
from transforms import files, key_files, sketch_files
from transforms.exclude import excluded
from transforms.neardup.keys import LENGTH_BITS, keys
from transforms.neardup.signature import signed

Array = np.ndarray[Any, Any]

POINTER = "index.json"
RUN_FOLDER = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{16}-[0-9a-f]{12}")  # as `IndexedRun.folder`: its date comes first


class IndexRefusedError(Exception):
    """The index cannot be used, or another run has changed it meanwhile; the message says what to do."""


def find(folder: str, name: str, date: datetime.date, window_days: int) -> tuple[tuple[IndexPart, ...], str]:
    """The parts of runs dated before `date` and at most `window_days` earlier, and the state of the pointer.

    Raises IndexRefusedError for an index of another version or of other sketches.
    """
    pointer, state = _pointer(folder)
    found = []
    for run in pointer.runs:
        earlier = (date - run.date).days
        if run.name != name and 0 < earlier <= window_days:
            paths = (files.join(folder, run.folder, _part_name(part)) for part in run.parts)
            found += [IndexPart(run=run.name, identity=run.identity, path=path) for path in paths]
    return tuple(found), state


def earlier_keys(plan: Plan, parts: range, tonight: Array) -> Array:
    """Keys (dtype `KEY`) of earlier stories in the buckets of tonight's keys, of the partitions `parts`.

    Whom tonight's list of the excluded names is not found: as kept story of a cluster it would be named in the output.
    """
    found = [np.empty(0, KEY)]
    buckets = np.unique((tonight if plan.index else found[0])["key"] >> np.uint64(LENGTH_BITS))
    for number, indexed in enumerate(plan.index):
        earlier = key_files.read(f"{indexed.path}.keys.arrow", parts, sketch_files.FIRST_INDEXED + number)
        found.append(earlier[np.isin(earlier["key"] >> np.uint64(LENGTH_BITS), buckets)])
    out = np.concatenate(found)
    if plan.exclude:
        documents, which = np.unique(out["document"], return_inverse=True)
        stories = sketch_files.at(plan, "", documents, ("document", "known_as"))
        out = out[~excluded(stories["known_as"], frozenset(plan.exclude))[which]]
    return out


def keep_part(plan: Plan, work: str, unit: int, gone: pa.Array) -> None:
    """Write the sketches and keys of a unit's stories, less the documents `gone`, where later runs will find them."""
    if plan.index_folder is None:
        return
    path = files.join(plan.index_folder, plan.run_folder, _part_name(unit))
    drafts = _drafts(plan.index_folder, plan)
    found, rows = [np.empty(0, KEY)], 0
    with sketch_files.SketchWriter(f"{path}.sketches.arrow", drafts, INDEXED) as writer:
        for sketches in sketch_files.batches(plan, work, unit):
            kept = sketches.filter(pc.invert(pc.is_in(sketches["document"], gone)))
            writer.write(signed(kept))
            numbered = kept.set_column(0, SKETCH.field(0), pa.array(np.arange(rows, rows + len(kept), dtype=np.uint64)))
            found.append(keys(numbered))
            rows += len(kept)
    key_files.write(f"{path}.keys.arrow", np.concatenate(found), drafts)


def commit(plan: Plan, parts: Sequence[int], replaced: str | None = None) -> None:
    """Put the run into the pointer; take out what has lapsed, and what it replaces.

    That is a run of the same date and input, and the run of the same date with the identity `replaced`, whose output
    this one takes the place of: no output would hold its stories. Of another date it stays: that night was handed on.

    Raises IndexRefusedError where another run has changed the pointer since this one was planned.
    """
    folder, date = plan.index_folder, plan.settings.run_date
    if folder is None or date is None:
        return
    pointer, state = _pointer(folder)
    own = IndexedRun(name=plan.run_name, date=date, identity=plan.identity, parts=tuple(parts))
    drafts = _drafts(folder, plan)
    others = [run for run in pointer.runs if run.name != own.name and (run.date, run.identity) != (date, replaced)]
    window = max(pointer.window_days, plan.settings.window_days)
    oldest = _oldest(date, others, window)
    gone = _forgotten(folder, oldest, pointer)
    if own not in pointer.runs:  # else this is a retry of this very step
        kept = [run for run in others if run.date >= oldest]
        runs = tuple(sorted([*kept, own], key=lambda run: (run.date, run.name)))
        data = Pointer(window_days=window, runs=runs).model_dump_json(indent=1).encode()
        if state != plan.index_state or not files.replace(
            files.join(folder, POINTER), data, plan.index_state, files.state_of, drafts
        ):
            raise IndexRefusedError(
                f"another run has changed the index {folder} since this one began, so this one's stories do not count: "
                "give the same command again"
            )
        gone += [run.folder for run in pointer.runs if run not in runs and run.folder != own.folder]
    for name in gone:
        files.delete_tree(files.join(folder, name))
    files.delete_tree(drafts)


def _oldest(date: datetime.date, others: Sequence[IndexedRun], window_days: int) -> datetime.date:
    """The date before which runs lapse: out of the longest window before this run's `date` and the newest other one's.

    One run that looks back less far takes nothing from later ones so, nor does one of a mistyped date.
    """
    newest = max((run.date for run in others), default=date)
    return datetime.date.fromordinal(max(min(date, newest).toordinal() - window_days, 1))


def _forgotten(folder: str, oldest: datetime.date, pointer: Pointer) -> list[str]:
    """The folders of runs dated before `oldest` that the pointer does not name: a run that was killed left them.

    A run of such a date that is at work meanwhile will be refused, as the pointer changes before they are deleted.
    """
    named = {run.folder for run in pointer.runs}
    found = {files.parent(one.path) for one in files.listing(files.join(folder, "*", "part-*.arrow"))}
    names = sorted(path.rpartition("/")[2] for path in found)
    return [name for name in names if RUN_FOLDER.fullmatch(name) and name < oldest.isoformat() and name not in named]


def _pointer(folder: str) -> tuple[Pointer, str]:
    path = files.join(folder, POINTER)
    content = files.read_bytes(path) if files.exists(path) else None
    if content is None:
        return Pointer(), files.state_of(None)
    try:
        pointer = Pointer.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise IndexRefusedError(f"{path} is no index of copydesk: {place and place + ': '}{first['msg']}") from None
    if pointer.version != VERSION or pointer.sketches != SKETCHES:
        raise IndexRefusedError(
            f"{path} holds sketches of another version of copydesk, which cannot be compared with today's: "
            "start a new index in another folder"
        )
    return pointer, files.state_of(content)


def _drafts(folder: str, plan: Plan) -> str:
    """Where the run's drafts for the index wait: beside it, as no file is renamed from one file system to another."""
    return files.join(folder, "_work", plan.run_name)


def _part_name(part: int) -> str:
    return f"part-{part:05d}"
