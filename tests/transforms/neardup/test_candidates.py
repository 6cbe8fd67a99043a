"""Candidate pairs."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import EARLIER_RUN, KEY
from transforms.neardup.candidates import CAP, ENOUGH, VOTE, candidate_pairs, distinct_pairs
from transforms.neardup.keys import KIND_BITS, LENGTH_BITS, SHINGLE, SPAN, WHOLE

RECORDS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(0, 20)), max_size=60)


def records(rows, kind=SPAN):
    """Records of (bucket, words, document)."""
    keys = [((bucket << KIND_BITS | kind) << LENGTH_BITS | words, document) for bucket, words, document in rows]
    return np.array(keys, KEY)


def votes(rows, kind=SPAN):
    return {(a, b): count for a, b, count in candidate_pairs(records(rows, kind)).tolist()}


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


def test_big_buckets_make_candidates_where_a_pair_shares_three():
    rows = [(document, 10 + document) for document in range(20)]
    shared = {
        number: set(pairs([(k, words, document) for document, words in rows for k in range(number)]))
        for number in (1, 3)
    }
    # the longest, the middle one, the first and a neighbour at once vote for each other three times
    assert shared[1] == {(0, 10), (0, 19), (10, 19)} & shared[1]
    assert {(n, 19) for n in range(19)} <= shared[3]


def test_the_fewer_stories_share_a_span_the_more_it_tells():
    assert set(votes([(1, 9, document) for document in range(4)]).values()) == {ENOUGH}
    assert set(votes([(1, 9, document) for document in range(CAP)]).values()) == {ENOUGH - 1}
    assert votes([(1, 9, document) for document in range(CAP + 1)])[2, 3] == 2


def test_a_single_shingle_makes_no_candidates_and_two_that_few_share_do():
    assert pairs([(1, 9, 1), (1, 9, 2)], SHINGLE) == []
    assert pairs([(bucket, 9, document) for bucket in (1, 2) for document in (1, 2)], SHINGLE) == [(1, 2)]
    crowd = votes([(1, 9 + document, document) for document in range(100)], SHINGLE)
    assert len(crowd) <= 4 * 100
    assert crowd[3, 4] == crowd[3, 50] == crowd[3, 99] == 1


def test_a_crowd_of_equal_texts_is_all_linked_at_no_more_than_its_size():
    found = pairs([(1, 9, document) for document in range(100_000)], WHOLE)
    assert {b for _, b in found} == set(range(1, 100_000))
    assert len(found) <= 4 * 100_000


def test_votes_of_partitions_add_up():
    vote = np.array([(1, 2, 1)], VOTE)
    assert distinct_pairs([vote, vote]).tolist() == []
    assert distinct_pairs([vote] * ENOUGH).tolist() == [[1, 2]]
    assert distinct_pairs([vote] * (ENOUGH + 1)).tolist() == [[1, 2]]
    assert distinct_pairs([]).shape == (0, 2)


def test_stories_over_the_longest_length_still_meet():
    assert pairs([(1, 0xFFFF, document) for document in range(3)]) == [(0, 1), (0, 2), (1, 2)]


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
