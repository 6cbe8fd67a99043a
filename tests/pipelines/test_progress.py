"""Progress is told from the manifests that appear, on a terminal alone."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pipelines import progress
from transforms import manifests
from transforms.manifests import CleanedUnit, Counts


def clean_a_unit(work: Path, unit: int, pages: int) -> None:
    manifest = CleanedUnit(identity="x", unit=unit, counts=Counts(read=pages), files=[], finished_at=0.0)
    manifests.write(manifest, manifests.cleaned_path(str(work), unit), str(work))


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOOK_EVERY", 0.01)


def told_until(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What was shown until these words came, or ten seconds went by."""
    told = ""
    deadline = time.monotonic() + 10
    while words not in told and time.monotonic() < deadline:
        time.sleep(0.02)
        told += capsys.readouterr().err
    return told


def test_units_are_counted_as_their_manifests_appear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clean_a_unit(tmp_path, 0, 5)  # by an earlier try
    with progress.watching(str(tmp_path), 3):
        clean_a_unit(tmp_path, 1, 700)
        assert "2/3" in told_until("2/3", capsys)
        assert "pages/s" in told_until("pages/s", capsys)


def test_nothing_is_shown_where_there_is_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watching(str(tmp_path), 1):
        clean_a_unit(tmp_path, 0, 5)
        time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_a_folder_that_is_gone_is_no_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.watching(str(tmp_path / "[not] there"), 1):
        time.sleep(0.05)
    assert "Traceback" not in capsys.readouterr().err


def test_a_path_that_reads_as_a_glob_is_watched(tmp_path: Path) -> None:
    clean_a_unit(tmp_path / "a[1]", 0, 5)
    assert len(progress._manifests(str(tmp_path / "a[1]"))) == 1


def test_a_manifest_that_goes_while_it_is_read_counts_nothing(tmp_path: Path) -> None:
    assert progress._pages(str(tmp_path / "gone.json")) == 0
