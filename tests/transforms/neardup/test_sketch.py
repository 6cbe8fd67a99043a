"""Sketches."""

import datetime

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from twins import both

from schemas.sketch import SKETCH
from transforms.exclude import excluded
from transforms.neardup.sketch import shingles, sketch

pytestmark = pytest.mark.usefixtures("each_twin")

TEXTS = st.lists(st.none() | st.text('abA 12.é中²"“”–(\u00a0\n', max_size=30), max_size=6)


def stories(texts: list[str | None], **columns: list[object]) -> pa.Table:
    rows = len(texts)
    table = {"document": pa.array(range(rows), pa.uint64()), "id": [f"s{n}" for n in range(rows)]}
    return pa.table({**table, "text": pa.array(texts, pa.string()), **columns})


def test_a_sketch_has_what_the_schema_says():
    when = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
    found = sketch(
        stories(["Oil fell 2.5 pct, or 2.5 dollars, in 1987."], url=["https://x.example/a"], published=[when])
    )
    assert found.schema == SKETCH
    row = found.to_pylist()[0]
    assert row["words"] == 9
    assert len(row["shingles"]) == 7
    assert row["number_at"] == [2, 5, 8]
    assert row["numbers"][0] == row["numbers"][1] != row["numbers"][2]
    assert row["published"] == when
    assert row["url"] == xxhash.xxh3_64_intdigest(b"https://x.example/a")
    assert row["site"] == 0
    assert excluded(found["known_as"], frozenset(["http://www.x.example/a/"])).all()
    assert row["content"] == xxhash.xxh3_128_digest(b"Oil fell 2.5 pct, or 2.5 dollars, in 1987.")


def test_shingles_stand_in_the_order_of_the_text_and_do_not_reach_into_the_next():
    words = np.array([1, 2, 3, 1, 2, 3, 7, 7], np.uint64)
    found, first = shingles(words, np.array([0, 6, 6, 7, 8]))
    assert first.tolist() == [0, 4, 4, 5, 6]
    assert found[0] == found[3]
    assert len(set(found[:3].tolist())) == 3
    assert found[4] == found[5]


def test_quotations_and_the_headline_of_each_text():
    one = '"Rain again," the harbour said\n\nIt rained "all day" and night at the harbour, he said. "And on"'
    found = sketch(stories([one, '"And on"', "No line below this one at all", "Ferry sinks\nIt did."]))
    assert found["quoted"].to_pylist() == [[0, 2, 7, 9, 16, 18], [0, 2], [], []]
    assert found["headline"].to_pylist() == [0, 0, 0, 0]
    assert sketch(stories([f"{one}, went the song that they all sang on deck"]))["headline"].to_pylist() == [5]
    assert sketch(stories(["word " * 31 + "\n" + "word " * 200]))["headline"].to_pylist() == [0]


def test_shingles_that_hold_a_name():
    found = sketch(stories(["The mayor of Brack said so. Rain fell on us. “Not now,” said Ana", "Ferry Sank"]))
    words = ["the", "mayor", "of", "brack", "said", "so", "rain", "fell", "on", "us", "not", "now", "said", "ana"]
    assert len(found["named"][0]) == len(words) - 2
    told = [" ".join(words[n : n + 3]) for n, yes in enumerate(found["named"][0].as_py()) if yes]
    assert told == ["mayor of brack", "of brack said", "brack said so", "now said ana"]
    assert found["named"][1].as_py() == [True]


def test_what_stands_before_a_text_makes_no_name_of_its_first_word():
    found = sketch(stories(["sea", "    Foo went out"]))
    assert found["named"].to_pylist() == [[False], [False]]


def test_empty_and_missing_texts_have_empty_sketches():
    found = sketch(stories(["", None, "?!"]))
    assert found["words"].to_pylist() == [0, 0, 0]
    assert found["shingles"].to_pylist() == [[], [], []]
    assert sketch(stories([])).schema == SKETCH


@given(TEXTS)
def test_both_twins_make_the_same_sketches(texts):
    in_c, in_numpy = both(lambda: sketch(stories(texts)))
    assert in_c.to_pylist() == in_numpy.to_pylist()


@given(TEXTS, st.integers(0, 6))
def test_a_story_has_the_same_sketch_in_any_batch(texts, cut):
    table = stories(texts)
    apart = pa.concat_tables([sketch(table.slice(0, cut)), sketch(table.slice(cut))])
    assert sketch(table).equals(apart)
