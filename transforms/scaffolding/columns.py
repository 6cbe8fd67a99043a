"""Columns over the lines of a batch, page by page: sums around a line, distances, the best stretch.

What `features`, `context` and `article` count with. `best_stretch` is useful alone. Nothing looks over a page's edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from transforms import native
from transforms.scaffolding.lines import Array, Lines

FAR = 40  # lines: all that is further away is as far


@dataclass
class Columns:
    """Features as they are made."""

    rows: dict[str, Array] = field(default_factory=dict)  # int16, by name

    def add(self, name: str, values: Array) -> Array:
        """Keep a feature and hand it back; values beyond int16 are clipped."""
        fits = np.clip(values, -32768, 32767) if values.dtype.itemsize > 2 else values
        self.rows[name] = fits.astype(np.int16, copy=False)
        return self.rows[name]


@dataclass(frozen=True)
class Page:
    """Where each line's page begins and ends, as line numbers; helpers that never look over a page's edge."""

    at: Array  # int64: the line's number in the batch
    top: Array
    bottom: Array  # behind the page's last line
    page: Array
    first: Array  # a page and one: its first line
    reaches: dict[tuple[int, int], tuple[Array, Array]] = field(default_factory=dict)  # edges of windows made so far
    edges: dict[int, Array] = field(default_factory=dict)  # lines without a neighbour, by the steps taken so far

    @classmethod
    def of(cls, lines: Lines) -> Page:
        return cls(np.arange(len(lines)), lines.first[lines.page], lines.first[lines.page + 1], lines.page, lines.first)

    def sums(self, values: Array) -> Sums:
        """The values (bool or whole numbers, an entry a line) added up, to be asked for many stretches."""
        return Sums(self, np.append(0, np.cumsum(values, dtype=np.int64)))

    def window(self, values: Array, above: int, below: int) -> Array:
        """Sum of values from `above` lines above to `below` lines below."""
        return self.sums(values).window(above, below)

    def reach(self, above: int, below: int) -> tuple[Array, Array]:
        """The first line from `above` lines above, and behind the last to `below` lines below."""
        if (above, below) not in self.reaches:
            first, behind = np.maximum(self.at - above, self.top), np.minimum(self.at + below + 1, self.bottom)
            self.reaches[above, below] = first, behind
        return self.reaches[above, below]

    def neighbour(self, values: Array, step: int, beyond: int = -1) -> Array:
        """The value (a signed number) `step` lines further down (up where negative), `beyond` over the page's edge."""
        if step not in self.edges:
            at = self.at + step
            self.edges[step] = np.flatnonzero((at < self.top) | (at >= self.bottom))
        near = np.empty_like(values)
        if step > 0:
            near[:-step] = values[step:]
        else:
            near[-step:] = values[:step]
        near[self.edges[step]] = beyond
        return near

    def last(self, mark: Array) -> Array:
        """The last marked line, itself included; -1 where there is none in the batch."""
        at = np.flatnonzero(mark)
        return np.repeat(np.append(-1, at), np.diff(at, prepend=0, append=len(mark)))

    def next(self, mark: Array) -> Array:
        """The next marked line, itself included; behind the last one where there is none in the batch."""
        at = np.flatnonzero(mark)
        return np.repeat(np.append(at, len(mark)), np.diff(at, prepend=-1, append=len(mark) - 1))

    def since(self, mark: Array) -> Array:
        """Lines since the last line that is marked (bool a line), itself included; FAR where there is none."""
        if native.BUILT:
            return native.columns.since(mark.view(np.uint8), self.first, FAR)
        last = self.last(mark)
        return np.where(last >= self.top, np.minimum(self.at - last, FAR), FAR)

    def until(self, mark: Array) -> Array:
        """Lines to the next line that is marked (bool a line), itself included; FAR where there is none."""
        if native.BUILT:
            return native.columns.until(mark.view(np.uint8), self.first, FAR)
        following = self.next(mark)
        return np.where(following < self.bottom, np.minimum(following - self.at, FAR), FAR)

    def before(self, values: Array) -> Array:
        """Sum of the values of the page's lines above, the line itself left out."""
        return self.sums(values).before()

    def repeats(self, code: Array, distinct: int) -> Array:
        """How often the page has the line's code, which is one of so many."""
        if native.BUILT:
            return native.columns.repeats(code, self.first, distinct)
        key = self.page * np.int64(distinct) + code
        _, back, times = np.unique(key, return_inverse=True, return_counts=True)
        return times[back]

    def total(self, values: Array) -> Array:
        """Sum of the values of the whole page, for each of its lines."""
        return self.sums(values).whole()


@dataclass(frozen=True)
class Sums:
    """Values of lines added up: `total` has an entry a line and one, what all lines before it come to."""

    page: Page
    total: Array

    def window(self, above: int, below: int) -> Array:
        """For each line the sum from `above` lines above to `below` lines below."""
        if native.BUILT:
            return native.columns.window(self.total, self.page.first, above, below)
        first, behind = self.page.reach(above, below)
        return self.total[behind] - self.total[first]

    def before(self) -> Array:
        """For each line the sum of the page's lines above."""
        return self.total[:-1] - self.total[self.page.top]

    def whole(self) -> Array:
        """For each line the sum of its page."""
        return self.total[self.page.bottom] - self.total[self.page.top]


def share(part: Array, whole: Array) -> Array:
    """Hundredths, 0 of nothing."""
    return 100 * part // np.maximum(whole, 1)


def best_stretch(lines: Lines, score: Array) -> tuple[Array, Array, Array]:
    """First line, last line and sum of each page's stretch with the highest sum of scores (Kadane, all pages at once).

    A page without a positive score has an empty stretch at its top, and sum 0. Of equal sums the one that ends
    first is taken, and of its beginnings the last.
    """
    if native.BUILT:
        return native.columns.best_stretch(score.astype(np.int64, copy=False), lines.first)
    total = np.append(0, np.cumsum(score, dtype=np.int64))
    spread = np.abs(total).max(initial=0) * 2 + 1
    fall = lines.page * spread  # each page lies below all before it, so a running minimum starts anew
    lowest = np.minimum.accumulate(total[:-1] - fall) if len(score) else total[:-1]
    gain = total[1:] - (lowest + fall)
    pages = np.flatnonzero(np.diff(lines.first))
    first, sums = lines.first[:-1].copy(), np.zeros(lines.pages, np.int64)
    last = first - 1
    if not len(pages):
        return first, last, sums
    best = np.maximum.reduceat(gain, lines.first[pages])
    most = np.zeros(lines.pages, np.int64)
    most[pages] = best
    hit = np.flatnonzero(gain == most[lines.page])
    end = hit[np.searchsorted(hit, lines.first[pages])]
    # the beginning: the last line up to `end` whose prefix is the lowest
    low = np.flatnonzero(total[:-1] - fall == lowest)
    begin = low[np.searchsorted(low, end, side="right") - 1]
    good = best > 0
    first[pages[good]], last[pages[good]], sums[pages[good]] = begin[good], end[good], best[good]
    return first, last, sums
