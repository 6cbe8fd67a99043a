"""The whole job on `gs://` and `s3://`: input, output, index and site profiles there; the bytes of a local run."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import corpus
import pytest
import runs

if TYPE_CHECKING:
    from object_stores import S3, Gcs

NIGHTS = ("2026-05-01", "2026-05-02")
# All that a night leaves or uses: a survey, an index, site profiles.
STEPS = ("--steps", "scaffolding,dedup", "--duplicates", "mark")


@pytest.fixture(autouse=True, scope="module")
def few_partitions() -> Iterator[None]:
    """Each is a file or more, and each file some requests: with few of them an emulated store is done in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("key_files", "survey", "survey_units"):
            patch.setattr(f"transforms.{module}.PARTITIONS", 3)
        yield


@pytest.fixture(scope="module")
def local(few_partitions: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two nights' input, and `out`, `index` and `profiles` as local runs left them."""
    root = tmp_path_factory.mktemp("local")
    for night, first in zip(NIGHTS, (0, 40), strict=True):
        corpus.write_jsonl(root / "in" / night / "pages.jsonl.gz", corpus.pages(60, first))
    for night in NIGHTS:
        outcome = run_night(str(root), night)
        assert outcome.code == 0, outcome.err
    return root


def run_night(root: str, night: str, *options: str) -> runs.Outcome:
    places = ("--output", f"{root}/out/{night}", "--index", f"{root}/index", "--site-profiles", f"{root}/profiles")
    return runs.copydesk("run", f"{root}/in/{night}", *places, "--run-date", night, *STEPS, "--workers", "1", *options)


def assert_the_same(store: Any, local: Path, folder: Path) -> None:
    """Every file that the local runs left and no other, byte for byte but for times; `folder` will hold the store's."""
    for name in store.names():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.read(name))
    for night in NIGHTS:
        assert runs.fingerprint(folder / "out" / night) == runs.fingerprint(local / "out" / night)
    for name in ("index", "profiles"):
        found = runs.fingerprint_of_folder(local / name)
        assert runs.fingerprint_of_folder(folder / name) == {
            name: data for name, data in found.items() if not name.endswith(".lock")
        }


def upload(store: Any, local: Path) -> None:
    for night in NIGHTS:
        store.write(f"in/{night}/pages.jsonl.gz", (local / "in" / night / "pages.jsonl.gz").read_bytes())


@pytest.mark.slow
def test_two_nights_on_gcs_leave_what_two_local_nights_leave(gcs: Gcs, local: Path, tmp_path: Path) -> None:
    upload(gcs, local)
    for night in NIGHTS:
        outcome = run_night(gcs.root, night)
        assert outcome.code == 0, outcome.err
    assert_the_same(gcs, local, tmp_path)


@pytest.mark.slow
def test_two_nights_on_s3_leave_what_two_local_nights_leave(s3: S3, local: Path, tmp_path: Path) -> None:
    upload(s3, local)
    for night in NIGHTS:
        outcome = run_night(s3.root, night, *s3.options)
        assert outcome.code == 0, outcome.err
    assert_the_same(s3, local, tmp_path)


@pytest.mark.slow
def test_the_second_night_drops_copies_of_the_first(local: Path) -> None:
    """Else the tests above would not see whether the index is used."""
    assert any(row["kept_run"] for row in runs.rows(local / "out" / NIGHTS[1], "duplicates"))


def test_a_bucket_that_is_not_there_is_wrong_usage(gcs: Gcs) -> None:
    assert gcs
    outcome = runs.copydesk("run", "gs://no-such-bucket/in", "--output", f"{gcs.root}/out")
    assert outcome.code == 2
    assert "gs://no-such-bucket/in" in outcome.err


def test_the_emulated_store_keeps_to_preconditions(gcs: Gcs) -> None:
    """What the index needs so that two runs cannot both write its pointer."""
    from google.api_core.exceptions import PreconditionFailed
    from google.cloud import storage

    blob = storage.Client.create_anonymous_client().bucket("news").blob("pointer")
    blob.upload_from_string(b"first", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        blob.upload_from_string(b"second", if_generation_match=0)
    assert gcs.read("pointer") == b"first"
    blob.upload_from_string(b"third", if_generation_match=int(gcs.storage.generation("news", "pointer")))
    assert gcs.read("pointer") == b"third"


def test_the_emulated_store_fails_when_told_to(gcs: Gcs) -> None:
    from google.api_core.exceptions import Forbidden
    from google.cloud import storage

    gcs.fail.append(HTTPStatus.FORBIDDEN)
    with pytest.raises(Forbidden):
        storage.Client.create_anonymous_client().bucket("news").blob("x").exists()
