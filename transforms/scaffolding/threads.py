"""Where readers' comments begin: the one kind of prose behind an article that looks like more of it.

A thread shows in its markers, which come again and again at short distances once the article has been told.

- `thread_starts`: the markers are short lines with a date or a button ("Reply", "Report")
- `repeat_starts`: the marker is one short line, the same each time, in whatever language ("said", "odpowiedz")
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.scaffolding.lines import Array, Lines

MARKER_WORDS = 14
CHAIN = 4  # markers make a thread
GAP = 15  # lines at most from one to the next
SPREAD = 6  # lines at least from the first to the last: less is a list of dates
TOLD = 3  # sentences of the article that stand before
NAME_WORDS = 6  # a line above the first marker that is no longer is the reader's name
SENTENCE_ENDS = list(b'.!?"')
IN_WORDS = r"\p{L}{3}|\p{Han}"  # a bullet, a bar or a number repeats within articles too
DATED = r"\b(?:19|20)\d\d\b|\bago\b"  # a clock time alone also marks the entries of a live blog


def thread_starts(lines: Lines, comments: Array, dates: Array, told: Array) -> Array:
    """int64 a page: the line at which its thread begins; behind its last line where there is none.

    `comments` and `dates` are bool a distinct line, what rules of those families hit; `told` is bool a line: a sentence
    of the article.
    """
    dated = np.flatnonzero(dates)
    mark: Array = comments.copy()
    found = pc.match_substring_regex(lines.distinct.take(pa.array(dated)), DATED, ignore_case=True)
    mark[dated] |= found.to_numpy(zero_copy_only=False)
    return _starts(lines, np.flatnonzero(mark[lines.code] & (lines.words <= MARKER_WORDS)), told)


def repeat_starts(lines: Lines, doubted: Array, told: Array) -> Array:
    """The same, where the markers are a line in words that the page repeats and that is `doubted` (bool a line)."""
    at = np.flatnonzero(doubted & (lines.words <= MARKER_WORDS))
    at = at[np.bincount(lines.code[at], minlength=len(lines.distinct))[lines.code[at]] >= CHAIN]  # few are left to sort
    _, which, times = np.unique(
        lines.page[at] * np.int64(len(lines.distinct)) + lines.code[at], return_inverse=True, return_counts=True
    )
    at = at[times[which] >= CHAIN]
    said = np.unique(lines.code[at])
    words = pc.match_substring_regex(lines.distinct.take(pa.array(said)), IN_WORDS).to_numpy(zero_copy_only=False)
    return _starts(lines, at[np.isin(lines.code[at], said[words])], told)


def _starts(lines: Lines, at: Array, told: Array) -> Array:
    """Where each page's first chain of markers begins, which stand in the lines `at`."""
    starts = lines.first[1:].copy()
    if at.size < CHAIN:
        return starts
    chained = (np.diff(at) <= GAP) & (np.diff(lines.page[at]) == 0)
    links = np.lib.stride_tricks.sliding_window_view(chained, CHAIN - 1).all(axis=1)
    first = at[: at.size - CHAIN + 1]
    sentences = np.append(0, np.cumsum(told))
    before = sentences[first] - sentences[lines.first[lines.page[first]]]
    first = first[links & (at[CHAIN - 1 :] - first >= SPREAD) & (before >= TOLD)]
    above = np.maximum(first - 1, 0)
    last = lines.raw[lines.offset[lines.page[above]] + lines.end[above] - 1]
    named = (
        (first > lines.first[lines.page[first]]) & (lines.words[above] <= NAME_WORDS) & ~np.isin(last, SENTENCE_ENDS)
    )
    np.minimum.at(starts, lines.page[first], first - named)
    return starts
