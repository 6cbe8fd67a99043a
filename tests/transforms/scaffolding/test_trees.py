"""Trees in integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from transforms.scaffolding.model import LineModel
from transforms.scaffolding.trees import CHUNK, Trees

pytestmark = pytest.mark.usefixtures("each_twin")

TWO = Trees(
    feature=np.array([[0, 1], [1, 0]], np.int16),
    threshold=np.array([[5, 0], [-1, 32767]], np.int16),
    leaf=np.array([[1, 10, 100, 1000], [2, 20, 0, 0]], np.int16),
    bias=-7,
)


def test_a_leaf_is_found_by_the_bits_of_the_answers():
    rows = [np.array([5, 6, 5, 6], np.int16), np.array([-1, 0, 1, 1], np.int16)]
    assert TWO.scores(rows).tolist() == [1 + 2 - 7, 10 + 20 - 7, 100 + 20 - 7, 1000 + 20 - 7]


def test_long_columns_are_scored_like_short_ones():
    rows = [np.arange(CHUNK + 3).astype(np.int16), np.zeros(CHUNK + 3, np.int16)]
    whole = TWO.scores(rows)
    assert whole[-3:].tolist() == TWO.scores([row[-3:] for row in rows]).tolist()
    assert whole.dtype == np.int32


def test_no_lines_have_no_scores():
    assert TWO.scores([np.zeros(0, np.int16)] * 2).tolist() == []


def test_the_model_that_ships_is_whole_numbers_and_small():
    model = LineModel.load()
    for part in (model.first, model.second, model.page, model.gain):
        assert {part.feature.dtype, part.threshold.dtype, part.leaf.dtype} == {np.dtype(np.int16)}


@given(st.integers(0, 600), st.integers(1, 9), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_both_twins_give_the_same_scores(count, trees, levels, seed):
    random = np.random.default_rng(seed)

    def numbers(*shape):
        return random.integers(-32768, 32768, shape).astype(np.int16)

    features = random.integers(0, 4, (trees, levels)).astype(np.int16)
    grown = Trees(features, numbers(trees, levels), numbers(trees, 1 << levels), bias=5)
    rows = numbers(4, count)
    in_c, in_numpy = both(lambda: grown.scores(rows))
    assert in_c.dtype == in_numpy.dtype
    assert in_c.tolist() == in_numpy.tolist()
