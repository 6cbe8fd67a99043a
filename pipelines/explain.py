"""`copydesk explain PAGE`: a page with what goes struck out and what comes in marked, each with its rule.

- `explain`: the pages of an input, each with what the steps make of it
- `look_up`: what asks an index for near-duplicates of a story
- `render`: one explained page as text for a terminal, or for anything else
- `marked`: the pieces of a page as such text
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import click
import pyarrow as pa

from pipelines import undoing
from pipelines.options import UsageError
from pipelines.terminal import safe, table
from schemas.filtered import REASONS
from schemas.plan import Plan
from transforms import index_lookup
from transforms.clean import Desk, clean
from transforms.index_lookup import Near
from transforms.trace import Piece, trace
from transforms.unit_pages import batches, ids

LookUp = Callable[[pa.Table], tuple[Near, ...]]

ONE_PAGE = ("text", "html")
MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


@dataclass(frozen=True)
class Explained:
    """A page, and what became of it: `outcome` is story, filtered (with `reason`) or reject (with `reason`)."""

    id: str
    outcome: str
    reason: str
    language: str
    flags: tuple[str, ...]
    pieces: tuple[Piece, ...]
    undo: str = ""
    """Lines of copydesk.toml that undo its edits."""
    near: tuple[Near, ...] | None = None
    """Its near-duplicates in the index, the likest first; None where no index was asked."""

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def look_up(plan: Plan, index: str) -> LookUp:
    """What asks the index for near-duplicates of the plan's stories. Raises `transforms.index.IndexRefusedError`."""
    plan = plan.model_copy(update={"index": index_lookup.parts_of(index, plan.settings)})
    return lambda stories: tuple(index_lookup.near(stories, plan))


def explain(plan: Plan, look_up: LookUp | None = None, id: str | None = None) -> Iterator[Explained]:
    """What the steps before deduplication make of each page of the plan's input, or of those with this id.

    Ids that a run made up tell where a page stood in its input: a file that is one page is explained whatever the id.
    Raises UsageError for an unreadable file.
    """
    desk = Desk.planned(plan)
    if len(plan.inputs) == 1 and plan.inputs[0].format in ONE_PAGE:
        id = None
    document = 0
    for batch in (batch for unit in range(len(plan.units)) for batch, _ in batches(plan, unit)):
        for reject in batch.rejects.to_pylist():
            if reject["position"] is None:
                raise UsageError(f"cannot read {reject['source']}: {reject['message']}")
            if id is None:
                yield Explained(f"position {reject['position']}", "reject", reject["message"], "", (), ())
        for row, named in enumerate(ids(batch.pages).to_pylist()):
            if id in (None, named):
                page = batch.pages.slice(row, 1)
                outcome = clean(page, document, desk)
                document += 1
                one = _explained(page["text"][0].as_py(), outcome)
                found = look_up(outcome.stories) if look_up and one.outcome == "story" else None
                yield dataclasses.replace(one, near=found)


def render(page: Explained, color: bool) -> str:
    """The page as lines: struck and coloured with `color`, with [-marks-] and {+marks+} without; then who did it."""
    reason = f"{page.reason}: {REASONS[page.reason]}" if page.reason in REASONS else page.reason
    head = [page.id, page.outcome + (f" ({reason})" if reason else ""), page.language, *page.flags]
    title = safe(" · ".join(part for part in head if part))
    parts = [click.style(title, bold=True) if color else title, marked(page.pieces, color)]
    if page.near is not None:
        rows = [(*_shares(one), one.id, one.run, one.published[:10]) for one in page.near]
        header = ("near-duplicate of", "shared", "own words", "id", "run", "published")
        parts.append(table(header, rows) if rows else "It is no near-duplicate of a story in the index.")
    return "\n\n".join([*parts, *filter(None, [page.undo])]) + ("" if page.undo else "\n")


def marked(pieces: Iterable[Piece], color: bool) -> str:
    """Pieces with what went struck and what came coloured, or between marks, and the rules that did it."""
    return "".join(_shown(piece, color) for piece in pieces)


def _shares(one: Near) -> tuple[str, str, str]:
    return one.relation, f"{one.similarity:.0%}", str(one.own_words)


def _explained(text: str, outcome: Any) -> Explained:
    if outcome.filtered.num_rows:
        row = outcome.filtered.to_pylist()[0]
        whole = (Piece(text, "removed", "", row["reason"]),) if row["text"] else ()
        return Explained(row["id"] or "", "filtered", row["reason"], "", (), whole)
    if outcome.rejects.num_rows:
        row = outcome.rejects.to_pylist()[0]
        return Explained(f"position {row['position']}", "reject", row["message"], "", (), ())
    story = outcome.stories.to_pylist()[0]
    pieces = tuple(trace(text, outcome.edits.to_pylist()))
    return Explained(story["id"], "story", "", story["language"], tuple(story["flags"]), pieces, undoing.lines(pieces))


def _shown(piece: Piece, color: bool) -> str:
    text = safe(piece.text)
    if piece.fate == "kept":
        return text
    trailing = text[len(text.rstrip("\n")) :] if color else ""
    text = text.removesuffix(trailing)
    by = f"‹{piece.rule} {piece.confidence:.2f}›" if piece.rule and len(piece.text) > 3 else ""
    if color:
        struck = piece.fate == "removed"
        marked = click.style(text, fg="red" if struck else "green", strikethrough=struck)
        return marked + click.style(by, dim=True) + trailing
    opening, closing = MARKS[piece.fate]
    return f"{opening}{text}{closing}{by}"
