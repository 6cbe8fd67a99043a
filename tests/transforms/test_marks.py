"""Marks counted as bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.marks import marked_before


@given(st.lists(st.sampled_from([0, 0, 1, 7]), max_size=200))
def test_marks_are_counted_as_a_cumulative_sum_would(values):
    mask = np.array(values, np.uint8)
    at = np.arange(len(mask) + 1)
    assert marked_before(mask, at).tolist() == np.append(0, np.cumsum(mask != 0)).tolist()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128])
def test_the_place_behind_the_last_entry_can_be_asked_for(length):
    assert marked_before(np.ones(length, bool), np.array([length])).tolist() == [length]
