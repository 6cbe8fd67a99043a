"""Files: whole or not at all, listed in one order, gone when they are deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
import xxhash

from transforms import files


def test_small_files_are_written_and_read_whole(tmp_path: Path) -> None:
    files.write_bytes(str(tmp_path / "a" / "b.json"), b"\x00data", str(tmp_path / "_work"))
    assert files.read_bytes(str(tmp_path / "a" / "b.json")) == b"\x00data"


def test_compressed_files_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(b"no gzip")
    assert files.read_bytes(str(tmp_path / "a.gz")) == b"no gzip"


def test_a_draft_knows_the_size_and_checksum_of_what_was_written(tmp_path: Path) -> None:
    with files.draft(str(tmp_path / "a"), str(tmp_path / "_work")) as file:
        file.write(b"one")
        file.write(memoryview(b"two"))
        assert file.tell() == 6
    assert (file.size, file.checksum) == (6, xxhash.xxh3_128_hexdigest(b"onetwo"))


def test_a_listing_is_sorted_and_stays_within_a_folder_unless_told(tmp_path: Path) -> None:
    for name in ("b", "a", "sub/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [Path(one.path).name for one in files.listing(f"{tmp_path}/*") if not Path(one.path).is_dir()] == ["a", "b"]
    assert [Path(one.path).name for one in files.listing(f"{tmp_path}/**")] == ["a", "b", "c"]


def test_a_moved_file_replaces_what_had_its_name(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "new").write_bytes(b"new")
    files.move(str(tmp_path / "new"), str(tmp_path / "old"))
    assert (tmp_path / "old").read_bytes() == b"new"
    assert not (tmp_path / "new").exists()


def test_a_file_moves_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    files.move(str(tmp_path / "a"), str(tmp_path / "sub" / "deep" / "a"))
    assert (tmp_path / "sub" / "deep" / "a").read_bytes() == b"a"


def test_a_tree_goes_with_all_in_it_also_when_it_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "tree" / "sub" / "empty").mkdir(parents=True)
    (tmp_path / "tree" / "sub" / "a").touch()
    (tmp_path / "other").touch()
    files.delete_tree(str(tmp_path / "tree"))
    files.delete_tree(str(tmp_path / "tree"))
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_name_that_looks_like_a_pattern_is_deleted_alone(tmp_path: Path) -> None:
    for name in ("a[bc]", "ab", "*"):
        (tmp_path / name).touch()
    files.delete([str(tmp_path / "a[bc]"), str(tmp_path / "*")])
    assert [path.name for path in tmp_path.iterdir()] == ["ab"]


def test_making_a_folder_that_cannot_be_is_told_by_writing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files.make_folder(str(tmp_path / "file" / "sub"))
    with pytest.raises(OSError, match="file"):
        files.write_bytes(str(tmp_path / "file" / "sub" / "a"), b"", str(tmp_path / "file" / "sub"))
