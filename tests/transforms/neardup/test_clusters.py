"""Clusters of linked stories, and the story kept."""

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import EDGE, MEMBERS
from transforms.neardup.clusters import clusters, components, once

ALL = (1 << 64) - 1
FRONT, BACK = (1 << 30) - 1, ALL - ((1 << 34) - 1)


def edge(a, b, words_a=100, words_b=100, covered_a=None, covered_b=None, parts_a=ALL, parts_b=ALL):
    shared = min(words_a, words_b)
    covered = (shared if covered_a is None else covered_a, shared if covered_b is None else covered_b)
    return (a, b, words_a, words_b, *covered, parts_a, parts_b, *covered, False, False, True)


def facts(documents, **columns):
    rows = {
        "document": pa.array(documents, pa.uint64()),
        "id": [f"s{document}" for document in documents],
        "words": pa.array([100] * len(documents), pa.int32()),
        "published": pa.array([None] * len(documents), pa.timestamp("us", "UTC")),
        "site": pa.array([0] * len(documents), pa.uint64()),
    }
    return pa.table({**rows, **columns})


def members(edges, **columns):
    """Document to (kept, cluster size, whether it is a round-up)."""
    edges = once(np.array(edges, EDGE))
    found = clusters(edges, facts(sorted({*edges["a"].tolist(), *edges["b"].tolist()}), **columns))
    return {row["document"]: (row["cluster"], row["cluster_size"], row["roundup"]) for row in found.to_pylist()}


def test_linked_stories_are_one_cluster():
    assert members([edge(1, 2), edge(2, 3), edge(7, 9)]) == {
        1: (2, 3, False),
        2: (2, 3, False),
        3: (2, 3, False),
        7: (7, 2, False),
        9: (7, 2, False),
    }


def test_the_story_that_holds_the_others_is_kept():
    found = members([edge(1, 2, 60, 100), edge(1, 3, 60, 80), edge(2, 3, 100, 80)])
    assert {kept for kept, *_ in found.values()} == {2}


def test_of_few_edges_their_share_tells_which_story_lets_most_be_dropped():
    # 1 is compared with all and holds half of them, 9 with two and holds both
    hub = [edge(1, n, 80, 100, 80, 80) for n in range(2, 6)] + [edge(1, n, 80, 60, 60, 60) for n in (6, 7, 8)]
    edges = np.array([*hub, edge(5, 9, 100, 120, 100, 100), edge(8, 9, 60, 120, 60, 60)], EDGE)
    known = facts(range(1, 10))
    assert set(clusters(edges, known)["cluster"].to_pylist()) == {1}
    assert set(clusters(edges, known, sparse=True)["cluster"].to_pylist()) == {9}


def test_a_pair_that_is_compared_and_not_linked_joins_nobody():
    apart = (*edge(2, 7, 100, 100, 10, 10)[:-1], False)
    assert members([edge(1, 2), edge(7, 8), apart]) == members([edge(1, 2), edge(7, 8)])


def test_words_that_nobody_shares_do_not_make_a_story_longer():
    # 3 has the most words, 2 shares the most
    found = members([edge(1, 2, 100, 100, 84, 84), edge(1, 3, 100, 200, 70, 70), edge(2, 3, 100, 200, 60, 60)])
    assert {kept for kept, *_ in found.values()} == {1}


def test_ties_go_to_the_earliest_then_to_the_lowest_id():
    days = [datetime.datetime(2026, 9, day, tzinfo=datetime.UTC) for day in (2, 1)]
    assert members([edge(1, 2)], published=pa.array(days, pa.timestamp("us", "UTC")))[1][0] == 2
    assert members([edge(1, 2)], published=pa.array([None, days[0]], pa.timestamp("us", "UTC")))[1][0] == 2
    assert members([edge(1, 2)], id=["b", "a"])[1][0] == 2
    assert members([edge(1, 2)], id=["a", "a"])[1][0] == 1


def test_a_page_with_two_stories_joins_nobody():
    two = [edge(1, 5, 100, 200, parts_b=FRONT), edge(2, 5, 100, 200, parts_b=BACK)]
    found = members([*two, edge(1, 3), edge(2, 4)])
    assert found[5] == (5, 1, True)
    assert found[1][0] == found[3][0] != found[2][0] == found[4][0]
    assert [found[n][1:] for n in (1, 2, 3, 4)] == [(2, False)] * 4


def test_a_story_of_which_overlapping_pieces_were_copied_is_no_round_up():
    middle = ((1 << 40) - 1) << 10
    found = members([edge(1, 5, 100, 200, parts_b=FRONT), edge(2, 5, 150, 200, parts_b=middle)])
    assert found == {1: (5, 3, False), 2: (5, 3, False), 5: (5, 3, False)}


def test_copies_of_a_round_up_are_one_cluster():
    parts = [edge(story, page, 100, 200, parts_b=where) for story, where in ((1, FRONT), (2, BACK)) for page in (5, 6)]
    found = members([*parts, edge(5, 6, 200, 200)])
    assert found == {5: (5, 2, True), 6: (5, 2, True)}


def test_no_edges_give_no_members():
    assert clusters(np.empty(0, EDGE), facts([])).schema == MEMBERS
    assert len(clusters(np.empty(0, EDGE), facts([]))) == 0


def test_a_document_without_facts_is_named():
    with pytest.raises(KeyError, match="document 2 "):
        clusters(np.array([edge(1, 2)], EDGE), facts([1]))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_components_are_those_of_a_search(pairs):
    neighbours = {n: {n} for n in range(31)}
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    expected = []
    for node in range(31):
        reached, front = {node}, [node]
        while front:
            fresh = neighbours[front.pop()] - reached
            reached |= fresh
            front += fresh
        expected.append(min(reached))
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    assert components(31, a, b).tolist() == expected


def test_components_of_a_long_chain_in_any_order():
    nodes = np.random.default_rng(1).permutation(100_000)
    assert not components(len(nodes), nodes[:-1], nodes[1:]).any()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(10, 19)), min_size=1, max_size=20), st.randoms())
def test_the_order_of_edges_and_facts_does_not_matter(pairs, chance):
    edges = [edge(a, b, 50 + a, 50 + b, parts_a=1 << a | 7, parts_b=FRONT << a) for a, b in pairs]
    expected = members(edges)
    chance.shuffle(edges)
    assert members(edges + edges[:2]) == expected
