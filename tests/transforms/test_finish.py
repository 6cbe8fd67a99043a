"""A unit's staged files and the decisions about it become its final files, once or again."""

from __future__ import annotations

from pathlib import Path

import corpus
import numpy as np
import pytest
import runs

from schemas.plan import Plan
from schemas.settings import Settings
from transforms import clean_units, finish, plan
from transforms.find_duplicates import DECISION, unpack_decisions
from transforms.packing import pack

KEPT, COPY, LONER = 0, 1, 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pages: a story, the same with scaffolding that was not removed from the id on, and another story."""
    texts = [corpus.story(1), corpus.story(1), corpus.story(2)]
    pages = [{"id": f"p{n}", "text": text, "url": f"https://a.example/{n}"} for n, text in enumerate(texts)]
    corpus.write_jsonl(tmp_path / "in" / "a.jsonl", [*pages, "broken"])
    return tmp_path


def cleaned(folder: Path, **settings: object) -> Plan:
    made = plan.make([str(folder / "in")], Settings.model_validate({"steps": ("encoding", "dedup"), **settings}))
    plan.save(made, str(folder / "_work"))
    clean_units.clean_unit(str(folder / "_work"), made.identity, 0)
    return made


def decided(roundups: tuple[int, ...] = ()) -> list[bytes]:
    rows = [(KEPT, KEPT, 2, False, KEPT, 0, 100, 0, True), (COPY, KEPT, 2, False, KEPT, 1, 100, 0, False)]
    rows += [(one, one, 1, True, one, 0, 100, 0, True) for one in roundups]
    return [piece for _, piece in pack(np.array(rows, DECISION), np.zeros(len(rows), np.int64))]


def finish_unit(folder: Path, made: Plan, decisions: list[bytes]) -> finish.FinishedUnit:
    return finish.finish_unit(0, decisions, str(folder / "_work"), made.identity)


def test_a_copy_leaves_stories_and_stands_in_duplicates_beside_what_was_kept(folder: Path) -> None:
    manifest = finish_unit(folder, cleaned(folder), decided())
    stories = {row["id"]: row for row in runs.rows(folder / "_work" / "output", "stories")}
    assert stories.keys() == {"p0", "p2"}
    assert (stories["p0"]["cluster_id"], stories["p0"]["cluster_size"]) == ("p0", 2)
    assert (stories["p2"]["cluster_id"], stories["p2"]["cluster_size"]) == ("p2", 1)
    kept, copy = runs.rows(folder / "_work" / "output", "duplicates")
    assert (kept["id"], kept["relation"], kept["kept"]) == ("p0", None, True)
    assert (copy["id"], copy["kept_id"], copy["relation"], copy["kept"]) == ("p1", "p0", "identical", False)
    assert (copy["similarity"], copy["own_words"], copy["kept_run"]) == (1.0, 0, None)
    assert (manifest.kept, manifest.dropped, manifest.clusters, manifest.relations) == (2, 1, 1, {"identical": 1})


def test_a_marked_copy_stays(folder: Path) -> None:
    finish_unit(folder, cleaned(folder, duplicates="mark"), decided())
    found = [(row["id"], row["kept"], row["cluster_id"]) for row in runs.rows(folder / "_work" / "output", "stories")]
    assert found == [("p0", True, "p0"), ("p1", False, "p0"), ("p2", True, "p2")]


def test_a_roundup_is_flagged_and_no_member_of_a_cluster(folder: Path) -> None:
    manifest = finish_unit(folder, cleaned(folder), decided(roundups=(LONER,)))
    flags = {row["id"]: row["flags"] for row in runs.rows(folder / "_work" / "output", "stories")}
    assert flags == {"p0": [], "p2": ["roundup"]}
    assert len(runs.rows(folder / "_work" / "output", "duplicates")) == 2
    assert manifest.clusters == 1


def test_finishing_a_unit_again_gives_the_same_files_and_manifest(folder: Path) -> None:
    made = cleaned(folder)
    first, before = finish_unit(folder, made, decided()), runs.names(folder / "_work" / "output")
    contents = {name: (folder / "_work" / "output" / name).read_bytes() for name in before}
    assert finish_unit(folder, made, decided()) == first
    assert {
        name: (folder / "_work" / "output" / name).read_bytes() for name in runs.names(folder / "_work" / "output")
    } == contents


def test_without_decisions_all_stories_stay(folder: Path) -> None:
    manifest = finish_unit(folder, cleaned(folder), [])
    assert (manifest.kept, manifest.dropped, manifest.clusters) == (3, 0, 0)
    assert [info.name for info in manifest.files] == ["rejects/part-00000.parquet", "stories/part-00000.parquet"]


def test_without_the_step_dedup_the_staged_files_are_the_final_ones(folder: Path) -> None:
    made = cleaned(folder, steps=("encoding",))
    manifest = finish_unit(folder, made, [])
    assert not (folder / "_work" / "units" / "00000" / "stories.parquet").exists()
    assert finish_unit(folder, made, []) == manifest
    assert len(runs.rows(folder / "_work" / "output", "stories")) == 3


def test_a_unit_that_was_not_cleaned_cannot_be_finished(folder: Path) -> None:
    made = cleaned(folder)
    (folder / "_work" / "cleaned" / "00000.json").unlink()
    with pytest.raises(FileNotFoundError, match="unit 0 has no manifest"):
        finish_unit(folder, made, [])


def test_decisions_are_sorted_by_document_however_they_arrive() -> None:
    rows = np.array([(7, 7, 2, False, 7, 0, 100, 0, True), (3, 7, 2, False, 7, 4, 97, 5, True)], DECISION)
    (_, one), (_, other) = pack(rows, np.arange(2))
    assert unpack_decisions([one, other]).equals(unpack_decisions([other, one]))
    assert unpack_decisions([one, other]).select(["document", "relation"]).to_pylist() == [
        {"document": 3, "relation": "version"},
        {"document": 7, "relation": None},
    ]
    assert unpack_decisions([]).num_rows == 0


def test_parts_are_named_by_their_unit() -> None:
    assert finish.final_name("edits", 7) == "edits/part-00007.parquet"
    assert finish.final_name("edits", 123_456) == "edits/part-123456.parquet"
