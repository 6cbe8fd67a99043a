"""Boosted trees in integers: scores for many lines at once, the same bits on every CPU.

`Trees.scores` is useful alone. The trees are oblivious (one question a level, as CatBoost grows them): a line's leaf in
a tree is a number whose bits are the answers, so a tree costs a comparison a level and a look-up, for whole columns.
Two trees share a look-up, in a table of the sums of their leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transforms import native
from transforms.scaffolding.lines import Array

UNIT = 1000  # what a log-odds of one is in scores
CHUNK = 1 << 15  # lines at a time: what a tree works on stays in the cache


@dataclass(frozen=True)
class Trees:
    """A sum of trees over rows of int16, a feature each."""

    feature: Array  # int16, trees x levels (at most 6): which row a level asks about
    threshold: Array  # int16, trees x levels: the answer is 1 above it
    leaf: Array  # int16, trees x 2 ** levels: in thousandths of a log-odds
    bias: int  # thousandths of a log-odds

    def scores(self, rows: Sequence[Array]) -> Array:
        """int32, one a column of the rows (int16, one a feature): the log-odds in thousandths."""
        if native.BUILT:
            return native.trees.scores(rows, self.feature, self.threshold, self.leaf, self.bias)
        count = len(rows[0])
        out = np.full(count, self.bias, np.int32)
        for low in range(0, count, CHUNK):
            part = [row[low : low + CHUNK] for row in rows]
            total = out[low : low + CHUNK]
            answer, place = np.empty(len(total), bool), np.zeros((2, len(total)), np.uint8)
            bit, first_bit = answer.view(np.uint8), place.view(bool)
            wide, more = np.empty((2, len(total)), np.uint16)
            index, sums = np.empty(len(total), np.intp), np.empty(len(total), np.int32)
            for pair, table in zip(self._questions, self._tables, strict=True):
                for ((feature, threshold), *others), at, begun in zip(pair, place, first_bit, strict=False):
                    np.greater(part[feature], threshold, begun)
                    for feature, threshold in others:
                        np.add(at, at, at)  # a shift of bytes is twenty times slower in NumPy
                        np.greater(part[feature], threshold, answer)
                        np.bitwise_or(at, bit, at)
                wide[:], more[:] = place
                np.multiply(wide, self._leaves, wide)
                np.add(wide, more, wide)
                index[:] = wide
                table.take(index, out=sums, mode="wrap")  # no index is too high: "wrap" skips the check
                np.add(total, sums, total)
        return out

    @property
    def _leaves(self) -> np.uint16:
        return np.uint16(self.leaf.shape[1])

    @cached_property
    def _questions(self) -> list[list[list[tuple[int, np.int16]]]]:
        """Feature and threshold of each level from the highest bit down, for each tree of each pair."""
        trees = [
            [(int(feature), threshold) for feature, threshold in zip(asked, thresholds, strict=True)][::-1]
            for asked, thresholds in zip(self.feature, self.threshold, strict=True)
        ]
        return [trees[at : at + 2] for at in range(0, len(trees), 2)]

    @cached_property
    def _tables(self) -> Array:
        """int32, pairs of trees x leaves of the first times leaves of the second: what both give together."""
        odd = np.zeros((len(self.leaf) % 2, self.leaf.shape[1]), np.int32)
        leaf = np.concatenate([self.leaf.astype(np.int32), odd])
        sums: Array = leaf[::2, :, None] + leaf[1::2, None, :]
        return sums.reshape(len(sums), -1)
