"""Keys: which stories find each other."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import KEY
from transforms.neardup import keys as module
from transforms.neardup.coverage import Lists
from transforms.neardup.keys import LENGTH_BITS, keys, partition
from transforms.neardup.sketch import sketch

pytestmark = pytest.mark.usefixtures("each_twin")


def buckets(table):
    """The buckets of each document."""
    found = keys(sketch(table))
    return {
        document: set((found["key"][found["document"] == document] >> np.uint64(LENGTH_BITS)).tolist())
        for document in table["document"].to_pylist()
    }


@pytest.mark.parametrize("words", [20, 60, 150, 400, 1500])
def test_a_story_meets_the_same_story_cut_at_its_end(write, table, words):
    story = write(words, words)
    met = buckets(table(story, " ".join(story.split()[: words * 2 // 3]), write(1)))
    assert met[1] & met[2]
    assert not met[1] & met[3]


def test_stories_that_share_one_sentence_do_not_meet(write, table):
    sentence = write(0, 18)
    met = buckets(table(*(f"{write(2 * n, 80)} {sentence} {write(2 * n + 1, 80)}" for n in range(1, 40))))
    assert not any(met[1] & met[n] for n in range(2, 40))


def test_pages_of_one_url_and_equal_texts_meet(write, table):
    urls = ["https://x.example/live", "https://x.example/live", None, ""]
    met = buckets(table(write(1), write(2), "?", "?", url=urls))
    assert met[1] & met[2]
    assert met[3] == met[4]
    assert len(met[3]) == 1


def test_keys_of_a_bucket_carry_the_length_and_go_to_one_partition(write, table):
    found = keys(sketch(table(write(1, 100), write(1, 99))))
    assert found.dtype == KEY
    assert set((found["key"] & np.uint64(0xFFFF)).tolist()) == {99, 100}
    parts = partition(found, 7)
    assert set(parts.tolist()) <= set(range(7))
    by_bucket = {}
    for bucket, part in zip((found["key"] >> np.uint64(LENGTH_BITS)).tolist(), parts.tolist(), strict=True):
        assert by_bucket.setdefault(bucket, part) == part


def test_the_number_of_keys_of_a_story_is_bounded_by_its_words(write, table):
    for words in (50, 150, 300, 1000, 5000):
        assert len(keys(sketch(table(write(3, words))))) <= 30 + words // 9


def test_keys_are_sorted_by_feature_then_length_then_document_each_once(write, table):
    found = keys(sketch(table(write(1, 200), write(1, 150), write(1, 200), write(1, 20) * 3)))
    assert found.tolist() == sorted(set(found.tolist()))


def test_stories_beyond_those_whose_keys_are_made_together_have_the_same_keys(write, table, monkeypatch):
    sketches = sketch(table(*(write(n % 3, 100 + n) for n in range(11))))
    expected = sorted(keys(sketches).tolist())
    monkeypatch.setattr(module, "TOGETHER", 4)
    assert sorted(keys(sketches).tolist()) == expected


def test_no_stories_have_no_keys(table):
    assert len(keys(sketch(table()))) == 0


@given(st.lists(st.lists(st.sampled_from([0, 1, 7, 1 << 31, 0xFFFFFFFF]), max_size=9), max_size=4), st.integers(1, 4))
def test_a_value_is_chosen_where_none_nearby_in_its_row_is_less(rows, reach):
    lists = Lists.of(pa.array(rows, pa.list_(pa.uint32())))
    expected = [
        (lists.first[row] + n, row)
        for row, values in enumerate(rows)
        for n, value in enumerate(values)
        if value == min(values[max(n - reach, 0) : n + reach + 1])
    ]
    assert list(zip(*module._least(lists, reach), strict=True)) == expected
