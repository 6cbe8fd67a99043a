"""The trained score: which word was meant, and how sure that is. Integers only, so every CPU decides alike.

Alone useful: `Model` with `load`; `best` picks the likeliest word of each suspect, `Model.judge` scores it.

Two parts, both made by `training/typos/fit.py`: integer weights that rank the words a suspect could have been meant to
be, and a forest of small decision trees (gradient boosting) over the evidence of the best one. A tree compares integers
with integers and its leaves are integers, so the sum is exact. Scores are log-odds in hundredths: 0 is even, 460 is
99 in 100 as the training texts have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms import native
from transforms.typos.evidence import Features
from transforms.typos.tokens import Ints

RANK_UNITS = 100  # rank weights are in hundredths of log-odds times this: evidence in hundredths needs finer ones
LEAD_AT_MOST = 1200  # a rank lead above this says nothing more; also the lead where there is no rival
# After so many trees a pair that scores less than this is given up: none of those known came to 100 in the end
STAGES, HOPELESS = (40, 120), -150
BLOCK = 256  # pairs judged at a time: their places in all trees stay in the cache
LEAF_UNITS = 1 << 10  # leaves are in hundredths of a log-odd times this


class Best(NamedTuple):
    """The likeliest pair of each suspect that has any, and how far it leads the next."""

    pair: Ints
    lead: Ints


@dataclass(frozen=True)
class Model:
    """Weights and trees. Trees are rows: `feature`, `limit` (go left where the value is at most this), `left`, `right`,
    `leaf`; a leaf is its own child, so all walks take `depth` steps."""

    rank: npt.NDArray[np.int64]
    bias: int
    depth: int
    roots: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    limit: npt.NDArray[np.int64]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    leaf: npt.NDArray[np.int64]

    def best(self, features: Features, suspect: Ints) -> Best:
        """The pair of each suspect with the highest rank; of equals the first."""
        rank = features.astype(np.int64) @ self.rank
        order = np.lexsort((-rank, suspect))
        ordered = suspect[order]
        first = np.ones(len(order), bool)
        first[1:] = ordered[1:] != ordered[:-1]
        place = np.flatnonzero(first)
        lead = np.full(len(place), LEAD_AT_MOST)
        second = np.minimum(place + 1, len(order) - 1)
        contested = (place + 1 < len(order)) & ~first[second]
        ahead = (rank[order[place]] - rank[order[second]]) // RANK_UNITS
        lead[contested] = np.minimum(ahead, LEAD_AT_MOST)[contested]
        return Best(order[place], lead)

    def judge(self, features: Features, lead: Ints) -> Ints:
        """How sure each best pair is, in hundredths of log-odds; what some trees find hopeless is left at that."""
        values = np.column_stack([features, lead]).astype(np.int32)
        judged, hopeful = np.full(len(values), self.bias), np.arange(len(values))
        for first, last in pairwise((0, *STAGES, None)):
            judged[hopeful] += self._walk(values[hopeful], slice(first, last))
            hopeful = hopeful[judged[hopeful] >= HOPELESS * LEAF_UNITS]
        return judged // LEAF_UNITS

    def _walk(self, values: Features, trees: slice) -> Ints:
        """The sum of the leaves that each row of values comes to in these trees."""
        feature, limit, leaf = (column[trees] for column in self._full)
        if native.BUILT:
            return native.score.walk(values, feature, limit, leaf)
        levels = [slice(2**level - 1, 2 ** (level + 1) - 1) for level in range(self.depth)]
        asked = [(feature[:, level].ravel(), limit[:, level].ravel()) for level in levels]
        total = np.zeros(len(values), np.int64)
        for at in range(0, len(values), BLOCK):
            block = values[at : at + BLOCK]
            row = np.arange(0, block.size, block.shape[1])[:, None]
            node = np.arange(len(feature))
            for features, limits in asked:
                node = 2 * node + (block.take(features.take(node) + row) > limits.take(node))
            total[at : at + BLOCK] = leaf.ravel().take(node).sum(axis=1)
        return total

    @cached_property
    def _full(self) -> tuple[Features, Features, npt.NDArray[np.int64]]:
        """All trees as full ones: features and limits by node, level after level, and where the last level ends.

        The children of node n of a level are 2n and 2n + 1 of the next, and need no look-up.
        """
        nodes = [self.roots[:, None]]
        for _ in range(self.depth):
            nodes.append(np.stack([self.left[nodes[-1]], self.right[nodes[-1]]], axis=2).reshape(len(self.roots), -1))
        inner = np.hstack([np.empty((len(self.roots), 0), np.int64), *nodes[:-1]])
        return self.feature[inner].astype(np.int32), self.limit[inner].astype(np.int32), self.leaf[nodes[-1]]


def load(path: Path, features: Sequence[str]) -> Model:
    """A model as `training/typos/fit.py` writes it; refused if made for other features."""
    with np.load(path) as table:
        made_for = table["features"].tobytes().decode().split()
        if made_for != list(features):
            odd = sorted(set(made_for) ^ set(features))
            raise ValueError(
                f"{path.name} was trained for other features ({', '.join(odd) or 'another order'}): train it again"
            )
        return Model(
            rank=table["rank"].astype(np.int64),
            bias=int(table["bias"]),
            depth=int(table["depth"]),
            **{name: table[name].astype(np.int64) for name in ("roots", "feature", "limit", "left", "right", "leaf")},
        )
