"""A page and its story in one: what stayed, what went and what came, piece by piece, each with the rule that did it.

- `trace`: a page and its rows of `edits/` in, pieces out, for whoever shows them
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Piece:
    """Consecutive characters with one fate. `step`, `rule` and `confidence` tell who removed or added them."""

    text: str
    fate: Literal["kept", "removed", "added"]
    step: str = ""
    rule: str = ""
    confidence: float = 1.0


def trace(page: str, edits: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The pieces of a page: kept and removed ones make the page, kept and added ones the story.

    edits: all of the page's rows of `edits/`. What one step added and a later one removed is in neither and left out.
    """
    pieces = [Piece(page, "kept")]
    for rows in _passes(sorted(edits, key=lambda edit: int(edit["order"]))):
        pieces = _edited(pieces, rows[::-1])
    return [piece for piece in pieces if piece.text]


def _passes(edits: list[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Edits that count the same characters: each stands before the last one. A step may pass over a page twice."""
    rows: list[Mapping[str, Any]] = []
    for edit in edits:
        if rows and int(edit["end"]) > int(rows[-1]["start"]):
            yield rows
            rows = []
        rows.append(edit)
    if rows:
        yield rows


def _edited(pieces: list[Piece], edits: list[Mapping[str, Any]]) -> list[Piece]:
    """The pieces after edits, front first, whose spans count the characters that are there before all of them."""
    out: list[Piece] = []
    waiting = deque(pieces)
    at = 0
    for edit in edits:
        start, end = int(edit["start"]), int(edit["end"])
        out += _take(waiting, start - at)
        for piece in _take(waiting, end - start):
            if piece.fate == "removed":
                out.append(piece)
            elif piece.fate == "kept":
                out.append(_by(edit, piece.text, "removed"))
        out.append(_by(edit, edit["after"] or "", "added"))
        at = end
    return [*out, *waiting]


def _take(waiting: deque[Piece], count: int) -> list[Piece]:
    """Pieces from the front with so many characters that are still there; what is removed counts for nothing."""
    out = []
    while count > 0:
        piece = waiting.popleft()
        if piece.fate != "removed" and len(piece.text) > count:
            waiting.appendleft(replace(piece, text=piece.text[count:]))
            piece = replace(piece, text=piece.text[:count])
        if piece.fate != "removed":
            count -= len(piece.text)
        out.append(piece)
    return out


def _by(edit: Mapping[str, Any], text: str, fate: Literal["removed", "added"]) -> Piece:
    return Piece(text, fate, str(edit["step"]), str(edit["rule"]), round(float(edit["confidence"]), 2))
