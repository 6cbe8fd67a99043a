"""What a member is to the story kept for it."""

import pyarrow as pa
import pytest

from schemas.sketch import MEMBERS, RELATION
from transforms.neardup.relation import relations
from transforms.neardup.rules import Rules
from transforms.neardup.sketch import sketch


def relation(table, rules=None):
    """The relation of story 2 to story 1."""
    sketches = sketch(table)
    rows = [
        {"document": document, "kept_document": 1, "cluster_size": 2, "roundup": False}
        for document in table["document"].to_pylist()
    ]
    kept, member = relations(pa.Table.from_pylist(rows, MEMBERS), sketches, rules).to_pylist()
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


def test_a_later_crawl_of_the_url_is_a_version_and_stays_for_its_news(write, table):
    url = ["https://x.example/a"] * 2
    assert relation(table(write(1, 100), " ".join(write(1, 100).split()[:90]), url=url)) == ("version", 0, 100, False)
    assert relation(table(write(1, 100), f"{write(1, 100)} {write(2, 50)}", url=url)) == ("version", 50, 100, True)


def test_no_members_have_no_relations(table):
    empty = sketch(table())
    assert relations(MEMBERS.empty_table(), empty).schema == RELATION


def test_a_missing_sketch_is_named(table):
    rows = [{"document": 1, "kept_document": 9, "cluster_size": 2, "roundup": False}]
    sketches = sketch(table("a"))
    with pytest.raises(KeyError, match="document 9 "):
        relations(pa.Table.from_pylist(rows, MEMBERS), sketches, sketches)
