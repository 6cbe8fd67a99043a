"""`copydesk show OUTPUT ID`: a page of a finished run before and after, its edits, and its cluster.

- `show`: what a run made of the pages with an id
- `render`: one of them as text for a terminal, or for anything else
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click
import pyarrow as pa
from apache_beam.io.filesystem import BeamIOError

from pipelines import undoing
from pipelines.explain import marked
from pipelines.options import UsageError
from pipelines.terminal import safe, table
from transforms import editing, files
from transforms.finish import final_name
from transforms.packing import UNIT_BITS
from transforms.publish import RUN
from transforms.report.lookup import Row, rows_of, rows_where
from transforms.trace import Piece, trace

MEMBERS = 20


@dataclass(frozen=True)
class Shown:
    """A page of a run. `outcome`: story, copy or filtered; `row`: of stories/, duplicates/ or filtered/.

    pieces: empty for a copy that was dropped, only what stayed where the run kept no text of its edits. edits: rows of
    edits/. cluster: rows of duplicates/ with the `title` and `url` of those that stories/ holds, at most `MEMBERS`.
    """

    outcome: str
    row: Row
    pieces: tuple[Piece, ...] = ()
    edits: tuple[Row, ...] = ()
    cluster: tuple[Row, ...] = ()
    note: str = ""

    @property
    def before(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.fate != "added")

    def as_json(self) -> dict[str, Any]:
        told = {name: value for name, value in vars(self).items() if name != "pieces"}
        return told | {"before": self.before, "undo": undoing.lines(self.pieces)}


class Output:
    """A finished run's folder: its result, and its files. Raises UsageError where there is none."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        try:
            self.result: dict[str, Any] = json.loads(files.read_bytes(files.join(folder, RUN)))["result"]
        except (OSError, BeamIOError):
            raise UsageError(f"{folder} holds no finished run: there is no {RUN} in it") from None
        except (ValueError, KeyError, TypeError):
            raise UsageError(f"{files.join(folder, RUN)} was not written by copydesk") from None

        self._names = sorted(info["name"] for info in self.result["files"] if info["rows"])

    def paths(self, dataset: str) -> list[str]:
        """The files of a dataset, in the order of their names. Raises UsageError where one is gone."""
        return [self._path(name) for name in self._names if name.startswith(f"{dataset}/")]

    def where(self, dataset: str, column: str, values: pa.Array) -> list[Row]:
        """The rows of a dataset whose column has one of these values."""
        return [row for path in self.paths(dataset) for row in rows_where(path, column, values)]

    def of(self, dataset: str, document: int, columns: Sequence[str] | None = None) -> list[Row]:
        """The rows of a document."""
        name = final_name(dataset, document >> UNIT_BITS)
        return rows_of(self._path(name), [document], columns) if name in self._names else []

    def _path(self, name: str) -> str:
        path = files.join(self.folder, name)
        if not files.exists(path):
            raise UsageError(f"{self.folder} has lost {name}, which its {RUN} lists")
        return path


def show(folder: str, id: str) -> Iterator[Shown]:
    """What became of each page with this id. Raises UsageError where the folder holds no finished run."""
    output = Output(folder)
    asked = pa.array([id], pa.string())
    copies = {row["document"]: row for row in output.where("duplicates", "id", asked)}
    stories = output.where("stories", "id", asked)
    for story in stories:
        yield _story(output, story, copies.get(story["document"]))
    for document in sorted(copies.keys() - {story["document"] for story in stories}):
        row = copies[document]
        note = f"It is a copy of {row['kept_id']} and was dropped: no dataset holds its text."
        yield Shown("copy", row, cluster=_cluster(output, row), note=note)
    for row in output.where("filtered", "id", asked):
        yield Shown("filtered", row, (Piece(row["text"] or "", "removed", "", row["reason"]),))


def render(page: Shown, color: bool) -> str:
    """The page with what went struck out and what came marked, its cluster, and lines that undo its edits."""
    row = page.row
    head = [row["id"], page.outcome + (f" ({row['reason']})" if page.outcome == "filtered" else "")]
    head += [row.get("language") or "", *(row.get("flags") or [])]
    title = safe(" · ".join(part for part in head if part))
    told = [row.get("title"), row.get("url"), row.get("author"), row.get("published")]
    facts = "\n".join(safe(str(one)) for one in told if one)
    parts = [click.style(title, bold=True) if color else title, facts, marked(page.pieces, color), page.note]
    if page.cluster:
        parts.append(table(("relation", "shared", "own words", "kept", "id", "title"), map(_member, page.cluster)))
    return "\n\n".join(part for part in [*parts, undoing.lines(page.pieces).rstrip()] if part) + "\n"


def _story(output: Output, story: Row, member: Row | None) -> Shown:
    edits, note = output.of("edits", story["document"]), ""
    if output.result["settings"]["edits"] == "full":
        pieces = tuple(trace(editing.undo(story["text"], edits), edits))
    else:
        pieces = (Piece(story["text"], "kept"),)
        note = f"The run kept no text of its edits (--edits {output.result['settings']['edits']})."
    outcome = "story" if story["kept"] else "copy"
    return Shown(outcome, story, pieces, tuple(edits), _cluster(output, member) if member else (), note)


def _cluster(output: Output, member: Row) -> tuple[Row, ...]:
    """The members of this member's cluster, the kept story first."""
    rows = output.where("duplicates", "cluster_document", pa.array([member["cluster_document"]], pa.uint64()))
    rows.sort(key=lambda row: (row["relation"] is not None, row["document"]))
    out = []
    for row in rows[:MEMBERS]:
        stories = output.of("stories", row["document"], ("document", "title", "url"))
        out.append(row | (stories[0] if stories else {"title": None, "url": None}))
    return tuple(out)


def _member(row: Row) -> tuple[str, ...]:
    relation, kept = row["relation"] or "kept", "yes" if row["kept"] else "no"
    return relation, f"{row['similarity']:.0%}", str(row["own_words"]), kept, row["id"], row["title"] or ""
