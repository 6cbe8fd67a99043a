"""What holds for every format: the same records from each, nothing raised by bad files, no file at all."""

import bz2
import csv
import gzip
import io
import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.read import FORMATS, Fields, FilePiece, Limits, read
from transforms.read.reader import READERS

ROWS = [
    {
        "id": str(n),
        "url": f"https://news.example/{n}",
        "text": f"Rain fell on day {n}.\n„Größe“",
        "section": f"s{n % 3}",
    }
    for n in range(120)
]


def as_csv(rows: list[dict[str, str]]) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


def as_parquet(rows: list[dict[str, str]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, row_group_size=30)
    return sink.getvalue()


def as_wet(rows: list[dict[str, str]]) -> bytes:
    records = []
    for row in rows:
        text = row["text"].encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: {row['id']}\r\n"
            f"WARC-Target-URI: {row['url']}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
        )
        records.append(head.encode() + text + b"\r\n\r\n")
    return b"".join(records)


JSONL = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
FILES = {
    "a.jsonl": JSONL,
    "a.jsonl.gz": gzip.compress(JSONL),
    "a.jsonl.bz2": bz2.compress(JSONL),
    "a.jsonl.zst": zstandard.ZstdCompressor().compress(JSONL),
    "a.csv": as_csv(ROWS),
    "a.csv.gz": gzip.compress(as_csv(ROWS)),
    "a.parquet": as_parquet(ROWS),
    "a.wet": as_wet(ROWS),
    "a.warc.wet.gz": b"".join(gzip.compress(as_wet([row])) for row in ROWS),
}


def test_every_format_has_a_reader():
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_records(read_bytes, name):
    found = read_bytes(name, FILES[name])
    assert found.errors == []
    for column in ("id", "url", "text"):
        assert found.column(column) == [row[column] for row in ROWS]
    if "wet" not in name:
        assert found.column("extra") == [json.dumps({"section": row["section"]}).replace(" ", "") for row in ROWS]


@pytest.mark.parametrize("name", FILES)
def test_batch_limits_change_nothing_but_the_batches(read_bytes, name):
    whole, cut = read_bytes(name, FILES[name]), read_bytes(name, FILES[name], limits=Limits(batch_bytes=1))
    assert cut.batches > whole.batches
    assert cut.pages.equals(whole.pages)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(sorted(FILES)), at=st.integers(0, 10**6), junk=st.binary(max_size=30), lost=st.integers(0, 99)
)
def test_a_damaged_file_raises_nothing_and_loses_nothing_before_the_damage(read_bytes, name, at, junk, lost):
    good = FILES[name]
    at %= len(good)
    found = read_bytes(name, good[:at] + junk + good[at + lost :])
    if name.startswith("a.jsonl") and name.endswith("l"):
        whole = good[:at].count(b"\n")
        assert found.column("text")[:whole] == [row["text"] for row in ROWS[:whole]]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from(sorted(FILES)), keep=st.integers(0, 10**6))
def test_a_file_cut_short_gives_a_beginning_of_its_records(read_bytes, name, keep):
    good = FILES[name]
    found = read_bytes(name, good[: keep % len(good)])
    count = found.pages.num_rows
    assert found.column("id")[: count - 1] == [row["id"] for row in ROWS[: max(count - 1, 0)]]
    compressed = name.endswith(("gz", "bz2", "zst"))
    if compressed and count < len(ROWS) and keep % len(good) > 0 and name != "a.warc.wet.gz":
        assert found.errors[-1] == (None, "unreadable")


@pytest.mark.parametrize("path", ["/nowhere/a.jsonl", "nosuch://bucket/a.jsonl", ""])
def test_a_file_that_cannot_be_opened_is_one_reject(path):
    piece = FilePiece(path, "a.jsonl", "jsonl", "plain", 0, None, 100)
    (batch,) = read(piece, Fields(), Limits())
    assert batch.rejects.select(["source", "position", "error"]).to_pylist() == [
        {"source": "a.jsonl", "position": None, "error": "unreadable"}
    ]
    assert batch.pages.num_rows == 0


def test_a_wrong_format_is_told_and_raises_nothing(read_bytes):
    for name, data in FILES.items():
        for other in ("a.jsonl", "b.parquet", "c.warc.gz", "d.csv.zst", "e.html", "f.txt"):
            if not name.endswith(other[1:]):
                read_bytes(other, data)


@pytest.mark.parametrize("carry", [("text",), ("source",), ("language",), ("a", "a")])
def test_a_carried_column_must_not_hide_another(carry):
    with pytest.raises(ValueError, match="carr"):
        Fields(carry=carry)


def test_pieces_beyond_the_end_are_empty(read_bytes, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(JSONL)
    piece = FilePiece(str(tmp_path / "a.jsonl"), "a.jsonl", "jsonl", "plain", len(JSONL), None, len(JSONL))
    assert list(read(piece, Fields(), Limits())) == []
    assert list(read(replace(piece, start=len(JSONL) + 99), Fields(), Limits())) == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a.csv", "a.html", "a.wet"])
def test_a_page_of_one_character_repeated_is_read_in_linear_time(read_bytes, name):
    import time

    text = "a" * 3_000_000
    content = {
        "a.jsonl": json.dumps({"text": text}),
        "a.txt": text,
        "a.csv": f"text\n{text}\n",
        "a.html": f"<p>{text}",
        "a.wet": as_wet([{"id": "1", "url": "", "text": text}]).decode(),
    }
    began = time.process_time()
    found = read_bytes(name, content[name].encode())
    assert found.column("text") == [text]
    assert time.process_time() - began < 5
