"""What all tests share: where the measuring data lie, and one finished run that many tests look at."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import corpus
import hypothesis
import pytest
import runs

from transforms import native

if TYPE_CHECKING:
    import object_stores

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# A machine that others use, too, is slow now and then: that is no failure.
hypothesis.settings.register_profile("copydesk", deadline=None)
hypothesis.settings.load_profile("copydesk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-goldens", action="store_true", help="write tests/goldens anew from what comes out now")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of measuring data beside the project; tests that need it are skipped where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the measuring data in ../shared, which is not part of the project")
    return SHARED


@pytest.fixture(scope="module", params=["C", "NumPy"])
def each_twin(request: pytest.FixtureRequest) -> Iterator[None]:
    """What has a twin in `transforms.native` is tested in both, of which only one runs otherwise."""
    if request.param == "C" and not native.BUILT:
        pytest.skip("needs the loops in C: no compiler built them, or COPYDESK_NATIVE=0 is set")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "BUILT", request.param == "C")
        yield


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """244 invented pages in every kind of file that is written by hand: enough for several small units.

    Among them are copies across files, 3 broken records, and a file that breaks off.
    """
    folder = tmp_path_factory.mktemp("corpus")
    broken = ["{not JSON", '{"id": "no-text", "section": "s1"}', '{"id": 7, "text": ["a list"]}']
    first = corpus.pages(80)
    corpus.write_jsonl(folder / "a.jsonl", [*first[:40], *broken, *first[40:]])
    corpus.write_jsonl(folder / "b.jsonl.gz", corpus.pages(80, 80))
    corpus.write_csv(folder / "more" / "c.csv", corpus.pages(30, 160))
    corpus.write_parquet(folder / "more" / "d.parquet", corpus.pages(50, 190))
    for number in (0, 3, 240):
        (folder / f"page-{number}.txt").write_text(corpus.story(number), encoding="utf-8")
    cut = gzip.compress(corpus.write_jsonl(folder / "cut.jsonl", [corpus.page(300)]).read_bytes(), mtime=0)
    (folder / "cut.jsonl").unlink()
    (folder / "cut.jsonl.gz").write_bytes(cut[: len(cut) // 2])
    return folder


@pytest.fixture(scope="session")
def finished(corpus_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> runs.Finished:
    """`corpus_folder` with all steps, in one process and several units; not to be written to."""
    output = tmp_path_factory.mktemp("finished") / "out"
    with runs.small_units():
        outcome = runs.run(corpus_folder, output=output, code=3)
    return runs.Finished(corpus_folder, output, outcome)


@pytest.fixture
def gcs() -> Iterator[object_stores.Gcs]:
    """Google Cloud Storage on loopback, with an empty bucket; Beam's `gs://` is this one meanwhile."""
    import object_stores  # takes a second, which other tests need not wait for

    with object_stores.gcs() as store:
        yield store


@pytest.fixture
def s3() -> Iterator[object_stores.S3]:
    """S3 on loopback, with an empty bucket; Beam finds it by the options that it has."""
    import object_stores

    with object_stores.s3() as store:
        yield store
