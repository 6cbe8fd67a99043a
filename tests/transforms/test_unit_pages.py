"""The pages of a unit: those that are costly to read are read once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from schemas.plan import Plan
from schemas.settings import Settings
from transforms import plan, unit_pages
from transforms.read import Batch
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


def planned(path: Path, data: bytes, **settings: object) -> Plan:
    path.write_bytes(data)
    return plan.make([str(path)], Settings.model_validate({"limits": {"page_bytes": 5000}, **settings}))


def whole(found: list[Batch]) -> tuple[pa.Table, pa.Table, int]:
    return (
        pa.concat_tables([batch.pages for batch in found]),
        pa.concat_tables([batch.rejects for batch in found]),
        sum(batch.skipped for batch in found),
    )


@pytest.mark.parametrize("limit", [None, 1])
def test_pages_of_a_warc_are_read_once_and_come_again_as_they_were(tmp_path, monkeypatch, limit):
    made, work = planned(tmp_path / "a.warc", WARC, limit=limit), str(tmp_path / "work")
    first = whole(list(read_first(made, 0, work)))
    assert first[0]["text"].to_pylist() == ["The ferry left the quay.", "Zwölf fuhren mit."][:limit]
    monkeypatch.setattr(unit_pages, "read", None)  # the input itself is not read again
    again = list(read_again(made, 0, work))
    assert whole([batch for batch, _ in again]) == first
    assert [row for _, row in again] == [0, first[0].num_rows]


def test_lines_are_cheaper_read_twice_than_kept(tmp_path):
    made, work = planned(tmp_path / "a.jsonl", b'{"text": "The ferry left."}\n'), str(tmp_path / "work")
    assert whole(list(read_first(made, 0, work))) == whole([batch for batch, _ in read_again(made, 0, work)])
    assert not Path(work).exists()


def test_what_was_not_read_to_its_end_is_read_anew(tmp_path):
    made, work = planned(tmp_path / "a.warc", WARC), str(tmp_path / "work")
    for _ in read_first(made, 0, work):
        break
    assert whole([batch for batch, _ in read_again(made, 0, work)]) == whole([batch for batch, _ in batches(made, 0)])
