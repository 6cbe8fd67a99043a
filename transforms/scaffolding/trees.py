"""Boosted trees in integers: scores for many lines at once, the same bits on every CPU.

`Trees.scores` is useful alone. The trees are oblivious (one question a level, as CatBoost grows them): a line's leaf in
a tree is a number whose bits are the answers, so a tree costs a comparison a level and a look-up, for whole columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.scaffolding.lines import Array

UNIT = 1000  # what a log-odds of one is in scores
CHUNK = 1 << 15  # lines at a time: what a tree works on stays in the cache


@dataclass(frozen=True)
class Trees:
    """A sum of trees over rows of int16, a feature each."""

    feature: Array  # int16, trees x levels: which row a level asks about
    threshold: Array  # int16, trees x levels: the answer is 1 above it
    leaf: Array  # int16, trees x 2 ** levels: in thousandths of a log-odds
    bias: int  # thousandths of a log-odds

    def scores(self, rows: Sequence[Array]) -> Array:
        """int32, one a column of the rows (int16, one a feature): the log-odds in thousandths."""
        count = len(rows[0])
        out = np.full(count, self.bias, np.int32)
        for low in range(0, count, CHUNK):
            part = [row[low : low + CHUNK] for row in rows]
            total = out[low : low + CHUNK]
            place, answer = np.empty(len(total), np.uint8), np.empty(len(total), bool)
            bit = np.empty(len(total), np.uint8)
            for asked, thresholds, leaf in zip(self.feature.tolist(), self.threshold, self.leaf, strict=True):
                place[:] = 0
                for level, feature in enumerate(asked):
                    np.greater(part[feature], thresholds[level], out=answer)
                    np.left_shift(answer.view(np.uint8), level, out=bit)
                    np.bitwise_or(place, bit, out=place)
                total += leaf.take(place)
        return out
