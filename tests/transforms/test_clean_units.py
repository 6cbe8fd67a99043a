"""A unit is read, cleaned and written by one worker, and its manifest comes last."""

from __future__ import annotations

from pathlib import Path

import corpus
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import runs
import xxhash

from schemas.plan import Plan
from schemas.settings import Settings
from transforms import clean_units, plan, staged
from transforms.clean_units import PARTITIONS
from transforms.packing import RECORD_BYTES, pack, records
from transforms.plan import VersionMismatchError


def planned(folder: Path, **settings: object) -> tuple[Plan, str]:
    """The plan of the pages in a folder, saved, and its work folder."""
    made = plan.make([str(folder / "in")], Settings.model_validate({"steps": ("dedup",), **settings}))
    plan.save(made, str(folder / "_work"))
    return made, str(folder / "_work")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", [*corpus.pages(20), "broken", *corpus.pages(3)])
    return tmp_path


def test_a_unit_leaves_its_files_and_its_manifest_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, work = planned(folder)
    written: list[str] = []
    rename = clean_units.files.FileSystems.rename

    def seen(sources: list[str], targets: list[str]) -> None:
        written.extend(target.removeprefix(f"{work}/") for target in targets)
        rename(sources, targets)

    monkeypatch.setattr(clean_units.files.FileSystems, "rename", seen)
    manifest = clean_units.clean_unit(work, made.identity, 0)
    assert written[-1] == "cleaned/00000.json"
    assert {"units/00000/stories.arrow", "units/00000/rejects.parquet"} <= set(written)
    assert [info.name for info in manifest.files] == ["stories.arrow", "rejects.parquet"]
    assert (manifest.counts.read, manifest.counts.stories) == (24, 23)


def test_a_manifest_tells_the_rows_and_bytes_of_its_files(folder: Path) -> None:
    made, work = planned(folder)
    for info in clean_units.clean_unit(work, made.identity, 0).files:
        path = folder / "_work" / "units" / "00000" / info.name
        found = pq.read_table(path) if path.suffix == ".parquet" else pa.concat_tables(staged.batches(str(path)))
        assert (info.rows, info.size) == (found.num_rows, path.stat().st_size)
        assert info.checksum == xxhash.xxh3_128_hexdigest(path.read_bytes())


def test_cleaning_a_unit_again_writes_the_same(folder: Path) -> None:
    made, work = planned(folder, steps=("encoding", "scaffolding", "dedup"))
    first = clean_units.clean_unit(work, made.identity, 0)
    again = clean_units.clean_unit(work, made.identity, 0)
    assert again.files == first.files
    assert again.counts == first.counts


def test_a_limit_cuts_a_batch(folder: Path) -> None:
    made, work = planned(folder, limit=7)
    assert clean_units.clean_unit(work, made.identity, 0).counts.stories == 7


def test_a_worker_with_other_packages_refuses_and_names_them(folder: Path) -> None:
    made, _ = planned(folder)
    plan.check_versions(made)
    other = made.model_copy(update={"versions": {**made.versions, "numpy": "0.1", "cobol": "1"}})
    with pytest.raises(VersionMismatchError, match=r"numpy .* here, 0\.1 there; cobol None here, 1 there") as told:
        plan.check_versions(other)
    assert "same lock file" in str(told.value)


def test_a_run_on_workers_with_other_packages_fails_before_it_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = plan.decisive_versions()
    monkeypatch.setattr("transforms.plan.decisive_versions", lambda: {**mine, "numpy": "0.1"})
    monkeypatch.setattr("transforms.plan.check_versions", _as_on_a_worker(mine))
    outcome = runs.copydesk("run", folder / "in", "--output", folder / "out", "--steps", "dedup")
    assert outcome.code == 1
    assert "this worker's packages are not those of the plan" in outcome.err
    assert not (folder / "out" / "_work" / "units").exists()


def _as_on_a_worker(mine: dict[str, str]) -> object:
    check = plan.check_versions

    def checked(made: Plan) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("transforms.plan.decisive_versions", lambda: mine)
            check(made)

    return checked


def test_every_id_is_handed_on_once_in_the_partition_of_its_hash(folder: Path) -> None:
    made, work = planned(folder)
    clean_units.clean_unit(work, made.identity, 0)
    packed = list(clean_units._packed_ids(work, 0))
    for partition, piece in packed:
        assert set(records([piece], "<u8") % np.uint64(PARTITIONS)) == {partition}
    found = sorted(records([piece for _, piece in packed], "<u8").tolist())
    ids = [page["id"] for page in [*corpus.pages(20), *corpus.pages(3)]]
    assert found == sorted(xxhash.xxh3_64_intdigest(id.encode()) for id in ids)


def test_nothing_that_is_shuffled_is_above_a_megabyte() -> None:
    many = np.arange(RECORD_BYTES // 8 * 3, dtype="<u8")
    pieces = list(pack(many, many % np.uint64(2)))
    assert max(records([piece], "<u8").nbytes for _, piece in pieces) <= RECORD_BYTES
    assert sorted(records([piece for _, piece in pieces], "<u8").tolist()) == many.tolist()
