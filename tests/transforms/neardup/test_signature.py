"""Signatures."""

import numpy as np
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from schemas.index import INDEXED
from transforms.neardup.signature import EMPTY, signatures, signed
from transforms.neardup.sketch import sketch

ROWS = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=30), max_size=8)


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


def test_a_stored_signature_can_be_compared_with_datasketch(table):
    one, other = signed(sketch(table("a b c d e f g h i j", "a b c d e f g h i k")))["signature"].to_pylist()
    estimate = MinHash(hashvalues=one, scheme="affine32").jaccard(MinHash(hashvalues=other, scheme="affine32"))
    assert 0.5 < estimate < 1  # 7 of 9 shingles


def test_texts_without_words_have_the_signature_of_nothing(table):
    found = signed(sketch(table("", "?!")))
    assert found.schema == INDEXED
    assert set(found["signature"].combine_chunks().flatten().to_pylist()) == {EMPTY}
