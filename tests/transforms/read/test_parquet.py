"""Parquet: types, positions, row groups shared out among pieces, damaged files."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.read import Limits
from transforms.read.parquet import plain_values


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


STORIES = pa.table({"id": [str(n) for n in range(1000)], "text": [f"Story {n}.\n" * (n % 7) for n in range(1000)]})


def test_columns_map_and_the_rest_travels_in_extra(read_bytes):
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    table = pa.table(
        {
            "n": [7],
            "published": pa.array([moment], pa.timestamp("ns", "Europe/Berlin")),
            "text": ["Rain."],
            "day": [date(2026, 3, 2)],
            "price": [Decimal("1.20")],
            "tags": [[{"name": "x", "at": moment, "raw": b"\xff"}]],
            "map": pa.array([[("k", b"v")]], pa.map_(pa.string(), pa.binary())),
            "share": [float("nan")],
        }
    )
    page = read_bytes("a.parquet", parquet(table), carry=("price",)).pages.to_pylist()[0]
    assert (page["text"], page["published"], page["price"]) == ("Rain.", moment, "1.20")
    assert json.loads(page["extra"]) == {
        "n": 7,
        "day": "2026-03-02",
        "tags": [{"name": "x", "at": "2026-03-01 12:30:00.000000Z", "raw": "\ufffd"}],
        "map": {"k": "v"},
        "share": None,
    }


@pytest.mark.parametrize(
    "type",
    [
        pa.string(),
        pa.large_string(),
        pa.binary(),
        pa.large_binary(),
        pa.string_view(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
)
def test_text_may_have_any_string_type(read_bytes, type):
    table = pa.table({"text": pa.array(["zwölf", None, ""], pa.string()).cast(type)})
    found = read_bytes("a.parquet", parquet(table))
    assert found.column("text") == ["zwölf", ""]
    assert found.errors == [(1, "missing-text")]


def test_bytes_that_are_no_utf8_are_replaced_and_counted(read_bytes):
    found = read_bytes("a.parquet", parquet(pa.table({"text": [b"ok", b"a\xff\xfeb", b"\xef\xbf\xbd"]})))
    assert found.column("text") == ["ok", "a\ufffd\ufffdb", "\ufffd"]
    assert found.column("replaced") == [0, 2, 0]


def test_strings_that_are_no_utf8_whatever_their_type_says():
    buffers = [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\3\0\0\0"), pa.py_buffer(b"\xffab")]
    assert plain_values(pa.Array.from_buffers(pa.string(), 2, buffers)) == (["\ufffd", "ab"], [1, 0])


def test_uuids_are_written_as_such_and_stay_apart(read_bytes):
    ids = [UUID(f"d0000000-0000-4000-8000-0000000000{last:02x}") for last in (0x80, 0x81, 0x82)]
    column = pa.array([one.bytes for one in ids] + [None], pa.uuid())
    nested = pa.ListArray.from_arrays([0, 1, 2, 3, 4], column)
    table = pa.table({"id": column, "text": ["a", "b", "c", "d"], "other": column, "all": nested})
    pages = read_bytes("a.parquet", parquet(table)).pages.to_pylist()
    told = [str(one) for one in ids] + [None]
    assert [page["id"] for page in pages] == told
    assert [json.loads(page["extra"]) for page in pages] == [{"other": one, "all": [one]} for one in told]


def test_bytes_of_a_fixed_length_that_are_no_utf8_are_hexadecimal(read_bytes):
    column = pa.array([b"\xd0\x80", b"\xff\xfe", b"\xff\xfd", b"de", None], pa.binary(2))
    table = pa.table({"id": column, "text": list("abcde")})
    assert read_bytes("a.parquet", parquet(table)).column("id") == ["\u0400", "fffe", "fffd", "de", None]
    assert plain_values(column.dictionary_encode()) == plain_values(column)


def test_a_text_column_of_numbers_is_rejected_row_by_row(read_bytes):
    found = read_bytes("a.parquet", parquet(pa.table({"text": [1, 2]})))
    assert found.errors == [(0, "wrong-type"), (1, "wrong-type")]


def test_a_missing_text_column_costs_one_reject_that_names_the_columns(read_bytes):
    found = read_bytes("a.parquet", parquet(pa.table({"body": ["x"] * 5, "id": [1] * 5})))
    assert found.errors == [(None, "unreadable")]
    assert "'text'" in found.rejects["message"][0].as_py()
    assert "body, id" in found.rejects["message"][0].as_py()


def test_columns_of_one_name_are_all_kept_but_two_of_text_refused(read_bytes):
    columns = [pa.array([value]) for value in ("Rain.", "a", "b")]
    found = read_bytes("a.parquet", parquet(pa.Table.from_arrays(columns, ["text", "tag", "tag"])))
    assert found.column("extra") == ['{"tag":"a","tag.2":"b"}']
    found = read_bytes("b.parquet", parquet(pa.Table.from_arrays(columns, ["text", "tag", "text"])))
    assert (found.pages.num_rows, found.errors) == (0, [(None, "unreadable")])


def test_positions_are_rows_of_the_file(read_bytes):
    found = read_bytes("a.parquet", parquet(STORIES, row_group_size=300))
    assert found.column("position") == list(range(1000))
    assert found.column("text") == STORIES["text"].to_pylist()


def test_a_repeated_text_that_the_file_holds_once_is_read_in_small_steps(read_bytes):
    table = pa.table({"text": ["x" * 100_000] * 3000})
    found = read_bytes("a.parquet", parquet(table), limits=Limits(batch_bytes=10_000_000))
    assert found.batches == 30


def test_a_long_text_that_rows_repeat_is_held_once(read_bytes):
    table = pa.table({"text": ["word " * 200_000] * 300})
    (values, _) = plain_values(table["text"].combine_chunks().dictionary_encode())
    assert len({id(value) for value in values}) == 1
    found = read_bytes("a.parquet", parquet(table, compression="zstd"))
    assert found.pages.num_rows == 300
    assert found.batches >= 30  # 300 MB


def test_rows_that_grow_too_much_are_a_bomb_and_those_before_stay(read_bytes):
    bomb = parquet(pa.table({"text": ["word " * 20_000] * 5000}), compression="zstd")
    found = read_bytes("a.parquet", bomb, limits=Limits(inflated_bytes=1_000_000))
    assert found.errors == [(None, "unreadable")]
    assert "times its size" in found.rejects["message"][0].as_py()
    assert 10 <= found.pages.num_rows < 5000
    assert read_bytes("b.parquet", bomb[:], limits=Limits(inflation=1_000_000)).errors == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.integers(0, 20_000), max_size=8))
def test_any_cut_gives_the_same_rows_exactly_once(read_bytes, cuts):
    raw = parquet(STORIES, row_group_size=90)
    found = read_bytes("a.parquet", raw, tuple(cuts))
    assert found.column("position") == list(range(1000))
    assert found.column("id") == STORIES["id"].to_pylist()


@pytest.mark.parametrize("keep", [0, 3, 4, 100, 2000, -1])
def test_a_file_cut_short_is_one_reject(read_bytes, keep):
    found = read_bytes("a.parquet", parquet(STORIES)[:keep])
    assert found.errors == [(None, "unreadable")]


def test_rows_before_a_damaged_row_group_stay(read_bytes):
    raw = bytearray(parquet(STORIES, row_group_size=500, compression="none", use_dictionary=False))
    column = pq.ParquetFile(io.BytesIO(raw)).metadata.row_group(1).column(1)
    raw[column.data_page_offset : column.data_page_offset + 40] = b"\xff" * 40
    found = read_bytes("a.parquet", bytes(raw))
    assert found.errors == [(None, "unreadable")]
    assert found.column("id") == [str(n) for n in range(500)]


def test_no_rows_and_no_row_groups(read_bytes):
    found = read_bytes("a.parquet", parquet(STORIES.schema.empty_table()))
    assert (found.pages.num_rows, found.errors) == (0, [])


def test_parquet_within_gzip_is_explained(read_bytes):
    import gzip

    found = read_bytes("a.parquet.gz", gzip.compress(parquet(STORIES)))
    assert found.errors == [(None, "unreadable")]
