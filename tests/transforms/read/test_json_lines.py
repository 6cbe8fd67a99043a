"""JSONL: what becomes of every kind of line, and that cutting a file changes nothing."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.read import Limits
from transforms.read.json_lines import parse, parse_plain

PAGE = {"id": "a1", "url": "https://news.example/1", "text": "Rain fell.\nIt stopped.", "published": "2026-03-01"}


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def test_fields_become_columns_and_the_rest_travels_in_extra_in_its_order(read_bytes):
    record = {"zeta": [1, 2.5], **PAGE, "alpha": {"b": None, "a": "é"}, "title": "Rain", "author": "A. Writer"}
    page = read_bytes("a.jsonl", lines(record)).pages.to_pylist()[0]
    assert page["extra"] == '{"zeta":[1,2.5],"alpha":{"b":null,"a":"é"}}'
    assert page["published"].isoformat() == "2026-03-01T00:00:00+00:00"
    wanted = ("a1", "https://news.example/1", "Rain", "A. Writer", PAGE["text"], "a.jsonl", 0, 0)
    names = ("id", "url", "title", "author", "text", "source", "position", "replaced")
    assert tuple(page[name] for name in names) == wanted


def test_positions_are_byte_offsets_of_the_lines(read_bytes):
    data = lines(PAGE) + b"\n  \r\n" + lines({"text": "zwölf"}) + lines(PAGE)
    found = read_bytes("a.jsonl", data)
    assert [json.loads(data[p:].split(b"\n")[0])["text"] for p in found.column("position")] == found.column("text")
    assert found.pages.num_rows == 3


@pytest.mark.parametrize(
    ("value", "held"),
    [("12", "12"), (12, "12"), (12.5, "12.5"), (10**25, str(10**25)), ("", None), (None, None)],
)
def test_an_id_may_be_a_number(read_bytes, value, held):
    found = read_bytes("a.jsonl", lines({**PAGE, "id": value}))
    assert (found.column("id"), found.column("extra")) == ([held], [None])


@pytest.mark.parametrize("value", [True, {"a": 1}, [1], []])
def test_a_value_that_a_column_cannot_hold_stays_in_extra(read_bytes, value):
    found = read_bytes("a.jsonl", lines({**PAGE, "url": value}))
    assert found.column("url") == [None]
    assert json.loads(found.column("extra")[0]) == {"url": value}


def test_a_date_that_is_none_stays_in_extra_under_its_field(read_bytes):
    found = read_bytes("a.jsonl", lines({"text": "x", "day": "some day"}), date="day")
    assert (found.column("published"), found.column("extra")) == ([None], ['{"day":"some day"}'])


def test_several_authors_are_joined(read_bytes):
    assert read_bytes("a.jsonl", lines({**PAGE, "author": ["A. One", "B. Two"]})).column("author") == ["A. One, B. Two"]


def test_carried_columns_are_strings_and_leave_extra(read_bytes):
    found = read_bytes("a.jsonl", lines({**PAGE, "a": 1, "b": "x", "c": 2}, PAGE), carry=("a", "b"))
    assert (found.column("a"), found.column("b")) == (["1", None], ["x", None])
    assert found.column("extra") == ['{"c":2}', None]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"text": "cut', "invalid-json"),
        (b'"text"', "invalid-json"),
        (b'[{"text": "x"}]', "invalid-json"),
        (b'{"text": "x"} {"text": "y"}', "invalid-json"),
        (b'{"text": "tab\there"}', "invalid-json"),
        (b'{"text": "x", "n": ' + b"1" * 5000 + b"}", "invalid-json"),
        (b'{"text": "x", "n": ' + b"[" * 200 + b"]" * 200 + b"}", "invalid-json"),
        (b'{"text": "x", "n": ' + b"[" * 90000 + b"]" * 90000 + b"}", "invalid-json"),
        (b"\0\0\0\0", "invalid-json"),
        (b"{}", "missing-text"),
        (b'{"text": null}', "missing-text"),
        (b'{"text": 5}', "wrong-type"),
        (b'{"text": ["a"]}', "wrong-type"),
    ],
)
def test_a_bad_line_costs_one_reject(read_bytes, line, error):
    found = read_bytes("a.jsonl", lines(PAGE) + line + b"\n" + lines(PAGE))
    assert found.errors == [(len(lines(PAGE)), error)]
    assert found.pages.num_rows == 2
    assert found.rejects["excerpt"].to_pylist()[0][:5] == line[:5].decode()


@pytest.mark.parametrize("levels", [101, 980, 90000])
@pytest.mark.parametrize("tail", ["", "?"], ids=["whole", "broken inside"])
def test_what_a_deep_record_is_told_does_not_depend_on_how_deep_the_reader_stands(read_bytes, levels, tail):
    line = '{"text": "x", "n": ' + "[" * (levels - 1) + tail + "]" * (levels - 1) + "}"

    def read_from(depth: int) -> list[str]:
        return read_from(depth - 1) if depth else read_bytes("a.jsonl", line.encode()).rejects["message"].to_pylist()

    assert read_from(0) == read_from(300) == ["nested more than 100 levels deep"]


def test_brackets_in_strings_are_no_nesting(read_bytes):
    record = {"text": "[{" * 200, "n": [r"\" [" * 200, *[[1]] * 200]}
    found = read_bytes("a.jsonl", lines(record, {"text": "x", "n": json.loads("[" * 99 + "]" * 99)}))
    assert (found.column("text"), found.errors) == ([record["text"], "x"], [])


def test_what_is_no_unicode_is_replaced_and_counted(read_bytes):
    data = b'{"text": "\\ud800 \\ud83d\\ude00 \xff\xfe \xef\xbf\xbd", "note": "\\udc00", "k\\ud801": [1]}\n'
    found = read_bytes("a.jsonl", data)
    assert found.column("text") == ["\ufffd \U0001f600 \ufffd\ufffd \ufffd"]
    assert found.column("extra") == ['{"note":"\ufffd","k\ufffd":[1]}']
    assert found.column("replaced") == [5]


def test_byte_order_mark_crlf_and_a_missing_last_line_feed(read_bytes):
    found = read_bytes("a.jsonl", b'\xef\xbb\xbf{"text": "a"}\r\n{"text": "b"}')
    assert found.column("text") == ["a", "b"]


def test_a_key_twice_has_its_last_value(read_bytes):
    assert read_bytes("a.jsonl", b'{"text": "a", "text": "b"}').column("text") == ["b"]


def test_numbers_that_json_lacks_are_null(read_bytes):
    found = read_bytes("a.jsonl", b'{"text": "a", "n": NaN, "m": [-Infinity, 1e999], "id": 1e999}')
    assert found.column("extra") == ['{"n":null,"m":[null,null],"id":null}']


def test_an_empty_text_is_a_page(read_bytes):
    assert read_bytes("a.jsonl", b'{"text": ""}').column("text") == [""]


def test_an_empty_file_gives_nothing(read_bytes):
    found = read_bytes("a.jsonl", b"")
    assert (found.pages.num_rows, found.rejects.num_rows) == (0, 0)


def test_a_page_above_the_limit_is_a_reject_and_its_neighbours_stay(read_bytes):
    small = Limits(page_bytes=1000, record_bytes=5000)
    big, bigger = {"text": "é" * 501}, {"text": "x" * 9000}
    found = read_bytes("a.jsonl", lines(PAGE, big, PAGE, bigger, {"text": "é" * 500}), limits=small)
    assert [error for _, error in found.errors] == ["too-large", "too-large"]
    assert found.pages.num_rows == 3
    assert all(len(excerpt) <= 200 for excerpt in found.rejects["excerpt"].to_pylist())


def test_batches_are_bounded(read_bytes):
    records = [{"text": "x" * 1000, "id": n} for n in range(50)]
    found = read_bytes("a.jsonl", lines(*records), limits=Limits(batch_bytes=10_000))
    assert found.column("id") == [str(n) for n in range(50)]
    assert 4 <= found.batches <= 6


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
LINES = st.one_of(
    st.builds(lambda text: json.dumps({"text": text}).encode(), TEXTS),
    st.builds(lambda text: json.dumps({"text": text, "n": [text]}, ensure_ascii=False).encode(), TEXTS),
    st.binary(max_size=20).map(lambda data: data.replace(b"\n", b"")),
    st.just(b""),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LINES, max_size=12), st.booleans(), st.data())
def test_any_cut_gives_the_same_records_exactly_once(read_bytes, content, ends, data):
    raw = b"\n".join(content) + (b"\n" if ends else b"")
    cuts = data.draw(st.lists(st.integers(0, len(raw)), max_size=6))
    small = data.draw(st.sampled_from([Limits(), Limits(batch_bytes=1), Limits(page_bytes=20, record_bytes=30)]))
    whole, cut = read_bytes("a.jsonl", raw, limits=small), read_bytes("a.jsonl", raw, tuple(cuts), limits=small)
    assert cut.pages.equals(whole.pages)
    assert cut.rejects.equals(whole.rejects)


WHOLE = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.text())


@given(st.dictionaries(st.text(), WHOLE), st.booleans())
def test_a_plain_record_is_the_same_by_either_parser(record, escaped):
    text = json.dumps(record, ensure_ascii=escaped)
    assert parse_plain(text.encode()) == parse(text) == record


@pytest.mark.parametrize("value", ["1.5", "-9223372036854775809", "18446744073709551616", "1e3", "[]", "{}", "NaN"])
def test_other_values_are_left_to_the_parser_that_keeps_them_as_they_are(value):
    assert parse_plain(b'{"text": "a", "n": %s}' % value.encode()) is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (json.dumps([PAGE] * 50, indent=1).encode(), "a JSON array"),
        (b"\xef\xbb\xbf [" + b",\n".join(json.dumps(PAGE).encode() for _ in range(50)) + b"]", "a JSON array"),
        (json.dumps([PAGE] * 2000).encode(), "a JSON array"),
        (json.dumps(PAGE | {"more": list(range(50))}, indent=4).encode(), "a JSON object"),
    ],
)
def test_json_over_several_lines_is_one_file_that_cannot_be_read(read_bytes, data, told):
    for name, cuts in (("a.json", ()), ("a.json", (10, len(data) // 2)), ("a.json.gz", ())):
        found = read_bytes(name, gzip.compress(data) if name.endswith("gz") else data, cuts=cuts)
        (reject,) = found.rejects.to_pylist()
        assert (reject["position"], reject["error"], found.pages.num_rows) == (None, "unreadable", 0)
        assert told in reject["message"]
        assert "jq -c" in reject["message"]


@pytest.mark.parametrize("first", ["[", "{", '[{"text": "breaks off', "[1, 2]", "[2026-05-01] wrote"])
def test_a_first_line_that_is_no_object_costs_itself_alone(read_bytes, first):
    found = read_bytes("a.jsonl", f"{first}\n".encode() + lines(PAGE, PAGE))
    assert (found.errors, found.pages.num_rows) == ([(0, "invalid-json")], 2)


def test_a_log_before_the_objects_costs_its_own_lines(read_bytes):
    found = read_bytes("a.jsonl", b"[09:00] begun\n[09:01] writing\n" + lines(PAGE))
    assert (len(found.errors), found.pages.num_rows) == (2, 1)
