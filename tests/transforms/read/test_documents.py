"""Files that are one page each."""

import gzip
import random

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


NOISE = random.Random(1).randbytes(3000)  # what is compressed looks like it


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"RIFF\x10\x0c\0\0WEBPVP8 ", "an image, sound or film"),
        (b"%PDF-1.4\n1 0 obj", "a PDF document"),
        (b"wOF2\0\x01\0\0", "a font"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"", "many control characters"),
    ],
)
@pytest.mark.parametrize("name", ["photo.txt", "photo.html", "photo", "photo.txt.gz"])
def test_what_is_no_text_is_a_reject_that_says_what_it_seems_to_be(read_bytes, start, told, name):
    data = start + NOISE
    found = read_bytes(name, gzip.compress(data) if name.endswith("gz") else data)
    assert (found.pages.num_rows, found.errors) == (0, [(0, "undecodable")])
    assert told in found.rejects["message"][0].as_py()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("%PDF-1.4 is what a file begins with; RIFF is another.", "ascii"),
        ("RIFF, die Band aus Köln, spielt am Samstag.", "cp1252"),
        ("МЭР ГОРОДА СООБЩИЛА, ЧТО МОСТ ОТКРОЮТ ВЕСНОЙ. " * 5, "cp866"),
        ("市長は記者会見で、新しい橋が春に開通すると述べた。" * 5, "iso2022_jp"),
        ("시장은 기자회견에서 새 다리가 봄에 개통한다고 말했다. " * 5, "iso2022_kr"),
        ("\x01f0204\x02The mayor said on Monday that the bridge would open.\x03\r\n\x04", "ascii"),
        ("N\bNA\bAM\bME\bE\n", "ascii"),
    ],
)
def test_text_in_an_old_encoding_or_with_the_marks_of_a_wire_service_is_text(read_bytes, text, encoding):
    assert read_bytes("a.txt", text.encode(encoding)).errors == []


def test_a_page_above_the_limit_is_a_reject(read_bytes):
    assert read_bytes("a.txt", b"x" * 1001, limits=Limits(page_bytes=1000)).errors == [(0, "too-large")]


def test_half_a_compressed_page_is_no_page(read_bytes):
    found = read_bytes("a.txt.gz", gzip.compress(b"Rain fell on the town all day. " * 100)[:-10])
    assert (found.pages.num_rows, found.errors) == (0, [(None, "unreadable")])
