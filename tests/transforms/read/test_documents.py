"""Files that are one page each."""

import gzip

import pytest

from transforms.read import Limits


def test_a_text_file_is_a_page(read_bytes):
    found = read_bytes("a.txt", "Rain fell.\r\n\r\nIt stopped – at noon.\n".encode())
    page = found.pages.to_pylist()[0]
    assert page["text"] == "Rain fell.\r\n\r\nIt stopped – at noon.\n"
    assert (page["source"], page["position"], page["id"], page["extra"]) == ("a.txt", 0, None, None)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_its_encoding_is_found(read_bytes, encoding):
    text = "Die Bürgermeisterin sagte: „Größe allein genügt nicht.“"
    assert read_bytes("a.txt", text.encode(encoding)).column("text") == [text]


def test_an_empty_file_is_an_empty_page(read_bytes):
    assert read_bytes("a.txt", b"").column("text") == [""]


def test_a_binary_file_is_a_reject(read_bytes):
    assert read_bytes("a.txt", bytes(range(8)) * 1000).errors == [(0, "undecodable")]


def test_a_page_above_the_limit_is_a_reject(read_bytes):
    assert read_bytes("a.txt", b"x" * 1001, limits=Limits(page_bytes=1000)).errors == [(0, "too-large")]


def test_half_a_compressed_page_is_no_page(read_bytes):
    found = read_bytes("a.txt.gz", gzip.compress(b"Rain fell on the town all day. " * 100)[:-10])
    assert (found.pages.num_rows, found.errors) == (0, [(None, "unreadable")])
