"""Columns over the lines of a batch, page by page: sums around a line, distances, the best stretch.

What `features`, `context` and `article` count with. `best_stretch` is useful alone. Nothing looks over a page's edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from transforms.scaffolding.lines import Array, Lines

FAR = 40  # lines: all that is further away is as far


@dataclass
class Columns:
    """Features as they are made: a name and an int16 array each."""

    names: list[str] = field(default_factory=list)
    arrays: list[Array] = field(default_factory=list)

    def add(self, name: str, values: Array) -> None:
        """Keep a feature; values beyond int16 are clipped."""
        self.names.append(name)
        self.arrays.append(np.clip(values, -32768, 32767).astype(np.int16))


@dataclass(frozen=True)
class Page:
    """Where each line's page begins and ends, as line numbers; helpers that never look over a page's edge."""

    at: Array  # int64: the line's number in the batch
    top: Array
    bottom: Array  # behind the page's last line
    page: Array
    pages: int

    @classmethod
    def of(cls, lines: Lines) -> Page:
        return cls(np.arange(len(lines)), lines.first[lines.page], lines.first[lines.page + 1], lines.page, lines.pages)

    def window(self, values: Array, above: int, below: int) -> Array:
        """Sum of values from `above` lines above to `below` lines below."""
        total = np.append(0, np.cumsum(values, dtype=np.int64))
        return total[np.minimum(self.at + below + 1, self.bottom)] - total[np.maximum(self.at - above, self.top)]

    def neighbour(self, values: Array, step: int, beyond: int = -1) -> Array:
        """The value `step` lines further down (up where negative), `beyond` over the page's edge."""
        at = self.at + step
        inside = (at >= self.top) & (at < self.bottom)
        return np.where(inside, values[np.where(inside, at, 0)], beyond)

    def since(self, mark: Array) -> Array:
        """Lines since the last marked line, itself included; FAR where there is none."""
        last = np.maximum.accumulate(np.where(mark, self.at, -1)) if len(mark) else self.at
        return np.where(last >= self.top, np.minimum(self.at - last, FAR), FAR)

    def until(self, mark: Array) -> Array:
        """Lines to the next marked line, itself included; FAR where there is none."""
        none = np.iinfo(np.int64).max
        following = np.minimum.accumulate(np.where(mark, self.at, none)[::-1])[::-1]
        return np.where(following < self.bottom, np.minimum(following - self.at, FAR), FAR)

    def before(self, values: Array) -> Array:
        """Sum of the values of the page's lines above, the line itself left out."""
        total = np.append(0, np.cumsum(values, dtype=np.int64))
        return total[:-1] - total[self.top]

    def total(self, values: Array) -> Array:
        """Sum of the values of the whole page, for each of its lines."""
        total = np.append(0, np.cumsum(values, dtype=np.int64))
        return total[self.bottom] - total[self.top]


def share(part: Array, whole: Array) -> Array:
    """Hundredths, 0 of nothing."""
    return 100 * part // np.maximum(whole, 1)


def best_stretch(lines: Lines, score: Array) -> tuple[Array, Array, Array]:
    """First line, last line and sum of each page's stretch with the highest sum of scores (Kadane, all pages at once).

    A page without a positive score has an empty stretch at its top, and sum 0. Of equal sums the one that ends
    first is taken, and of its beginnings the last.
    """
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
    new_low = np.where(total[:-1] - fall == lowest, np.arange(len(score)), -1)
    begin = np.maximum.accumulate(new_low)[end]
    good = best > 0
    first[pages[good]], last[pages[good]], sums[pages[good]] = begin[good], end[good], best[good]
    return first, last, sums
