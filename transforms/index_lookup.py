"""Which stories of an index a few stories are near-duplicates of, looked up outside a run.

- `parts_of`: the parts of an index to look in
- `near`: stories in, what each is to stories of earlier runs out

A run judges the same pairs in the same way; but it sees tonight's other stories, too, so it may keep another story for
the cluster.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.index import IndexPart
from schemas.plan import Plan
from schemas.settings import Settings
from schemas.sketch import MEMBERS
from transforms import files, index, key_files, sketch_files
from transforms import plan as plans
from transforms.find_duplicates import rules_of, within
from transforms.neardup.candidates import candidate_pairs, distinct_pairs
from transforms.neardup.clusters import of_earlier_run
from transforms.neardup.keys import keys
from transforms.neardup.relation import relations
from transforms.neardup.sketch import sketch
from transforms.neardup.verify import verify
from transforms.packing import UNIT_BITS


@dataclass(frozen=True)
class Near:
    """A story of an earlier run: what the page is to it, as in `duplicates/`; share of the shorter one's words."""

    relation: str
    similarity: float
    own_words: int
    id: str
    run: str
    published: str


def parts_of(folder: str, settings: Settings) -> tuple[IndexPart, ...]:
    """The parts that a run of `run_date` would compare with; all of the index where there is no date.

    Raises `index.IndexRefusedError`, also where there is no index.
    """
    folder = plans.absolute(folder)
    if not files.exists(files.join(folder, index.POINTER)):
        raise index.IndexRefusedError(f"--index: {folder} holds no index: there is no {index.POINTER} in it")
    date, days = settings.run_date, settings.window_days
    if date is None:
        date, days = datetime.date.max, datetime.date.max.toordinal()
    return index.find(folder, "", date, days)[0]


def near(stories: pa.Table, plan: Plan) -> list[Near]:
    """What these stories (`schemas.stories`, of unit 0) are to those of `plan.index`, the likest first."""
    sketches = sketch(stories)
    own = keys(sketches)
    rules = rules_of(plan.settings)
    earlier = index.earlier_keys(plan, range(key_files.PARTITIONS), own)
    pairs = distinct_pairs([candidate_pairs(np.concatenate([own, earlier]))])
    pairs = pairs[of_earlier_run(pairs[:, 1]) & ~of_earlier_run(pairs[:, 0])]
    sketches = pa.concat_tables([sketches, sketch_files.at(plan, "", np.unique(pairs[:, 1]))])
    edges = verify(pairs[within(pairs, sketches, plan.settings.window_days)], sketches, rules)
    found = [row for edge in edges for row in relations(_cluster_of(edge), edge[None], rules).to_pylist()]
    found = [row for row in found if row["relation"]]
    return list(_told(sorted(found, key=lambda row: -row["similarity"]), sketches, plan))


def _cluster_of(edge: np.void) -> pa.Table:
    """The two stories of an edge as a cluster of their own, of which the earlier one is kept."""
    columns = ([edge["a"], edge["b"]], [edge["b"]] * 2, [2, 2], [1, 0], [False, False])
    return pa.table([pa.array(one, kind) for one, kind in zip(columns, MEMBERS.types, strict=True)], schema=MEMBERS)


def _told(found: list[dict[str, Any]], sketches: pa.Table, plan: Plan) -> Iterator[Near]:
    rows = {row["document"]: row for row in sketches.select(["document", "id", "published"]).to_pylist()}
    for row in found:
        story = rows[row["kept_document"]]
        run = plan.index[(row["kept_document"] >> UNIT_BITS) - sketch_files.FIRST_INDEXED].run
        published = story["published"].isoformat() if story["published"] else ""
        yield Near(row["relation"], row["similarity"] / 100, row["own_words"], story["id"], run, published)
