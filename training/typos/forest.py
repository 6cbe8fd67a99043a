"""Boosted trees of scikit-learn as the integers that `transforms.typos.score` walks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from transforms.typos import score


def exported(rank: npt.NDArray[np.int64], *forests: HistGradientBoostingClassifier) -> score.Model:
    """The mean of the forests as integers: limits rounded down (the evidence is whole numbers), leaves in units of the
    score. Trees grown at the same time stand side by side, so that the first ones tell the most."""
    columns: dict[str, list[np.ndarray]]
    roots, columns = [], {name: [] for name in ("feature", "limit", "left", "right", "leaf")}
    depth, total = 0, 0
    unit = 100 * score.LEAF_UNITS / len(forests)
    for tree in (tree for grown in zip(*(forest._predictors for forest in forests), strict=True) for (tree,) in grown):
        nodes = tree.nodes
        roots.append(total)
        own = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        columns["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        columns["limit"].append(np.where(leaf, 0, np.floor(nodes["num_threshold"])).astype(np.int64))
        columns["left"].append(np.where(leaf, own, nodes["left"]) + total)
        columns["right"].append(np.where(leaf, own, nodes["right"]) + total)
        columns["leaf"].append(np.where(leaf, np.rint(nodes["value"] * unit), 0).astype(np.int64))
        depth = max(depth, int(nodes["depth"].max()))
        total += len(nodes)
    bias = round(sum(float(np.ravel(forest._baseline_prediction)[0]) for forest in forests) * unit)
    arrays = {name: np.concatenate(parts).astype(np.int64) for name, parts in columns.items()}
    return score.Model(rank, bias, depth, np.array(roots), **arrays)


def save(model: score.Model, features: Sequence[str], target: Path) -> None:
    """Write a model where `score.load` reads it."""
    names = np.frombuffer("\n".join(features).encode(), np.uint8)
    columns = {
        name: getattr(model, name).astype(np.int32) for name in ("roots", "feature", "limit", "left", "right", "leaf")
    }
    np.savez_compressed(target, features=names, rank=model.rank, bias=model.bias, depth=model.depth, **columns)
