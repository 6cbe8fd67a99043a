"""Counting what is removed, repaired and lost, unit by unit, in bounded memory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from schemas.edits import EDITS
from transforms import manifests
from transforms.report import tally
from transforms.report.tally import Frequent, Ranking, Tally


def stories(*rows: tuple[int, str | None, int]) -> pa.Table:
    documents, sites, chars = zip(*rows, strict=True)
    return pa.table(
        {"document": pa.array(documents, pa.uint64()), "site": pa.array(sites, pa.string()), "chars_in": chars}
    )


def edits(*rows: tuple[int, str, str, str | None, str | None]) -> pa.Table:
    """Rows of (document, step, rule, before, after)."""
    made = [
        {
            "document": document,
            "id": "p",
            "order": number,
            "step": step,
            "rule": rule,
            "confidence": 1.0,
            "start": 0,
            "end": len(before or "12345"),
            "before": before,
            "after": after,
        }
        for number, (document, step, rule, before, after) in enumerate(rows)
    ]
    return pa.Table.from_pylist(made, schema=EDITS.schema)


def counted_as(*rows: tuple[tuple[str, ...], int]) -> pa.Table:
    """Keys with how often each came."""
    keys, times = zip(*rows, strict=True)
    return tally.counts([pa.array(column) for column in zip(*keys, strict=True)], pa.array(times))


def tallied(stories: pa.Table, edits: pa.Table) -> tally.Tallied:
    counted = Tally()
    counted.add(stories, edits)
    return counted.result()


def test_removed_lines_are_counted_one_by_one_with_their_rule() -> None:
    found = tallied(
        stories((0, "a.example", 90)),
        edits(
            (0, "scaffolding", "share/buttons", "Share\n\n  Tweet \n", ""),
            (0, "scaffolding", "share/buttons", "\nShare", ""),
            (0, "scaffolding", "model/line", "Share", ""),
        ),
    )
    assert found.lines.rows == [
        (("Share", "share/buttons"), 2),
        (("Share", "model/line"), 1),
        (("Tweet", "share/buttons"), 1),
    ]


def test_a_long_line_is_counted_by_its_beginning() -> None:
    found = tallied(stories((0, "a.example", 90)), edits((0, "scaffolding", "legal/notice", "x" * 999, "")))
    assert found.lines.rows == [(("x" * tally.LINE_CHARACTERS, "legal/notice"), 1)]


def test_sites_have_what_came_and_what_each_family_took() -> None:
    found = tallied(
        stories((0, "a.example", 90), (1, "b.example", 10), (2, "a.example", 5), (3, None, 7)),
        edits(
            (0, "scaffolding", "share/buttons", "Share", ""),
            (2, "scaffolding", "share/other", "Share it", ""),
            (1, "scaffolding", "model/line", "More", ""),
            (3, "scaffolding", "model/line", "of no site", ""),
        ),
    )
    assert dict(found.came.rows) == {("a.example",): 95, ("b.example",): 10}
    assert dict(found.removed.rows) == {("a.example", "share"): 13, ("b.example", "model"): 4}


def test_typing_errors_are_counted_with_their_repair_and_other_repairs_are_not() -> None:
    found = tallied(
        stories((0, "a.example", 90)),
        edits((0, "typos", "typos/listed", "teh", "the"), (0, "encoding", "encoding/entity", "&amp;", "&")),
    )
    assert found.typos.rows == [(("teh", "the"), 1)]
    assert found.lines.rows == []


def test_without_the_text_of_edits_sites_are_counted_and_nothing_is_quoted() -> None:
    found = tallied(
        stories((0, "a.example", 90)),
        edits((0, "scaffolding", "share/buttons", None, None), (0, "typos", "typos/listed", None, None)),
    )
    assert dict(found.removed.rows) == {("a.example", "share"): 5}
    assert (found.lines.rows, found.typos.rows) == ([], [])


def test_tallies_of_units_are_added(tmp_path: Path) -> None:
    for unit in range(2):
        counted = Tally()
        counted.add(stories((0, "a.example", 90)), edits((0, "typos", "typos/listed", "teh", "the")))
        (Path(manifests.unit_folder(str(tmp_path), unit))).mkdir(parents=True)
        tally.write(counted, str(tmp_path), unit)
    merged = tally.merge(str(tmp_path), 2)
    assert merged.typos == Ranking(rows=[(("teh", "the"), 2)])
    assert merged.came.rows == [(("a.example",), 180)]


@given(st.lists(st.tuples(st.tuples(st.sampled_from("abcdefghijkl")), st.integers(1, 9))), st.integers(1, 5))
def test_no_count_is_too_high_or_short_by_more_than_is_told(rows: list[tuple[tuple[str], int]], room: int) -> None:
    truth: Counter[tuple[str, ...]] = Counter()
    counted = Frequent(room)
    for row in rows:
        counted.add(counted_as(row))
        truth[row[0]] += row[1]
    ranking = counted.ranking(3)
    found = dict(ranking.rows)
    assert len(found) <= 3
    for key, count in truth.items():
        assert found.get(key, 0) <= count <= found.get(key, 0) + ranking.short


def test_what_fits_is_counted_exactly() -> None:
    counted = Frequent(3)
    counted.add(counted_as((("b",), 2), (("a",), 2), (("c",), 5)))
    assert counted.ranking(3) == Ranking(rows=[(("c",), 5), (("a",), 2), (("b",), 2)], short=0)
