"""Keys on disk come back by partition, with the documents of their unit."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import KEY
from transforms import key_files
from transforms.neardup.keys import partition


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)), max_size=30),
)
def test_every_key_comes_back_once_in_its_partition(tmp_path_factory, unit, rows):
    path = tmp_path_factory.mktemp("keys") / "keys.arrow"
    keys = np.array([(key, (unit << 32) + row) for key, row in rows], KEY)
    key_files.write(str(path), keys, str(path.parent / "_work"))
    found = [key_files.read(str(path), part, unit) for part in range(key_files.PARTITIONS)]
    assert sorted(np.concatenate(found).tolist()) == sorted(keys.tolist())
    for part, mine in enumerate(found):
        assert (partition(mine, key_files.PARTITIONS) == part).all()


def test_a_unit_without_keys_has_a_file_all_the_same(tmp_path: Path) -> None:
    path = str(tmp_path / "keys.arrow")
    key_files.write(path, np.empty(0, KEY), str(tmp_path / "_work"))
    assert len(key_files.read(path, 63, 1)) == 0
