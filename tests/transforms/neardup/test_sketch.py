"""Sketches."""

import datetime

import numpy as np
import pyarrow as pa
import xxhash
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import SKETCH
from transforms.neardup.sketch import EMPTY, shingles, signatures, sketch

ROWS = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=30), max_size=8)


def stories(texts: list[str | None], **columns: list[object]) -> pa.Table:
    rows = len(texts)
    table = {"document": pa.array(range(rows), pa.uint64()), "id": [f"s{n}" for n in range(rows)]}
    return pa.table({**table, "text": pa.array(texts, pa.string()), **columns})


def by_datasketch(row: list[int]) -> list[int]:
    reference = MinHash(num_perm=128, hashfunc=lambda data: int.from_bytes(data, "little"))
    reference.update_batch([value.to_bytes(4, "little") for value in row])
    return reference.hashvalues.tolist()


@given(ROWS)
def test_signatures_are_those_of_datasketch(rows):
    values = np.array([value for row in rows for value in row], np.uint32)
    first = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    found = signatures(values, first)
    assert found.dtype == np.uint32
    assert found.tolist() == [by_datasketch(row) for row in rows]


def test_signatures_of_more_shingles_than_fit_a_block_are_those_of_datasketch():
    sizes = [70_000, 0, 3, 40_000, 40_000, 1]
    values = np.random.default_rng(1).integers(0, 2**32, sum(sizes), np.uint32)
    first = np.concatenate(([0], np.cumsum(sizes)))
    found = signatures(values, first)
    for row in range(len(sizes)):
        assert found[row].tolist() == by_datasketch(values[first[row] : first[row + 1]].tolist())


def test_a_stored_signature_can_be_compared_with_datasketch():
    one, other = sketch(stories(["a b c d e f g h i j", "a b c d e f g h i k"]))["signature"].to_pylist()
    estimate = MinHash(hashvalues=one, scheme="affine32").jaccard(MinHash(hashvalues=other, scheme="affine32"))
    assert 0.5 < estimate < 1  # 7 of 9 shingles


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
    assert row["content"] == xxhash.xxh3_128_digest(b"Oil fell 2.5 pct, or 2.5 dollars, in 1987.")


def test_shingles_stand_in_the_order_of_the_text_and_do_not_reach_into_the_next():
    words = np.array([1, 2, 3, 1, 2, 3, 7, 7], np.uint64)
    found, first = shingles(words, np.array([0, 6, 6, 7, 8]))
    assert first.tolist() == [0, 4, 4, 5, 6]
    assert found[0] == found[3]
    assert len(set(found[:3].tolist())) == 3
    assert found[4] == found[5]


def test_empty_and_missing_texts_have_empty_sketches():
    found = sketch(stories(["", None, "?!"]))
    assert found["words"].to_pylist() == [0, 0, 0]
    assert found["shingles"].to_pylist() == [[], [], []]
    assert set(found["signature"].combine_chunks().flatten().to_pylist()) == {EMPTY}
    assert sketch(stories([])).schema == SKETCH


@given(st.lists(st.text("ab 12.é中", max_size=20), max_size=6), st.integers(0, 6))
def test_a_story_has_the_same_sketch_in_any_batch(texts, cut):
    table = stories(texts)
    apart = pa.concat_tables([sketch(table.slice(0, cut)), sketch(table.slice(cut))])
    assert sketch(table).equals(apart)
