"""CSV: quoting, delimiters, encodings, rows that do not fit."""

import csv
import io

import pytest

from transforms.read import Limits


def rows(*cells: list[str], delimiter: str = ",") -> str:
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter).writerows(cells)
    return sink.getvalue()


TABLE = rows(["id", "text", "note"], ["1", 'He said "no",\r\n\r\nthen left.', "a"], ["2", "x" * 200_000, ""])


def test_quoted_cells_hold_commas_quotes_and_line_feeds(read_bytes):
    found = read_bytes("a.csv", TABLE.encode())
    assert found.column("text") == ['He said "no",\r\n\r\nthen left.', "x" * 200_000]
    assert found.column("position") == [0, 1]
    assert found.column("extra") == ['{"note":"a"}', '{"note":""}']


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_header_tells_the_delimiter(read_bytes, delimiter):
    data = rows(["id", "text", "note"], ["1", "a, b; c | d", "n"], delimiter=delimiter)
    assert read_bytes("a.csv", data.encode()).column("text") == ["a, b; c | d"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(read_bytes, encoding):
    data = rows(["id", "text"], ["1", "Das Café “Zwölf” öffnet früh"], ["2", "Ärger über Maßnahmen"])
    found = read_bytes("a.csv", data.encode(encoding))
    assert found.column("text") == ["Das Café “Zwölf” öffnet früh", "Ärger über Maßnahmen"]
    assert found.column("replaced") == [0, 0]


def test_replaced_bytes_are_counted_in_their_row(read_bytes):
    # The bad byte lies behind what the encoding is told by.
    data = b"id,text\n" + "1,Größe\n".encode() * 130_000 + b"2,a\xffb\n3,c\n"
    found = read_bytes("a.csv", data)
    assert found.column("replaced")[-3:] == [0, 1, 0]
    assert found.column("text")[-2:] == ["a\ufffdb", "c"]


def test_short_rows_are_filled_and_long_ones_rejected(read_bytes):
    found = read_bytes("a.csv", b"text,id,note\nonly text\n\na,1,n,more\nb,2\n")
    assert (found.column("text"), found.column("id")) == (["only text", "b"], [None, "2"])
    assert found.column("position") == [0, 2]
    assert found.errors == [(1, "invalid-row")]


def test_a_missing_text_column_costs_one_reject_that_names_the_columns(read_bytes):
    found = read_bytes("a.csv", b"id,body\n1,x\n2,y\n")
    assert found.errors == [(None, "unreadable")]
    assert "id, body" in found.rejects["message"][0].as_py()


def test_columns_of_one_name_are_all_kept(read_bytes):
    found = read_bytes("a.csv", b"id,text,tag,tag,id,tag.2\nx,Rain.,a,b,y,c\n")
    assert (found.column("id"), found.column("text")) == (["x"], ["Rain."])
    assert found.column("extra") == ['{"tag":"a","tag.3":"b","id.2":"y","tag.2":"c"}']


def test_two_text_columns_make_the_file_unreadable(read_bytes):
    found = read_bytes("a.csv", b"text,id,text\nRain.,1,Snow.\n")
    assert (found.pages.num_rows, found.errors) == (0, [(None, "unreadable")])
    assert "2 columns 'text'" in found.rejects["message"][0].as_py()


def test_a_header_of_a_million_empty_names_is_read(read_bytes):
    assert read_bytes("a.csv", b"text" + b"," * 1_000_000 + b"\nRain.\n").column("text") == ["Rain."]


def test_an_open_quote_does_not_eat_all_memory(read_bytes):
    data = b'id,text\n1,good\n2,"open\n' + b"3,line\n" * 10_000 + b"4,x\n"
    found = read_bytes("a.csv", data, limits=Limits(page_bytes=1000, record_bytes=2000))
    assert found.column("text")[0] == "good"
    assert found.errors[0] == (1, "too-large")
    assert found.column("text")[-1] == "x"


def test_an_overlong_line_is_one_reject(read_bytes):
    data = b"id,text\n1,good\n2," + b"x" * 9000 + b"\n3,better\n"
    found = read_bytes("a.csv", data, limits=Limits(page_bytes=1000, record_bytes=2000))
    assert (found.column("text"), found.errors) == (["good", "better"], [(1, "too-large")])


@pytest.mark.parametrize("data", [b"", b"\n\n", b"text\n"])
def test_files_without_rows(read_bytes, data):
    found = read_bytes("a.csv", data)
    assert (found.pages.num_rows, found.errors) == (0, [])


@pytest.mark.parametrize("data", [b"id,te\rxt\n1,a\n", b"x" * 5000, b'"' + b"x\n" * 5000])
def test_a_first_row_that_is_no_header_makes_the_file_unreadable(read_bytes, data):
    found = read_bytes("a.csv", data, limits=Limits(page_bytes=1000, record_bytes=2000))
    assert found.errors == [(None, "unreadable")]


def test_a_row_whose_quote_is_open_at_the_end_is_no_page(read_bytes):
    found = read_bytes("a.csv", b'id,text\n1,"a"\n2,"cut sh')
    assert (found.column("text"), found.errors) == (["a"], [(1, "invalid-row")])
