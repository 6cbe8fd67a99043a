"""What is shown of much is picked by hash: the same wherever and whenever."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.manifests import Head
from transforms.report import picks


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(1, 20))
def test_rows_are_there_and_each_is_picked_once(sizes: list[int], count: int) -> None:
    found = picks.rows(count, sizes)
    assert len(found) == len(set(found)) == min(count, sum(sizes))
    assert found == sorted(found)
    assert all(0 <= row < sizes[part] for part, row in found)


def test_rows_are_spread_over_all_files() -> None:
    parts = [part for part, _ in picks.rows(50, [1000] * 5)]
    assert min(parts.count(part) for part in range(5)) >= 3


@given(st.lists(st.integers(2, 99), min_size=1, max_size=200), st.integers(1, 5))
def test_a_runs_clusters_are_picked_from_what_its_units_hand_on(sizes: list[int], units: int) -> None:
    """However the clusters are spread over units, the run shows the same as if all were looked at together."""
    everything = [Head(document=number, size=size) for number, size in enumerate(sizes)]
    handed: list[Head] = []
    for unit in range(units):
        own = everything[unit::units]
        handed += picks.heads(
            pa.chunked_array([pa.array([head.document for head in own], pa.uint64())]),
            pa.chunked_array([pa.array([head.size for head in own], pa.int32())]),
        )
    assert picks.largest(handed) == picks.largest(everything)
    assert picks.drawn(handed) == picks.drawn(everything)
    assert len(picks.drawn(everything)) == min(picks.DRAWN, len(everything))
