"""How much of one story stands in another: the loops in C and in NumPy say the same, and what a plain loop says."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from transforms.neardup.coverage import Lists, Shingled, covered, hits, numbers
from transforms.neardup.sketch import sketch

# Few words, so that stories share many; some with a digit, as numbers are looked at apart.
WORDS = st.sampled_from(["sea", "wind", "port", "7", "12", "7.5", "ferry", "ran"])
# Values that fall into few cells of a table, and such as stand at its ends.
VALUES = st.sampled_from([0, 1, 2, 3, 1 << 31, (1 << 31) + 1, 0xFFFFFFFE, 0xFFFFFFFF])
STORIES = st.lists(st.lists(WORDS, max_size=40), min_size=2, max_size=5)


def shingled(stories: list[list[str]]) -> Shingled:
    texts = [" ".join(words) for words in stories]
    return Shingled.of(sketch(pa.table({"document": range(len(texts)), "id": texts, "text": texts})))


def compared(stories: Shingled) -> list[np.ndarray]:
    """All that is asked of each story and each other one."""
    rows, others = (ends.ravel() for ends in np.indices(2 * [len(stories.words)]))
    found, back = covered(stories, rows, others)
    with_slips = found.counts_with_slips(stories.headlines[rows])
    return [
        found.flags, found.first, found.before, back.flags, back.first, with_slips,
        *numbers(stories, rows, others, found), stories.sampled.values, stories.sampled.first,
    ]  # fmt: skip


@given(STORIES)
def test_both_twins_compare_stories_alike(texts):
    in_c, in_numpy = both(lambda: compared(shingled(texts)))
    for one, other in zip(in_c, in_numpy, strict=True):
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()


@pytest.mark.usefixtures("each_twin")
@given(st.lists(st.lists(VALUES, max_size=12), min_size=1, max_size=5))
def test_values_of_a_list_that_stand_in_another_are_counted(values):
    lists = Lists.of(pa.array(values, pa.list_(pa.uint32())))
    rows, others = (ends.ravel() for ends in np.indices(2 * [len(values)]))
    expected = [sum(value in values[other] for value in values[row]) for row, other in zip(rows, others, strict=True)]
    assert hits(lists, rows, others).tolist() == expected


@pytest.mark.usefixtures("each_twin")
@given(st.lists(st.lists(VALUES, max_size=12), min_size=1, max_size=5), st.data())
def test_lists_are_taken_in_any_order_and_again(values, data):
    rows = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=8))
    found = Lists.of(pa.array(values, pa.list_(pa.uint32()))).take(np.array(rows, np.int64))
    assert [found.values[a:b].tolist() for a, b in itertools.pairwise(found.first)] == [values[row] for row in rows]
    assert found.values.dtype == np.uint32


def test_a_list_column_whose_offsets_go_back_is_refused():
    offsets = pa.py_buffer(np.array([0, 2, 1], np.int32))
    lists = pa.ListArray.from_buffers(pa.list_(pa.uint32()), 2, [None, offsets], children=[pa.array([1], pa.uint32())])
    with pytest.raises(ValueError, match="damaged"):
        Lists.of(lists)


def test_sketches_whose_numbers_lack_a_place_are_refused():
    sketches = sketch(pa.table({"document": [0], "id": ["a"], "text": ["7 boats and 12 ships"]}))
    places = pa.array([[0]], sketches.schema.field("number_at").type)
    at = sketches.column_names.index("number_at")
    with pytest.raises(ValueError, match="damaged"):
        Shingled.of(sketches.set_column(at, sketches.schema.field(at), places))
