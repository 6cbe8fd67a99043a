"""The plan: which files are found under which names, how they are cut into units, what makes a plan another one."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.plan import Input, Plan, Span
from schemas.settings import Settings
from transforms import plan
from transforms.plan import LARGEST_UNIT, SMALLEST_UNIT, UNITS_AT_LEAST, NoInputError

MB = 1 << 20


def sources(patterns: Sequence[str | Path], without: str | None = None) -> list[str]:
    return [source for source, _ in plan.find([str(pattern) for pattern in patterns], without)[0]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = ("a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt", ".hidden", "_work/e.txt", "sub/_SUCCESS", "x[1].txt")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def test_a_folder_is_all_below_it_but_what_is_hidden(folder: Path) -> None:
    assert sources([folder]) == ["a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt", "x[1].txt"]
    assert sources([f"{folder}/"]) == sources([folder])


def test_a_file_is_itself_under_its_name(folder: Path) -> None:
    assert sources([folder / "sub" / "c.txt"]) == ["c.txt"]


def test_a_hidden_file_is_read_where_it_is_named(folder: Path) -> None:
    assert sources([folder / ".hidden"]) == [".hidden"]


def test_a_file_whose_name_reads_as_a_glob_is_itself(folder: Path) -> None:
    assert sources([folder / "x[1].txt"]) == ["x[1].txt"]


@pytest.mark.parametrize("name", ["x[1]", "x*", "what?"])
def test_a_folder_whose_name_reads_as_a_glob_is_itself(name: str, folder: Path) -> None:
    shutil.copytree(folder / "sub", folder / name)
    shutil.copytree(folder / "sub", folder / "x1")
    assert sources([folder / name]) == ["c.txt", "deep/d.txt"]
    assert sources([f"{folder}/x[1]*/c.txt"]) == ["x1/c.txt"]


def test_globs_are_relative_to_what_stands_before_the_first_star(folder: Path) -> None:
    assert sources([f"{folder}/*.txt"]) == ["a.txt", "b.txt", "x[1].txt"]
    assert sources([f"{folder}/sub/*.txt"]) == ["c.txt"]
    assert sources([f"{folder}/**/d.txt"]) == ["sub/deep/d.txt"]


def test_several_patterns_are_relative_to_what_they_share(folder: Path) -> None:
    assert sources([folder / "sub" / "deep", folder / "sub"]) == ["c.txt", "deep/d.txt"]
    assert sources([folder / "a.txt", folder / "sub"]) == ["a.txt", "sub/c.txt", "sub/deep/d.txt"]


def test_a_list_names_patterns_and_skips_blank_lines_and_comments(folder: Path) -> None:
    listed = folder / "list"
    listed.write_text(f"\ufeff{folder}/a.txt\n\n# what the agencies sent\n  {folder}/sub  \n", encoding="utf-8")
    assert sources([f"@{listed}"]) == ["a.txt", "sub/c.txt", "sub/deep/d.txt"]


def test_what_lies_in_the_output_is_no_input(folder: Path) -> None:
    assert sources([folder], without=str(folder / "sub")) == ["a.txt", "b.txt", "x[1].txt"]


def test_the_output_of_an_earlier_run_is_left_out_unless_its_pages_are_named(folder: Path) -> None:
    names = ("run.json", "stories/part-00000.parquet", "README.md")
    for name in names:
        (folder / "sub" / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "sub" / "out" / name).write_text('{"result": {"files": []}}', encoding="utf-8")
    (folder / "run.json").write_text('{"mine": 1}', encoding="utf-8")
    assert sources([folder]) == ["a.txt", "b.txt", "run.json", "sub/c.txt", "sub/deep/d.txt", "x[1].txt"]
    assert make(folder).left_out == (f"{folder}/sub/out",)
    assert sources([folder / "sub" / "out" / "stories"]) == ["part-00000.parquet"]
    with pytest.raises(NoInputError, match=r"sub/out holds a finished run: its pages are in its folder stories"):
        plan.find([f"{folder}/sub/out"])


def test_relative_paths_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert sources(["sub"]) == ["c.txt", "deep/d.txt"]


@pytest.mark.parametrize("pattern", ["nothing", "nothing/*", "*.none", "@nothing"])
def test_a_pattern_without_files_is_named(pattern: str, folder: Path) -> None:
    full = f"@{folder}/nothing" if pattern == "@nothing" else f"{folder}/{pattern}"
    with pytest.raises(NoInputError, match=full.removeprefix("@").replace("*", r"\*")):
        plan.find([full])


def one(size: int, format: str = "jsonl", compression: str = "plain") -> Input:
    return Input(path="/f", source="f", format=format, compression=compression, size=size, stamp="0")


def test_small_files_share_a_unit() -> None:
    (unit,) = plan.cut([one(1000, "text")] * 5)
    assert [span.input for span in unit] == [0, 1, 2, 3, 4]
    assert {(span.start, span.end) for span in unit} == {(0, None)}


def test_a_large_file_of_lines_is_cut_without_gap_or_overlap() -> None:
    units = plan.cut([one(1 << 30)])
    spans = [span for unit in units for span in unit]
    assert len(units) == len(spans) == UNITS_AT_LEAST
    assert (spans[0].start, spans[-1].end) == (0, 1 << 30)
    assert all(left.end == right.start for left, right in itertools.pairwise(spans))


def test_a_unit_is_never_much_larger_than_the_largest() -> None:
    units = plan.cut([one(100 << 30)])
    sizes = [(span.end or 0) - span.start for unit in units for span in unit]
    assert LARGEST_UNIT // 2 < min(sizes) <= max(sizes) < LARGEST_UNIT * 3 // 2


@pytest.mark.parametrize(("format", "compression"), [("jsonl", "gzip"), ("csv", "plain"), ("warc", "gzip")])
def test_what_cannot_be_split_is_one_span(format: str, compression: str) -> None:
    assert plan.cut([one(1 << 30, format, compression)])[0][0].end is None


inputs = st.lists(
    st.builds(
        one,
        st.integers(0, 300 * MB),
        st.sampled_from(["jsonl", "parquet", "text", "csv", "warc"]),
        st.sampled_from(["plain", "gzip", "zstd", "bz2"]),
    ),
    max_size=40,
)


@given(inputs)
def test_units_hold_every_byte_of_every_input_once_and_in_order(files: list[Input]) -> None:
    spans = [span for unit in plan.cut(files) for span in unit]
    assert [number for number, _ in itertools.groupby(span.input for span in spans)] == list(range(len(files)))
    for number, file in enumerate(files):
        mine = [span for span in spans if span.input == number]
        ends = [file.size if span.end is None else span.end for span in mine]
        assert [span.start for span in mine] == [0, *ends[:-1]]
        assert ends[-1] == file.size


@given(inputs)
def test_every_unit_is_handed_out_once(files: list[Input]) -> None:
    units = plan.cut(files)
    assert sorted(plan.largest_first(units, files)) == list(range(len(units)))


def test_units_with_most_to_read_are_handed_out_first() -> None:
    files = [one(2 * MB, "csv"), one(9 * MB, "csv"), one(4 * MB, "warc", "gzip"), one(2 * MB, "csv")]
    units = tuple((Span(input=number, start=0, end=None),) for number in range(4))
    assert plan.largest_first(units, files) == [2, 1, 0, 3]  # 4 MB of gzip are 16


@given(inputs)
def test_units_are_neither_tiny_nor_many(files: list[Input]) -> None:
    units = plan.cut(files)
    weight = sum(file.size * plan.WEIGHTS[file.compression] for file in files)
    assert all(units)
    assert len(units) <= 2 * max(UNITS_AT_LEAST, weight // LARGEST_UNIT + 1, weight // SMALLEST_UNIT + 1)


def make(folder: Path, **settings: object) -> Plan:
    return plan.make([str(folder)], Settings.model_validate(settings))


def test_the_same_input_and_settings_are_the_same_plan(folder: Path) -> None:
    assert make(folder) == make(folder)


def test_another_setting_or_input_is_another_plan(folder: Path) -> None:
    first = make(folder).identity
    assert make(folder, min_words=2).identity != first
    (folder / "b.txt").unlink()
    assert make(folder).identity != first


def test_a_touched_or_moved_input_is_the_same_plan_with_another_fingerprint(folder: Path, tmp_path: Path) -> None:
    first = make(folder)
    os.utime(folder / "a.txt", (1, 1))
    touched = make(folder)
    moved = make(shutil.copytree(folder, tmp_path / "elsewhere"))
    assert touched.identity == moved.identity == first.identity
    assert len({first.fingerprint, touched.fingerprint, moved.fingerprint}) == 3


def test_the_content_of_rules_and_of_the_exclude_list_is_part_of_the_plan(folder: Path) -> None:
    extra = folder / "_extra"
    extra.write_text("one\n", encoding="utf-8")
    first = make(folder, exclude=str(extra))
    extra.write_text("two\n", encoding="utf-8")
    second = make(folder, exclude=str(extra))
    assert (first.exclude, second.exclude) == (("one",), ("two",))
    assert first.identity != second.identity


def test_other_versions_are_another_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make(folder)
    monkeypatch.setattr(plan, "decisive_versions", lambda: {**first.versions, "numpy": "0.1"})
    assert make(folder).identity != first.identity


def test_a_limited_run_is_one_unit(folder: Path) -> None:
    assert len(make(folder, limit=3).units) == 1


def test_a_plan_is_found_again_and_another_one_in_its_place_is_refused(folder: Path, tmp_path: Path) -> None:
    work = str(tmp_path / "work")
    saved = make(folder)
    plan.save(saved, work)
    assert plan.load(work, saved.identity) == saved
    with pytest.raises(ValueError, match="is not the plan of this run"):
        plan.load(work, "another")


def test_the_pieces_of_a_unit_are_its_spans(folder: Path) -> None:
    pieces = plan.pieces(make(folder), 0)
    assert [piece.source for piece in pieces] == sources([folder])
    assert {(piece.format, piece.compression, piece.whole) for piece in pieces} == {("text", "plain", True)}


def test_the_plan_tells_how_many_are_excluded_and_not_who(folder: Path) -> None:
    extra = folder / "_extra"
    extra.write_text("secret.example\nother.example\n", encoding="utf-8")
    assert make(folder, exclude=str(extra)).described()["exclude"] == 2
    assert "secret" not in str(make(folder, exclude=str(extra)).described())
