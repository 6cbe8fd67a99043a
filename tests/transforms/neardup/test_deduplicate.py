"""All of it in a row."""

import random
import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.sketch import RELATION
from transforms.neardup.deduplicate import deduplicate


def kept(stories):
    """Id to the id of the story kept for it."""
    ids = dict(zip(stories["document"].to_pylist(), stories["id"].to_pylist(), strict=True))
    return {ids[row["document"]]: ids[row["cluster"]] for row in deduplicate(stories).to_pylist()}


def reworded(text, seed):
    chance = random.Random(seed)
    return " ".join(word for word in text.split() if chance.random() > 0.03)


def test_cut_reheaded_and_reworded_copies_are_found_and_other_stories_are_not(write, table):
    story = write(1, 400)
    cut = " ".join(story.split()[:220])
    found = kept(table(story, f"LONDON (Wire) - {cut}", reworded(story, 5), write(2, 300), write(3, 40), cut))
    assert found == dict.fromkeys(("s1", "s2", "s3", "s6"), "s1")


def test_a_star_story_with_hundreds_of_copies_is_one_cluster(write, table):
    story = write(1, 150)
    copies = [reworded(story, seed) for seed in range(300)]
    assert len(set(kept(table(story, *copies)).values())) == 1
    assert len(kept(table(story, *copies))) == 301


def test_a_crowd_of_equal_short_texts_is_one_cluster(table):
    assert set(kept(table(*["no trains today"] * 50, "no ferries today")).values()) == {"s1"}
    assert len(kept(table(*["no trains today"] * 50, "no ferries today"))) == 50


def test_pages_with_the_same_comment_form_are_different_stories(write, table):
    form = write(0, 40)
    assert kept(table(*(f"{write(n, 120)} {form}" for n in range(1, 60)))) == {}


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", ""],
        [None, "a"],
        ["a " * 100_000, "a " * 50_000],
        ["a" * 1_000_000, "7" * 100_000, "中" * 100_000],
        ["\x00\x07", "\x00"],
    ],
)
def test_odd_texts_do_no_harm(texts):
    rows = range(1, len(texts) + 1)
    stories = pa.table(
        {"document": pa.array(rows, pa.uint64()), "id": [str(n) for n in rows], "text": pa.array(texts, pa.string())}
    )
    assert deduplicate(stories).schema == RELATION


def test_a_page_of_many_megabytes_is_compared_in_seconds(table):
    chance = random.Random(1)
    page = " ".join(f"w{chance.randrange(10**6)}" for _ in range(400_000))
    stories = table(page, page[: len(page) // 2])
    started = time.process_time()
    assert set(kept(stories).values()) == {"s1"}
    assert time.process_time() - started < 15


@settings(max_examples=20)
@given(st.permutations(range(14)))
def test_the_order_of_the_stories_does_not_matter(order):
    chance = random.Random(7)
    words = [f"w{chance.randrange(1000)}" for _ in range(300)]
    texts = [" ".join(words[n * 5 : n * 5 + 60 + 20 * (n % 3)]) for n in range(14)]
    stories = pa.table(
        {"document": pa.array(range(14), pa.uint64()), "id": [f"s{n}" for n in range(14)], "text": texts}
    )
    assert kept(stories.take(order)) == kept(stories)
    assert deduplicate(stories.take(order)).equals(deduplicate(stories))


def test_equal_texts_without_a_word_are_copies(table):
    relation = deduplicate(table("?!", "?!", "...", "?!"))
    assert [(row["document"], row["relation"], row["similarity"], row["kept"]) for row in relation.to_pylist()] == [
        (1, None, 100, True),
        (2, "identical", 100, False),
        (4, "identical", 100, False),
    ]
