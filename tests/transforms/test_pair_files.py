"""Behaviour of `transforms.pair_files`."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.sketch import EARLIER_RUN
from transforms import pair_files
from transforms.neardup.candidates import VOTE
from transforms.packing import UNIT_BITS

UNITS = 3
DOCUMENTS = st.tuples(st.integers(0, UNITS - 1), st.integers(0, 9)).map(lambda at: (at[0] << UNIT_BITS) + at[1])
RECORDS = st.tuples(DOCUMENTS, DOCUMENTS, st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1))


@given(st.lists(st.lists(RECORDS, max_size=8), min_size=1, max_size=3))
def test_every_pair_comes_back_whole_with_the_unit_of_its_later_document(tmp_path_factory, shares) -> None:
    work = str(tmp_path_factory.mktemp("work"))
    for share, rows in enumerate(shares):
        pair_files.write(work, share, np.array(rows, VOTE), UNITS)
    for unit in range(UNITS):
        for rows, found in zip(shares, pair_files.read(work, unit, len(shares)), strict=True):
            assert sorted(found.tolist()) == sorted(row for row in rows if row[1] >> UNIT_BITS == unit)


def test_of_a_pair_with_a_story_of_an_earlier_run_that_of_this_run_counts(tmp_path: Path) -> None:
    pair = (1 << UNIT_BITS, EARLIER_RUN + 7, 5, 100)
    pair_files.write(str(tmp_path), 0, np.array([pair], VOTE), UNITS)
    assert [found.tolist() for unit in range(UNITS) for found in pair_files.read(str(tmp_path), unit, 1)] == [
        [],
        [pair],
        [],
    ]
