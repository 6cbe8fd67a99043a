"""The trained score: ranks and trees of integers."""

import numpy as np
import pytest

from transforms.typos import score
from transforms.typos.score import LEAD_AT_MOST, LEAF_UNITS, RANK_UNITS, Model


@pytest.fixture
def model() -> Model:
    """One tree: feature 0 at most 5 gives -100, else a lead of at most 10 gives 50, else 200; the rank is feature 0."""
    leaf = np.array([0, -100, 0, 50, 200]) * LEAF_UNITS
    feature, limit = np.array([0, 0, 2, 0, 0]), np.array([5, 0, 10, 0, 0])
    left, right = np.array([1, 1, 3, 3, 4]), np.array([2, 1, 4, 3, 4])
    return Model(np.array([RANK_UNITS, 0]), 10 * LEAF_UNITS, 2, np.array([0]), feature, limit, left, right, leaf)


def test_the_best_pair_leads_the_next(model):
    features = np.array([[3, 0], [9, 0], [4, 0], [7, 0]], np.int32)
    best = model.best(features, np.array([0, 0, 1, 2]))
    assert best.pair.tolist() == [1, 2, 3]
    assert best.lead.tolist() == [6, LEAD_AT_MOST, LEAD_AT_MOST]


def test_of_equals_the_first_is_best(model):
    best = model.best(np.array([[3, 0], [3, 1]], np.int32), np.array([0, 0]))
    assert best.pair.tolist() == [0]
    assert best.lead.tolist() == [0]


def test_trees_are_walked_to_their_leaves(model):
    features = np.array([[5, 0], [6, 0], [6, 0]], np.int32)
    assert model.judge(features, np.array([0, 10, 11])).tolist() == [-90, 60, 210]


def test_nothing_to_judge(model):
    empty = np.zeros((0, 2), np.int32)
    assert len(model.best(empty, np.zeros(0, np.int64)).pair) == 0
    assert len(model.judge(empty, np.zeros(0, np.int64))) == 0


def test_a_model_for_other_features_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    np.savez(path, features=np.frombuffer(b"length\ncolour", np.uint8))
    with pytest.raises(ValueError, match="colour"):
        score.load(path, ["length"])
