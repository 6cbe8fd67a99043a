"""What a member is to the story kept for it."""

import numpy as np
import pyarrow as pa
import pytest

from schemas.sketch import EARLIER_RUN, EDGE, MEMBERS, RELATION
from transforms.neardup.relation import relations, unlinked
from transforms.neardup.rules import Rules
from transforms.neardup.sketch import sketch
from transforms.neardup.verify import compare


def members(*documents):
    """One cluster; the first document is the most preferred."""
    rows = [
        {"document": document, "cluster": documents[0], "cluster_size": len(documents), "rank": rank, "roundup": False}
        for rank, document in enumerate(documents)
    ]
    return pa.Table.from_pylist(rows, MEMBERS).sort_by("document")


def related(table, *pairs, order=None, rules=None):
    """Relation, document of the kept story, whether it stays: of each story; edges between all of the pairs."""
    order = order or table["document"].to_pylist()
    edges = compare(np.array(pairs, np.uint64).reshape(-1, 2), sketch(table))
    found = relations(members(*order), edges, rules).to_pylist()
    return {row["document"]: (row["relation"], row["kept_document"], row["kept"]) for row in found}


def relation(table, rules=None):
    """The relation of story 2 to story 1."""
    edges = compare(np.array([(1, 2)], np.uint64), sketch(table), rules)
    kept, member = relations(members(1, 2), edges, rules).to_pylist()
    assert (kept["relation"], kept["own_words"], kept["similarity"], kept["kept"]) == (None, 0, 100, True)
    return member["relation"], member["own_words"], member["similarity"], member["kept"]


def test_relations_to_the_kept_story(write, table):
    story, own = write(1, 100), write(2, 60)
    half = " ".join(story.split()[:50])
    assert relation(table(story, story)) == ("identical", 0, 100, False)
    assert relation(table(story, f"{story} {write(2, 5)}")) == ("near-identical", 5, 100, False)
    assert relation(table(story, half)) == ("contained", 0, 100, False)
    assert relation(table(story, f"{half} {own}")) == ("overlapping", 60, 50, True)


def test_a_member_stays_for_words_of_its_own(write, table):
    story = table(write(1, 100), f"{write(1, 100)} {write(2, 20)}")
    assert relation(story) == ("overlapping", 20, 100, True)
    assert relation(story, Rules(drop_at=80)) == ("near-identical", 20, 100, False)


def test_slips_are_no_words_of_its_own_and_passages_are(write, table):
    words = write(1, 120).split()
    slips = ["other" if n % 6 == 0 else word for n, word in enumerate(words)]
    passages = [f"other{n}" if n % 18 < 3 else word for n, word in enumerate(words)]
    assert relation(table(" ".join(words), " ".join(slips)))[1:] == (1, 99, False)  # the first word stands at the edge
    assert relation(table(" ".join(words), " ".join(passages)))[1] == 21


def test_another_headline_is_no_reporting(write, table):
    story = write(1, 60)
    headed = table(f"{write(2, 10)}\n\n{story}", f"{write(3, 12)}\n\n{story}")
    assert relation(headed) == ("near-identical", 0, 100, False)
    assert relation(table(f"{write(2, 10)} {story}", f"{write(3, 12)} {story}"))[3]


def test_a_later_crawl_of_the_url_is_a_version_and_stays_for_its_news(write, table):
    url = ["https://x.example/a"] * 2
    assert relation(table(write(1, 100), " ".join(write(1, 100).split()[:90]), url=url)) == ("version", 0, 100, False)
    assert relation(table(write(1, 100), f"{write(1, 100)} {write(2, 50)}", url=url)) == ("version", 50, 100, True)


def test_members_that_stay_are_asked_for_each_other(write, table):
    story, own = write(1, 100), write(2, 60)
    stories = table(story, f"{story} {own}", f"{own} {story}", story)
    every = [(1, 2), (1, 3), (1, 4), (2, 3)]
    assert related(stories, *every) == {
        1: (None, 1, True),
        2: ("overlapping", 1, True),
        3: ("near-identical", 2, False),
        4: ("identical", 1, False),
    }
    assert related(stories, *every, order=[1, 3, 2, 4])[2] == ("near-identical", 3, False)
    assert related(stories, *every[:3])[3] == ("overlapping", 1, True)  # nothing links it with 2


def test_who_goes_lets_nobody_else_go(write, table):
    pieces = [write(n, 100) for n in range(3)]
    # 2 goes, as 1 has nearly all of its words; 3 has nearly no other words than 2, but 1 lacks too many of them
    stories = table(pieces[0], f"{pieces[0]} {write(5, 15)}", f"{pieces[0]} {write(5, 15)} {write(6, 10)}")
    assert related(stories, (1, 2), (1, 3), (2, 3)) == {
        1: (None, 1, True),
        2: ("near-identical", 1, False),
        3: ("overlapping", 1, True),
    }


def test_a_story_of_an_earlier_run_stays_and_has_its_copies_dropped(write, table):
    story, own = write(1, 100), write(2, 60)
    stories = table(story, f"{story} {own}", f"{own} {story}")
    earlier = pa.array([EARLIER_RUN, EARLIER_RUN + 1, 3], pa.uint64())
    stories = stories.set_column(0, "document", earlier)
    found = related(stories, (3, EARLIER_RUN), (3, EARLIER_RUN + 1), order=[EARLIER_RUN, EARLIER_RUN + 1, 3])
    assert found[3] == ("near-identical", EARLIER_RUN + 1, False)
    assert found[EARLIER_RUN + 1][2]


def test_nobody_goes_for_a_story_that_it_is_not_linked_with(write, table):
    figures = "stocks stood at {} and {} million barrels on {} and imports averaged {} thousand, against {} thousand"
    notices = table(figures.format(12, 13, 5, 880, 45), figures.format(14, 15, 6, 871, 61))
    assert relation(notices, Rules(drop_at=20))[0::3] == ("overlapping", True)
    same = table(figures.format(12, 13, 5, 880, 45), figures.format(12, 13, 5, 880, 45) + " it said")
    assert not relation(same, Rules(drop_at=20))[3]


def test_members_without_an_edge_to_the_kept_story_are_told(write, table):
    edges = compare(np.array([(1, 2), (2, 3)], np.uint64), sketch(table(*[write(1, 50)] * 4)))
    assert unlinked(members(2, 1, 3), edges).tolist() == []
    assert unlinked(members(4, 1, 2, 3), edges).tolist() == [[1, 4], [2, 4], [3, 4]]
    assert unlinked(members(3, 1, 2), edges).tolist() == [[1, 3]]
    with pytest.raises(KeyError, match="document 1 "):
        relations(members(3, 1, 2), edges)


def test_no_members_have_no_relations():
    none = np.empty(0, EDGE)
    assert relations(MEMBERS.empty_table(), none).schema == RELATION
    assert unlinked(MEMBERS.empty_table(), none).shape == (0, 2)
