"""Candidate pairs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from schemas.sketch import EARLIER_RUN, KEY
from transforms.neardup.candidates import CAP, FEW, SURE, VOTE, VOTES, candidate_pairs, distinct_pairs, enough
from transforms.neardup.keys import KIND_BITS, LENGTH_BITS, SHINGLE, SPAN, URL, WHOLE

pytestmark = pytest.mark.usefixtures("each_twin")

RECORDS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(0, 20)), max_size=60)


def records(rows, kind=SPAN):
    """Records of (bucket, words, document)."""
    keys = [((bucket << KIND_BITS | kind) << LENGTH_BITS | words, document) for bucket, words, document in rows]
    return np.array(keys, KEY)


def votes(rows, kind=SPAN):
    return {(a, b): count for a, b, count, _ in candidate_pairs(records(rows, kind)).tolist()}


def pairs(rows, kind=SPAN):
    return list(map(tuple, distinct_pairs([candidate_pairs(records(rows, kind))]).tolist()))


def test_a_small_bucket_gives_all_its_pairs():
    assert pairs([(7, 10, 3), (7, 12, 1), (7, 9, 2), (8, 9, 4)]) == [(1, 2), (1, 3), (2, 3)]


def test_a_pair_that_shares_many_buckets_is_given_once():
    assert pairs([(bucket, 10, document) for bucket in range(5) for document in (1, 2)]) == [(1, 2)]


def test_a_big_bucket_pairs_each_story_with_the_longest_the_middle_one_the_first_and_its_neighbour():
    size = 1000
    found = votes([(1, 5000 - document, document) for document in range(size)])
    assert len(found) <= 4 * size
    assert {(0, n) for n in range(1, size)} <= set(found)  # document 0 is the longest
    assert {(min(499, n), max(499, n)) for n in range(size) if n != 499} <= set(found)
    assert {(n, n + 1) for n in range(size - 1)} <= set(found)


def test_a_big_bucket_pairs_each_story_with_one_of_an_earlier_run():
    rows = [(1, 40 + document % 7, document) for document in range(20)]
    earlier = EARLIER_RUN + 5
    assert {(n, earlier) for n in range(20)} <= set(votes([*rows, (1, 44, earlier), (1, 42, earlier + 9)]))
    assert {(0, n) for n in range(1, 20)} <= set(votes(rows))


def test_the_fewer_stories_share_a_key_the_more_it_tells():
    for kind in (SPAN, SHINGLE):
        few, some, many = (votes([(1, 9, document) for document in range(size)], kind) for size in (FEW, CAP, CAP + 1))
        assert set(few.values()) == {VOTES[kind, 0]}
        assert set(some.values()) == {VOTES[kind, 1]}
        assert many[2, 3] == VOTES[kind, 2]
        assert few[2, 3] > some[2, 3] >= many[2, 3] > 0


def test_a_single_shingle_that_few_share_is_enough_for_short_stories_and_too_little_for_long_ones():
    assert pairs([(1, 100, 1), (1, 900, 2)], SHINGLE) == [(1, 2)]
    assert pairs([(1, 900, 1), (1, 1000, 2)], SHINGLE) == []
    assert pairs([(bucket, 900, document) for bucket in (1, 2, 3) for document in (1, 2)], SHINGLE) == [(1, 2)]


def test_a_phrase_of_very_many_makes_no_candidates_unless_a_pair_shares_many():
    rows = [(document, 300 + document) for document in range(100)]
    shared = {
        number: set(pairs([(k, words, document) for document, words in rows for k in range(number)], SHINGLE))
        for number in (1, 3)
    }
    assert not shared[1] - {(0, 50), (0, 99), (50, 99)}  # the first, the middle one and the longest: thrice
    assert {(n, 99) for n in range(99)} <= shared[3]
    assert len(shared[3]) <= 4 * 100


def test_what_a_pair_needs_grows_with_its_shorter_story_but_less_than_in_proportion():
    words = np.arange(1, 0x10000)
    needed = np.array([next(n for n in range(10_000) if enough(np.int64(n), w)) for w in words[:2000:100]])
    assert (np.diff(needed) >= 0).all()
    assert needed[0] < needed[10] < 10 * needed[1]
    assert enough(np.full(len(words), SURE), words).all()
    assert not enough(np.zeros(len(words)), words).any()


def test_equal_texts_and_equal_urls_are_enough_at_any_length():
    for kind in (WHOLE, URL):
        assert pairs([(1, 60_000, 1), (1, 60_000, 2)], kind) == [(1, 2)]


def test_the_url_of_very_many_pages_says_nothing():
    assert pairs([(1, 100, document) for document in range(CAP + 1)], URL) == []


def test_a_crowd_of_equal_texts_is_all_linked_at_no_more_than_its_size():
    found = pairs([(1, 9, document) for document in range(100_000)], WHOLE)
    assert {b for _, b in found} == set(range(1, 100_000))
    assert len(found) <= 4 * 100_000


def test_votes_of_partitions_add_up():
    vote = np.array([(1, 2, 3, 100)], VOTE)
    assert distinct_pairs([vote, vote]).tolist() == []
    assert distinct_pairs([vote] * 3).tolist() == distinct_pairs([vote] * 4).tolist() == [[1, 2]]
    assert distinct_pairs([]).shape == (0, 2)


def test_stories_over_the_longest_length_still_meet():
    rows = [(bucket, 0xFFFF, document) for document in range(3) for bucket in range(40)]
    assert pairs(rows) == [(0, 1), (0, 2), (1, 2)]


def test_no_keys_give_no_pairs():
    found = candidate_pairs(np.empty(0, KEY))
    assert len(distinct_pairs([found])) == len(found) == 0
    assert found.dtype == VOTE


@given(RECORDS)
def test_the_pairs_of_small_buckets_are_those_of_a_loop(rows):
    small = [(bucket, 1, document % 4) for bucket, _, document in rows]
    expected = {
        pair
        for bucket in {bucket for bucket, *_ in small}
        for pair in combinations(sorted({document for own, _, document in small if own == bucket}), 2)
    }
    assert pairs(small) == sorted(expected)


@given(RECORDS, st.randoms())
def test_the_order_of_the_keys_does_not_matter(rows, chance):
    shuffled = rows + rows[:3]
    chance.shuffle(shuffled)
    assert pairs(shuffled) == pairs(rows)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 5, 1 << 20, (1 << 45) + 3, (1 << 46) - 1]),
            st.sampled_from([WHOLE, URL, SPAN, SHINGLE]),
            st.integers(0, 12) | st.integers(EARLIER_RUN, EARLIER_RUN + 2),
        ),
        max_size=80,
    )
)
def test_both_twins_give_the_same_votes(rows):
    keys = np.concatenate([np.empty(0, KEY), *(records([(bucket, doc % 7, doc)], kind) for bucket, kind, doc in rows)])
    in_c, in_numpy = both(lambda: candidate_pairs(keys))
    assert in_c.tolist() == in_numpy.tolist()
