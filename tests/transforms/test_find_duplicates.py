"""From packed keys to decisions: the same clusters whatever is split, shuffled or doubled on the way."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import corpus
import numpy as np
import pytest

from schemas.plan import Plan
from schemas.settings import Settings
from transforms import clean_units, find_duplicates, key_files, pair_files, plan
from transforms.find_duplicates import unpack_decisions
from transforms.packing import Packed


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, str]:
    """120 pages in four units, cleaned."""
    folder = tmp_path_factory.mktemp("find")
    for number in range(4):
        corpus.write_jsonl(folder / "in" / f"{number}.jsonl", corpus.pages(120)[number::4])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "SMALLEST_UNIT", 1)
        patch.setattr(plan, "UNITS_AT_LEAST", 4)
        made = plan.make([str(folder / "in")], Settings(steps=("dedup",)))
    work = str(folder / "_work")
    plan.save(made, work)
    for unit in range(len(made.units)):
        clean_units.clean_unit(work, made.identity, unit)
    return made, work


def grouped(pieces: Iterable[Packed], chance: random.Random) -> Iterator[tuple[int, list[bytes]]]:
    """Pieces by their number, in an order of chance, as a shuffle gives them."""
    found: dict[int, list[bytes]] = {}
    for number, piece in pieces:
        found.setdefault(number, []).append(piece)
    for number in chance.sample(sorted(found), len(found)):
        yield number, chance.sample(found[number], len(found[number]))


def members(cleaned: tuple[Plan, str], seed: int) -> list[dict[str, object]]:
    """The three stages run by hand, each shuffled."""
    made, work = cleaned
    chance = random.Random(seed)
    place = (work, made.identity)
    shares = len(key_files.shares(len(made.units)))
    for share in chance.sample(range(shares), shares):
        find_duplicates._pair(share, *place)
    units = chance.sample(range(len(made.units)), len(made.units))
    edges = [piece for unit in units for piece in find_duplicates._verify(unit, *place)]
    decisions = [piece for group in grouped(edges, chance) for piece in find_duplicates._cluster(group, *place)]
    return sorted(
        (row for _, pieces in grouped(decisions, chance) for row in unpack_decisions(pieces).to_pylist()),
        key=lambda row: int(row["document"]),
    )


def test_copies_are_found_across_units(cleaned: tuple[Plan, str]) -> None:
    found = members(cleaned, seed=1)
    assert len(found) >= 24
    assert any(int(str(row["document"])) >> 32 != int(str(row["kept_document"])) >> 32 for row in found)


@pytest.mark.parametrize("seed", range(2, 6))
def test_the_order_of_arrival_decides_nothing(cleaned: tuple[Plan, str], seed: int) -> None:
    assert members(cleaned, seed) == members(cleaned, seed=1)


def test_pairs_wait_with_the_unit_of_their_later_document(cleaned: tuple[Plan, str]) -> None:
    made, work = cleaned
    shares = len(key_files.shares(len(made.units)))
    for share in range(shares):
        find_duplicates._pair(share, work, made.identity)
    found = [np.concatenate(pair_files.read(work, unit, shares)) for unit in range(len(made.units))]
    assert sum(map(len, found))
    for unit, pairs in enumerate(found):
        assert set((pairs["b"] >> np.uint64(32)).tolist()) <= {unit}


def test_verifying_a_few_pairs_at_a_time_finds_the_same(
    cleaned: tuple[Plan, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = members(cleaned, seed=1)
    monkeypatch.setattr(find_duplicates, "PAIRS_AT_A_TIME", 5)
    assert members(cleaned, seed=1) == whole


def test_who_has_verified_its_share_holds_no_memory_while_another_process_clusters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turned: list[str] = []
    monkeypatch.setattr(find_duplicates.heap, "turn_to", turned.append)
    find_duplicates._Verify("work", "identity").finish_bundle()
    assert turned == ["wait"]
