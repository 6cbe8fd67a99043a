"""Keys on disk come back by share of the partitions, with the documents of their unit."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import KEY
from transforms import key_files
from transforms.neardup.keys import partition


@given(
    st.integers(1, 200),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)), max_size=30),
)
def test_every_key_comes_back_once_in_its_share(tmp_path_factory, units, unit, rows):
    path = tmp_path_factory.mktemp("keys") / "keys.arrow"
    keys = np.array([(key, (unit << 32) + row) for key, row in rows], KEY)
    key_files.write(str(path), keys, str(path.parent / "_work"))
    shares = key_files.shares(units)
    found = [key_files.read(str(path), parts, unit) for parts in shares]
    assert sorted(np.concatenate(found).tolist()) == sorted(keys.tolist())
    for parts, mine in zip(shares, found, strict=True):
        assert set(partition(mine, key_files.PARTITIONS).tolist()) <= set(parts)


def test_shares_hold_each_partition_once_and_are_few_for_a_small_run() -> None:
    for units in (1, 9, 24, 75, 10_000):
        parts = [part for share in key_files.shares(units) for part in share]
        assert parts == list(range(key_files.PARTITIONS))
    assert len(key_files.shares(1)) < len(key_files.shares(32)) < len(key_files.shares(1000)) == key_files.PARTITIONS


def test_a_unit_without_keys_has_a_file_all_the_same(tmp_path: Path) -> None:
    path = str(tmp_path / "keys.arrow")
    key_files.write(path, np.empty(0, KEY), str(tmp_path / "_work"))
    assert len(key_files.read(path, range(60, 64), 1)) == 0
