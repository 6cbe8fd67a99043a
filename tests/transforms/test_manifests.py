"""Manifests and counts: sums that add up, and a unit that is done only for its own plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import manifests
from transforms.manifests import CleanedUnit, Counts

groups = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 9))
some_counts = st.builds(
    Counts, read=st.integers(0, 99), stories=st.integers(0, 99), filtered=groups, rejected=groups, languages=groups
)


@given(st.lists(some_counts, max_size=6))
def test_a_total_adds_up_in_any_order(parts: list[Counts]) -> None:
    total = manifests.total(parts)
    assert total == manifests.total(reversed(parts))
    assert total.read == sum(part.read for part in parts)
    assert sum(total.filtered.values()) == sum(sum(part.filtered.values()) for part in parts)
    assert list(total.languages) == sorted(total.languages)


def test_the_total_of_nothing_is_nothing_and_balanced() -> None:
    assert manifests.total([]) == Counts()
    assert Counts().balanced()


@pytest.mark.parametrize(
    ("counts", "balanced"),
    [
        (Counts(read=7, stories=3, skipped=1, filtered={"language": 1}, rejected={"invalid-json": 2}), True),
        (Counts(read=8, stories=3, skipped=1, filtered={"language": 1}, rejected={"invalid-json": 2}), False),
        (Counts(read=3, stories=4), False),
        (Counts(read=3, stories=3, unreadable=5), True),
    ],
)
def test_counts_balance_where_each_record_is_in_one_place(counts: Counts, balanced: bool) -> None:
    assert counts.balanced() is balanced


@pytest.fixture
def work(tmp_path: Path) -> str:
    manifest = CleanedUnit(identity="mine", unit=3, counts=Counts(read=1), files=[], finished_at=0.0)
    manifests.write(manifest, manifests.cleaned_path(str(tmp_path), 3), str(tmp_path))
    return str(tmp_path)


def test_a_unit_that_was_cleaned_for_this_plan_is_found(work: str) -> None:
    found = manifests.read_cleaned(work, 3, "mine")
    assert found is not None
    assert found.counts.read == 1


def test_no_other_unit_and_no_other_plan_is(work: str) -> None:
    assert manifests.read_cleaned(work, 4, "mine") is None
    assert manifests.read_cleaned(work, 3, "another") is None


def test_a_manifest_that_cannot_be_read_is_as_good_as_none(work: str) -> None:
    Path(manifests.cleaned_path(work, 3)).write_text('{"identity": "mine"', encoding="utf-8")
    assert manifests.read_cleaned(work, 3, "mine") is None
