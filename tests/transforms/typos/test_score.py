"""The trained score: ranks and trees of integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.twins import both
from transforms.typos import score
from transforms.typos.score import LEAD_AT_MOST, LEAF_UNITS, RANK_UNITS, Model

pytestmark = pytest.mark.usefixtures("each_twin")


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


@given(st.integers(0, 2**32), st.integers(0, 70), st.integers(1, 4), st.integers(1, 50))
def test_both_twins_judge_alike(seed, pairs, depth, trees):
    some = np.random.default_rng(seed)
    inner = 2**depth - 1
    nodes = 2 * inner + 1
    below = np.arange(nodes) < inner  # the others are leaves
    left, right = (np.where(below, 2 * np.arange(nodes) + step, np.arange(nodes)) for step in (1, 2))
    first = nodes * np.arange(trees)
    forest = Model(
        rank=some.integers(-9, 9, 3),
        bias=7,
        depth=depth,
        roots=first,
        feature=some.integers(0, 4, nodes * trees),
        limit=some.integers(-5, 5, nodes * trees),
        left=(first[:, None] + left).ravel(),
        right=(first[:, None] + right).ravel(),
        leaf=some.integers(-9, 9, nodes * trees) * LEAF_UNITS,
    )
    features = some.integers(-6, 6, (pairs, 3)).astype(np.int32)
    lead = some.integers(-6, 6, pairs)
    in_c, in_numpy = both(lambda: forest.judge(features, lead))
    assert in_c.dtype == in_numpy.dtype
    assert in_c.tolist() == in_numpy.tolist()


def test_a_model_for_other_features_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    np.savez(path, features=np.frombuffer(b"length\ncolour", np.uint8))
    with pytest.raises(ValueError, match="colour"):
        score.load(path, ["length"])
