"""From lines to remove to edits: minimal surgery on the page's own characters.

`edits` is useful alone: it takes `Lines` and which of them go, and gives the table of edits. What stays is the page
less whole lines with their line ends: a paragraph break stays a paragraph break, and no gap grows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from schemas.edits import BATCH_EDITS
from transforms.scaffolding.lines import Array, Lines

BLANK_EDGE = "layout/blank-edge"  # white space before the first line that stays and behind the last


def edits(lines: Lines, removed: Array, rules: list[str], confidences: Array) -> pa.Table:
    """A table of `BATCH_EDITS` that removes lines; neighbours of one rule share an edit.

    `removed` has an index into `rules` a line, negative where the line stays; `confidences` (0 to 100) how sure that
    is: an edit is as sure as its least sure line. Pages of which nothing stays get no edit: they hold no story.
    """
    gone = removed >= 0
    kept_before = np.append(0, np.cumsum(~gone))
    has_text = kept_before[lines.first[1:]] > kept_before[lines.first[:-1]]
    gone &= has_text[lines.page]

    runs = _runs(lines, gone, removed)
    start, end = _spans(lines, gone, *runs)
    page, rule = lines.page[runs[0]], removed[runs[0]]
    names = np.array([*rules, BLANK_EDGE], dtype=object)
    at = np.flatnonzero(gone)
    sure = np.minimum.reduceat(confidences[at], np.searchsorted(at, runs[0])) if len(at) else confidences[at]

    edge_page, edge_start, edge_end = _edges(lines, gone, has_text)
    page = np.concatenate((page, edge_page))
    start, end = np.concatenate((start, edge_start)), np.concatenate((end, edge_end))
    rule = np.concatenate((rule, np.full(len(edge_page), len(rules))))
    sure = np.concatenate((sure, np.full(len(edge_page), 100))).astype(np.uint8)
    order = np.lexsort((start, page))
    order = order[(end > start)[order]]
    return pa.table(
        {
            "row": pa.array(page[order], pa.int64()),
            "start": pa.array(start[order], pa.int64()),
            "end": pa.array(end[order], pa.int64()),
            "replacement": pa.array([""] * len(order), pa.string()),
            "rule": pa.array(names[rule[order]].tolist(), pa.string()),
            "confidence": pa.array(sure[order], pa.uint8()),
        },
        schema=BATCH_EDITS,
    )


def _runs(lines: Lines, gone: Array, removed: Array) -> tuple[Array, Array]:
    """First and last line of each run of removed neighbours on one page with one rule."""
    at = np.flatnonzero(gone)
    if not len(at):
        return at, at
    joined = (np.diff(at) == 1) & (np.diff(lines.page[at]) == 0) & (np.diff(removed[at]) == 0)
    return at[np.append(True, ~joined)], at[np.append(~joined, True)]


def _spans(lines: Lines, gone: Array, first: Array, last: Array) -> tuple[Array, Array]:
    """The bytes that each run takes with it.

    Runs that touch form a group, between two lines that stay. A group takes the line ends below it, and those above
    beyond a paragraph break; or, where the wider gap is below (a caption glued under a paragraph), the line ends above.
    At the top all goes to the first line that stays, at the bottom all from the last line that stays. Within a group a
    run reaches to the next run's first line.
    """
    if not len(first):
        return first, first
    top, bottom = lines.first[lines.page[first]], lines.first[lines.page[first] + 1]
    opens = (first == top) | ~gone[np.maximum(first - 1, 0)]
    closes = (last + 1 == bottom) | ~gone[np.minimum(last + 1, len(lines) - 1)]

    head, tail = first[opens], last[closes]
    over, under = np.maximum(head - 1, 0), np.minimum(tail + 1, len(lines) - 1)
    at_top, at_bottom = (first == top)[opens], (last + 1 == bottom)[closes]
    wider_below = ~at_top & ~at_bottom & (lines.blanks[under] > lines.blanks[head])

    start, end = lines.opening[first], np.append(lines.opening[first[1:]], 0)
    start[opens] = np.where(at_top, 0, np.where(wider_below | at_bottom, lines.end[over], lines.second[head]))
    behind = np.where(wider_below, lines.end[tail], lines.opening[under])
    end[closes] = np.where(at_bottom, lines.size[lines.page[tail]], behind)
    return start, end


def _edges(lines: Lines, gone: Array, has_text: Array) -> tuple[Array, Array, Array]:
    """Blank space above a first line and below a last line that stay where they are, as page, start, end."""
    pages = np.flatnonzero(has_text)
    first, last = lines.first[pages], lines.first[pages + 1] - 1
    top, bottom = ~gone[first], ~gone[last]
    page = np.concatenate((pages[top], pages[bottom]))
    start = np.concatenate((np.zeros(top.sum(), np.int64), lines.end[last[bottom]]))
    end = np.concatenate((lines.opening[first[top]], lines.size[pages[bottom]]))
    return page, start, end
