"""The pages of a unit: small files share batches, and what the survey has read is not read again."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pytest

from schemas.plan import Plan
from schemas.settings import Settings
from transforms import plan, unit_pages
from transforms.read import Batch, Limits, read
from transforms.unit_pages import batches, read_again, read_first


def record(kind: str, number: int, body: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nContent-Type: text/plain\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(body), body)


WARC = b"".join(
    [
        record("warcinfo", 0, b"software: x"),
        record("conversion", 1, b"The ferry left the quay."),
        record("conversion", 2, b"x" * 9000),  # too large
        record("conversion", 3, "Zwölf fuhren mit.".encode()),
    ]
)


def planned(path: Path, data: bytes, inputs: str | None = None, **settings: object) -> Plan:
    path.write_bytes(data)
    return plan.make([inputs or str(path)], Settings.model_validate({"limits": {"page_bytes": 5000}, **settings}))


def whole(found: list[Batch]) -> tuple[pa.Table, pa.Table, int]:
    return (
        pa.concat_tables([batch.pages for batch in found]),
        pa.concat_tables([batch.rejects for batch in found]),
        sum(batch.skipped for batch in found),
    )


@pytest.mark.parametrize("limit", [None, 1])
def test_pages_are_read_once_and_come_again_as_they_were(tmp_path, monkeypatch, limit):
    made, work = planned(tmp_path / "a.warc", WARC, limit=limit), str(tmp_path / "work")
    monkeypatch.setattr(plan, "limits", lambda settings: Limits(page_bytes=5000, batch_bytes=1))
    first = list(read_first(made, 0, work))
    assert whole(first)[0]["text"].to_pylist() == ["The ferry left the quay.", "Zwölf fuhren mit."][:limit]
    monkeypatch.setattr(unit_pages, "read", None)  # the input itself is not read again
    again = list(read_again(made, 0, work))
    assert [batch for batch, _ in again] == first
    assert [row for _, row in again] == list(accumulate((batch.pages.num_rows for batch in first[:-1]), initial=0))


def test_on_a_store_lines_are_read_twice_as_keeping_them_would_cost_more(tmp_path):
    made = planned(tmp_path / "a.jsonl", b'{"text": "The ferry left."}\n')
    kept = whole(list(read_first(made, 0, "no-store://nothing/can/be/written/here")))
    assert kept == whole([batch for batch, _ in batches(made, 0)])


def test_what_was_kept_is_forgotten_and_the_unit_can_still_be_read(tmp_path):
    made, work = planned(tmp_path / "a.warc", WARC), tmp_path / "work"
    first = whole(list(read_first(made, 0, str(work))))
    assert len(list((work / "pages").iterdir())) == 2
    for _ in range(2):
        unit_pages.forget(str(work), 0)
        assert not list((work / "pages").iterdir())
        assert whole([batch for batch, _ in read_again(made, 0, str(work))]) == first


def test_what_was_not_read_to_its_end_is_read_anew(tmp_path):
    made, work = planned(tmp_path / "a.warc", WARC), str(tmp_path / "work")
    for _ in read_first(made, 0, work):
        break
    assert whole([batch for batch, _ in read_again(made, 0, work)]) == whole([batch for batch, _ in batches(made, 0)])


def folder(path: Path, **settings: object) -> Plan:
    """A plan of one unit: texts, a WARC with a reject and a skipped record, lines, a file that is none."""
    path.mkdir()
    for number in range(30):
        (path / f"a{number:02d}.txt").write_text(f"Ferry {number} left the quay.", encoding="utf-8")
    (path / "b.warc").write_bytes(WARC)
    (path / "c.jsonl").write_bytes(b'{"text": "It came back."}\n{"text": 1}\n')
    (path / "d.txt.gz").write_bytes(b"no gzip")
    return planned(path / "e.txt", b"It left again.", **settings, inputs=str(path))


def one_by_one(made: Plan) -> list[Batch]:
    """What the pieces hold, a batch or more a piece."""
    return [
        batch
        for piece in plan.pieces(made, 0)
        for batch in read(piece, plan.fields(made.settings), plan.limits(made.settings))
    ]


def test_small_files_share_a_batch_and_nothing_else_changes(tmp_path):
    made = folder(tmp_path / "in")
    found = list(batches(made, 0))
    assert len(one_by_one(made)) > 30
    assert [row for _, row in found] == [0]
    pages, rejects, skipped = whole([batch for batch, _ in found])
    assert (pages, rejects, skipped) == whole(one_by_one(made))
    assert (pages.num_rows, rejects.num_rows, skipped) == (34, 3, 1)
    assert pages["text"].num_chunks == 1


@pytest.mark.parametrize("limit", [1, 29, 30, 31, 33, 34, 100])
def test_a_limit_holds_over_files_that_share_a_batch(tmp_path, limit):
    made, work = folder(tmp_path / "in", limit=limit), str(tmp_path / "work")
    expected = whole(one_by_one(made))[0].slice(0, limit)
    assert whole([batch for batch, _ in batches(made, 0)])[0] == expected
    assert whole(list(read_first(made, 0, work))) == whole([batch for batch, _ in read_again(made, 0, work)])


@pytest.mark.parametrize("length", [1, 5000])
def test_a_shared_batch_is_bounded_whether_files_are_long_or_many(tmp_path, monkeypatch, length):
    monkeypatch.setattr(plan, "limits", lambda settings: Limits(batch_bytes=400_000))
    path = tmp_path / "in"
    path.mkdir()
    for number in range(40):
        (path / f"{number:02d}.txt").write_text("x" * length, encoding="utf-8")
    found = list(batches(plan.make([str(path)], Settings()), 0))
    assert 3 <= len(found) <= 10
    assert [row for _, row in found] == list(accumulate((batch.pages.num_rows for batch, _ in found[:-1]), initial=0))


def test_a_batch_that_is_large_enough_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "limits", lambda settings: Limits(batch_bytes=1000))
    made = planned(tmp_path / "a.jsonl", b'{"text": "The ferry left."}\n' * 200)
    assert [batch.pages for batch, _ in batches(made, 0)] == [batch.pages for batch in one_by_one(made)]
