"""Packed records come back as they went."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms import packing
from transforms.packing import pack, records

PARTITION = st.integers(0, 63)


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), PARTITION), max_size=30))
def test_records_come_back_under_their_key_in_their_order(pairs):
    values = np.array([value for value, _ in pairs], "<u8")
    keys = np.array([key for _, key in pairs], np.int64)
    packed = list(pack(values, keys))
    assert [key for key, _ in packed] == sorted(set(keys.tolist()))
    for key, piece in packed:
        assert records([piece], "<u8").tolist() == values[keys == key].tolist()


def test_no_piece_is_over_the_limit(monkeypatch):
    monkeypatch.setattr(packing, "RECORD_BYTES", 24)
    values = np.arange(10, dtype="<u8")
    packed = list(pack(values, np.zeros(10, np.int64)))
    assert [len(records([piece], "<u8")) for _, piece in packed] == [3, 3, 3, 1]
    assert records((piece for _, piece in packed), "<u8").tolist() == values.tolist()
