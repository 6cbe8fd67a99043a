"""Formats and compressions: by name, then by content."""

import bz2
import gzip

import pytest
import zstandard

from transforms.read import COMPRESSIONS, FORMATS, recognise, whole_file
from transforms.read.pieces import UnreadableError
from transforms.read.recognise import COMPRESSION_SUFFIXES, FORMAT_SUFFIXES, recognise_content


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", ("text", "plain")),
        ("a.jsonl", ("jsonl", "plain")),
        ("gs://bucket/A.NDJSON.GZ", ("jsonl", "gzip")),
        ("c4-train.00000-of-00512.json.gz", ("jsonl", "gzip")),
        ("a.csv.bz2", ("csv", "bz2")),
        ("a.tsv", ("csv", "plain")),
        ("s3://bucket/part-0.snappy.parquet", ("parquet", "plain")),
        ("CC-NEWS-20260101.warc.gz", ("warc", "gzip")),
        ("CC-MAIN-0.warc.wet.gz", ("warc", "gzip")),
        ("a.jsonl.zst", ("jsonl", "zstd")),
        ("index.html", ("html", "plain")),
    ],
)
def test_a_name_that_tells_needs_no_look_inside(name, kind):
    assert recognise(name) == kind


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        (b'\xef\xbb\xbf\n {"text": "' + b"x" * 100_000, "jsonl"),
        (b"{ braces } open this text\n", "text"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "warc"),
        (b"PAR1\x15\x04", "parquet"),
        (b"\n<!DOCTYPE html>\n<title>x</title>", "html"),
        (b"<!-- saved --><html lang=de>", "html"),
        (b"<3 is a heart\n", "text"),
        (b"id,url,text\n1,https://a.example,x\n", "csv"),
        (b'"text"\t"title"\n', "csv"),
        (b"In short, the text, the title\n", "text"),
        ("Größe\n".encode("utf-16"), "text"),
        (b"", "text"),
    ],
)
def test_content_decides_where_the_name_does_not(tmp_path, content, format):
    assert recognise_content(content) == format
    packers = {"plain": bytes, "gzip": gzip.compress, "bz2": bz2.compress, "zstd": zstandard.ZstdCompressor().compress}
    for compression, pack in packers.items():
        if not content and compression == "plain":
            continue
        path = tmp_path / f"part-{compression}"
        path.write_bytes(pack(content))
        assert recognise(str(path)) == (format, compression)


def test_a_compression_in_the_name_alone_is_believed(tmp_path):
    (tmp_path / "part.gz").write_bytes(gzip.compress(b'{"text": "a"}\n'))
    assert recognise(str(tmp_path / "part.gz")) == ("jsonl", "gzip")


def test_a_damaged_file_of_unknown_name_is_still_something(tmp_path):
    (tmp_path / "part").write_bytes(gzip.compress(b'{"text": "a"}\n')[:12])
    assert recognise(str(tmp_path / "part"))[1] == "gzip"


def test_a_missing_file_is_an_explained_error(tmp_path):
    with pytest.raises(UnreadableError, match="cannot be opened"):
        recognise(str(tmp_path / "none"))
    with pytest.raises(UnreadableError, match="cannot be opened"):
        whole_file(str(tmp_path / "none.txt"))


def test_the_tables_name_known_kinds():
    assert set(FORMAT_SUFFIXES.values()) == set(FORMATS)
    assert set(COMPRESSION_SUFFIXES.values()) < set(COMPRESSIONS)
