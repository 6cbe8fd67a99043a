"""Every reader on damaged files: nothing is raised, nothing hangs, no record is lost, and what comes out is whole rows.

`FUZZ_CASES` is how many cases there are in all, 100,000 unless it says otherwise; half of them are files. A case that
once failed stays as a file of `found/`, named after the file that was damaged.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import mutation
import pytest
import seeds

from schemas.rejects import ERRORS, REJECTS
from transforms.read import Fields, Limits, page_schema, read, whole_file

CASES = int(os.environ.get("FUZZ_CASES", "100000")) // 2 // len(seeds.FILES)
FOUND = Path(__file__).with_name("found")
LIMITS = Limits(page_bytes=1 << 16)
SCHEMA = page_schema(Fields())


def check(path: Path) -> None:
    piece = whole_file(str(path))
    positions: list[int] = []
    skipped = 0
    for batch in read(piece, Fields(), LIMITS):
        assert batch.pages.schema.equals(SCHEMA)
        assert batch.rejects.schema.equals(REJECTS.schema)
        batch.pages.validate(full=True)
        batch.rejects.validate(full=True)
        assert set(batch.rejects["error"].to_pylist()) <= set(ERRORS)
        rejected = [position for position in batch.rejects["position"].to_pylist() if position is not None]
        positions += [*batch.pages["position"].to_pylist(), *rejected]
        skipped += batch.skipped
    assert len(set(positions)) == len(positions)
    if piece.format != "jsonl":  # whose positions are bytes, not numbers of records
        assert max(positions, default=-1) < len(positions) + skipped


def check_cases(name: str, path: Path, good: bytes, cases: int, pack: bool = False) -> None:
    for case in range(cases):
        bad = mutation.damaged(good, case)
        path.write_bytes(gzip.compress(bad, 1) if pack else bad)
        try:
            check(path)
        except BaseException as error:
            error.add_note(f"case {case} of {name}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("name", seeds.FILES)
def test_a_damaged_file_gives_rows_and_rejects_and_raises_nothing(name: str, tmp_path: Path) -> None:
    check_cases(name, tmp_path / name, seeds.FILES[name], CASES)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in seeds.FILES if name.endswith(".gz")])
def test_damage_within_whole_compression_raises_nothing_either(name: str, tmp_path: Path) -> None:
    check_cases(name, tmp_path / name, gzip.decompress(seeds.FILES[name]), CASES // 10, pack=True)


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_failed_does_not_fail_again(path: Path) -> None:
    check(path)
