"""The report's evidence: pages before and after, and clusters with what differs in them, read back from files.

- `pages`: a sample of the stories, each as the pieces that stayed, went and came
- `clusters`: clusters with their members
- `differences`: what one text has that another has not
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import Indel

from transforms import editing, files, manifests, staged, tables
from transforms.manifests import FinishedUnit, Head
from transforms.packing import UNIT_BITS
from transforms.report import picks
from transforms.report.lookup import Row, rows_at, rows_of
from transforms.trace import Piece, trace

PAGE_COLUMNS = ("document", "id", "url", "site", "title", "language", "cluster_size", "flags", "chars_in")
MEMBER_COLUMNS = ("document", "id", "url", "site", "title", "published")

# A page longer than this is shown without its edits: they are for reading, not for proof.
LONGEST = 200_000
COUNTED_MEMBERS, COMPARED_MEMBERS, COMPARED_WORDS = 2_000, 4, 3_000
CONTEXT_WORDS = 8


@dataclass(frozen=True)
class Page:
    """A story: its row of `stories/`, and its pieces (only what stayed, where the audit holds no text)."""

    story: Row
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """A run of words of two texts: in `both`, only in the `kept` story, only in the `member`; or `skipped` words."""

    text: str
    where: Literal["both", "kept", "member", "skipped"]


@dataclass(frozen=True)
class Member:
    """A story of a cluster: its rows of `duplicates/` and `stories/`; what differs, where it was compared."""

    relation: Row
    story: Row
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """A cluster of `size` stories: at most `COUNTED_MEMBERS` members, the kept story first, and their sites."""

    size: int
    members: tuple[Member, ...]
    sites: Counter[str] = field(default_factory=Counter)


def pages(output: str, work: str, finished: Sequence[FinishedUnit], audited: bool) -> list[Page]:
    """A sample of the run's stories. `audited`: whether `edits/` holds what stood there."""
    names = {manifest.unit: _named(manifest, "stories") for manifest in finished}
    there = [(unit, info) for unit, info in names.items() if info is not None]
    picked: dict[int, list[int]] = defaultdict(list)
    for part, row in picks.rows(picks.PAGES, [info.rows for _, info in there]):
        picked[part].append(row)
    out = []
    for part, rows in picked.items():
        unit, info = there[part]
        path = files.join(output, info.name)
        stories = _with_texts(rows_at(path, rows, PAGE_COLUMNS), path, work, unit)
        edits = _named(finished[unit], "edits") if audited else None
        out += _with_pieces(stories, files.join(output, edits.name) if edits else None)
    return out


def clusters(
    output: str, work: str, finished: Sequence[FinishedUnit], heads: Iterable[Head], compare: bool
) -> list[Cluster]:
    """The clusters of these kept stories, in their order; with `compare` what differs, too.

    Copies that are in no dataset any more are read from the staged files of the run.
    """
    heads = list(heads)
    relations = _relations(output, finished, [head.document for head in heads])
    light = _staged(work, (row["document"] for rows in relations.values() for row in rows), MEMBER_COLUMNS)
    out = []
    for head in heads:
        members = [Member(row, light[row["document"]]) for row in relations[head.document]]
        members.sort(key=lambda member: member.relation["relation"] is not None)
        sites = Counter(member.story["site"] for member in members if member.story["site"])
        out.append(Cluster(head.size, tuple(members), sites))
    return _compared(out, work) if compare else out


def differences(kept: str, member: str) -> tuple[Difference, ...]:
    """What differs between two texts, word by word; long runs that both have are cut to their ends."""
    left, right = (re.findall(r"\S+", text)[:COMPARED_WORDS] for text in (kept, member))
    out: list[Difference] = []
    for op in Indel.opcodes(left, right):
        if op.tag == "equal":
            out += _shortened(left[op.src_start : op.src_end], bool(op.src_start), op.src_end < len(left))
        elif op.tag == "delete":
            behind = len(out) - (bool(out) and out[-1].where == "member")  # what the kept story has goes first
            out.insert(behind, Difference(" ".join(left[op.src_start : op.src_end]), "kept"))
        else:
            out.append(Difference(" ".join(right[op.dest_start : op.dest_end]), "member"))
    return tuple(out)


def _named(manifest: FinishedUnit, dataset: str) -> manifests.FileInfo | None:
    return next((info for info in manifest.files if info.name.startswith(f"{dataset}/")), None)


def _with_texts(stories: list[Row], path: str, work: str, unit: int) -> list[Row]:
    """The same with their texts: the staged ones where they still are, as one of the final file costs its row group."""
    waiting = staged.path_of(work, unit, "stories")
    documents = [story["document"] for story in stories]
    find, where = (staged.rows_of, waiting) if files.exists(waiting) else (rows_of, path)
    texts = {row["document"]: row["text"] for row in find(where, documents, ("document", "text"))}
    return [{**story, "text": texts[story["document"]]} for story in stories]


def _with_pieces(stories: list[Row], edits: str | None) -> list[Page]:
    """Each story with the pieces that its edits, rows of this file, make of it."""
    made: dict[int, list[Row]] = defaultdict(list)
    if edits is not None:
        for row in rows_of(edits, (story["document"] for story in stories)):
            made[row["document"]].append(row)
    out = []
    for story in stories:
        rows = made[story["document"]]
        if edits is None or max(story["chars_in"], len(story["text"])) > LONGEST:
            out.append(Page(story, (Piece(story["text"], "kept"),)))
        else:
            out.append(Page(story, tuple(trace(editing.undo(story["text"], rows), rows))))
    return out


def _relations(output: str, finished: Sequence[FinishedUnit], heads: list[int]) -> dict[int, list[Row]]:
    """Rows of `duplicates/` by the document of the kept story, for these kept stories of this run."""
    asked = pa.array(heads, pa.uint64())
    found: dict[int, list[Row]] = {head: [] for head in heads}
    for manifest in finished:
        info = _named(manifest, "duplicates")
        if info is None:
            continue
        for table in tables.batches(files.join(output, info.name)):
            table = table.filter(pc.is_in(table["cluster_document"], asked))
            for row in table.to_pylist():
                rows = found[row["cluster_document"]]
                if len(rows) < COUNTED_MEMBERS or row["relation"] is None:
                    rows.append(row)
    return found


def _staged(work: str, documents: Iterable[int], columns: Sequence[str]) -> dict[int, Row]:
    """Stories as they were staged, copies among them, by document."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    for document in documents:
        by_unit[document >> UNIT_BITS].append(document)
    found = {}
    for unit, wanted in sorted(by_unit.items()):
        path = staged.path_of(work, unit, "stories")
        found.update({row["document"]: row for row in staged.rows_of(path, wanted, columns)})
    return found


def _compared(found: list[Cluster], work: str) -> list[Cluster]:
    """The clusters with what differs in the members that are least like the kept story."""
    chosen = []
    for cluster in found:
        copies = sorted(
            cluster.members[1:], key=lambda member: (member.relation["similarity"], member.story["document"])
        )
        chosen.append([member.story["document"] for member in copies[:COMPARED_MEMBERS]])
    asked = [cluster.members[0].story["document"] for cluster in found] + [one for each in chosen for one in each]
    texts = {document: row["text"] for document, row in _staged(work, asked, ("document", "text")).items()}
    out = []
    for cluster, documents in zip(found, chosen, strict=True):
        kept, *rest = cluster.members
        text = texts[kept.story["document"]]
        compared = {one: differences(text, texts[one]) for one in documents}
        rest = [replace(member, differences=compared.get(member.story["document"], ())) for member in rest]
        out.append(replace(cluster, members=(kept, *rest)))
    return out


def _shortened(words: list[str], begun: bool, goes_on: bool) -> list[Difference]:
    """Words that both texts have: those next to a difference, and how many there are between."""
    head, tail = CONTEXT_WORDS * begun, CONTEXT_WORDS * goes_on
    left_out = len(words) - head - tail
    if left_out < CONTEXT_WORDS:
        return [Difference(" ".join(words), "both")]
    parts = [
        Difference(" ".join(words[:head]), "both"),
        Difference(str(left_out), "skipped"),
        Difference(" ".join(words[len(words) - tail :]), "both"),
    ]
    return [part for part in parts if part.text]
