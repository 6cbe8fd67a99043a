"""WARC and WET: which records are pages, what HTTP does to them, damage."""

import gzip
import json
import re
import zlib
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.read import Fields, Limits, read, whole_file

ARTICLE = "".join(
    f"<p>On day {n} of the hearing the council heard that the bridge would open in spring – «Größe» and all.</p>"
    for n in range(8)
)
HTML = f"<html><head><title>Bridge to open</title></head><body><article>{ARTICLE}</article></body></html>"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HTML.encode()), HTML.encode())
TEXT = "Bridge to open\n\nThe council heard that the bridge would open in spring."


def record(
    kind: str,
    block: bytes,
    number: int = 1,
    content_type: str = "application/http; msgtype=response",
    length: int | None = None,
) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Target-URI: https://news.example/{number}\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def wet(text: str | bytes = TEXT, number: int = 1, **options: object) -> bytes:
    return record("conversion", text if isinstance(text, bytes) else text.encode(), number, "text/plain", **options)


def http(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([status, *headers, "", ""]).encode() + body


def web(body: bytes, *headers: str, number: int = 1, **options: str) -> bytes:
    return record("response", http(body, *headers, **options), number)


PAGE = web(HTML.encode(), "Content-Type: text/html")


def test_wet_records_are_pages_as_they_are(read_bytes):
    info = record("warcinfo", b"software: x", 0, "application/warc-fields")
    found = read_bytes("a.warc.wet", info + wet(number=1) + wet("Zwölf.", number=2))
    assert found.column("text") == [TEXT, "Zwölf."]
    assert found.column("position") == [1, 2]
    assert found.column("id") == ["urn:uuid:1", "urn:uuid:2"]
    assert found.column("url") == ["https://news.example/1", "https://news.example/2"]
    assert found.column("extra") == ['{"WARC-Date":"2026-03-01T00:00:00Z"}'] * 2
    assert found.skipped == 1


def test_carried_columns_come_from_the_headers_in_extra(read_bytes):
    found = read_bytes("a.wet", wet(), carry=("WARC-Date", "other"))
    assert (found.column("WARC-Date"), found.column("other")) == (["2026-03-01T00:00:00Z"], [None])
    assert found.column("extra") == [None]


def test_an_html_response_is_extracted(read_bytes):
    page = read_bytes("a.warc", PAGE).pages.to_pylist()[0]
    assert page["title"] == "Bridge to open"
    assert page["text"].startswith("On day 0 of the hearing")
    assert page["text"].count("«Größe»") == 8


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(HTML.encode()), ["Content-Type: text/html", "Content-Encoding: gzip"]),
        (zlib.compress(HTML.encode()), ["Content-Type: text/html", "Content-Encoding: deflate"]),
        (CHUNKED, ["Content-Type: text/html", "Transfer-Encoding: chunked"]),
        (HTML.encode(), ["Content-Type: text/html", "Content-Encoding: gzip"]),
        (HTML.encode(), ["Content-Type: text/html", "Transfer-Encoding: chunked"]),
        (HTML.encode(), ["Content-Type: application/xhtml+xml"]),
        (HTML.encode(), []),
        (HTML.encode("cp1252"), ['Content-Type: text/html; charset="ISO-8859-1"']),
        (HTML.replace("<head>", "<head><meta charset=windows-1252>").encode("cp1252"), ["Content-Type: text/html"]),
        (HTML.encode("utf-16"), ["Content-Type: text/html; charset=utf-8"]),
    ],
)
def test_however_http_wraps_it_the_page_is_the_same(read_bytes, body, headers):
    found = read_bytes("a.warc", web(body, *headers))
    assert found.errors == []
    assert found.column("text")[0].count("spring – «Größe» and all.") == 8


def test_other_records_are_skipped_and_counted(read_bytes):
    data = b"".join(
        [
            record("request", b"GET / HTTP/1.1\r\n\r\n", 1, "application/http; msgtype=request"),
            record("metadata", b"a: b", 2, "application/warc-fields"),
            record("revisit", b"", 3),
            web(b"\x89PNG", "Content-Type: image/png", number=4),
            web(HTML.encode(), "Content-Type: text/html", number=5, status="HTTP/1.1 404 Not Found"),
            web(b"", "Location: /", number=6, status="HTTP/1.1 301 Moved"),
            PAGE,
        ]
    )
    found = read_bytes("a.warc", data)
    assert (found.skipped, found.column("position"), found.errors) == (6, [6], [])


def test_resources_and_plain_text_are_pages(read_bytes):
    data = record("resource", HTML.encode(), 1, "text/html; charset=utf-8") + web(
        b"Just text.", "Content-Type: text/plain"
    )
    found = read_bytes("a.warc", data)
    assert found.column("text")[1] == "Just text."
    assert found.column("title") == ["Bridge to open", None]


def test_a_response_that_is_not_what_its_headers_say_is_a_reject(read_bytes):
    bad = web(b"\x1f\x8bnot gzip at all", "Content-Type: text/html", "Content-Encoding: gzip")
    found = read_bytes("a.warc", PAGE + bad + PAGE)
    assert (found.errors, found.column("position")) == ([(1, "undecodable")], [0, 2])


@pytest.mark.parametrize("cut", [1, 30, 200])
@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "content-encoding: gzip"])
def test_half_a_compressed_response_is_no_page(read_bytes, cut, header):
    body = gzip.compress(HTML.encode())[:-cut]
    bad = web(body, "Content-Type: text/html; charset=utf-8", header)
    found = read_bytes("a.warc", PAGE + bad + PAGE)
    assert (found.errors, found.column("position")) == ([(1, "undecodable")], [0, 2])


@given(st.integers(0, 400), st.integers(1, 255))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_compressed_response_stops_nothing(read_bytes, at, change):
    body = bytearray(gzip.compress(HTML.encode()))
    body[at % len(body)] ^= change
    found = read_bytes("a.warc", web(bytes(body), "Content-Type: text/html", "Content-Encoding: gzip") + PAGE)
    assert found.pages.num_rows + found.rejects.num_rows == 2


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_a_document_that_a_server_calls_text_is_a_reject(read_bytes, kind):
    found = read_bytes("a.warc", PAGE + web(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n\x01\x02 0 obj", f"Content-Type: {kind}"))
    assert (found.errors, found.column("position")) == ([(1, "undecodable")], [0])


def test_html_without_text_is_a_reject(read_bytes):
    assert read_bytes("a.warc", web(b"<html></html>", "Content-Type: text/html")).errors == [(0, "no-text-found")]


def test_limits_hold_for_stored_and_for_decompressed_size(read_bytes):
    small = Limits(page_bytes=20_000, record_bytes=50_000)
    bomb = web(gzip.compress(bytes(30_000_000)), "Content-Type: text/html", "Content-Encoding: gzip")
    found = read_bytes("a.warc", wet("x" * 30_000) + wet("x" * 60_000) + bomb + wet(), limits=small)
    assert found.errors == [(0, "too-large"), (1, "too-large"), (2, "too-large")]
    assert found.column("text") == [TEXT]


def test_gzip_a_member_a_record_or_all_in_one(read_bytes):
    parts = [wet(number=number) for number in range(300)]
    for data in (b"".join(map(gzip.compress, parts)), gzip.compress(b"".join(parts))):
        found = read_bytes("a.warc.wet.gz", data)
        assert found.column("position") == list(range(300))


@pytest.mark.parametrize("keep", [1, 30, 200, -3, -30])
def test_a_file_cut_short_is_told_and_whole_records_stay(read_bytes, keep):
    second = wet("The second page.", number=2)
    found = read_bytes("a.wet", wet() + second[:keep])
    whole = keep == -3  # only the blank line behind the record is cut
    assert found.column("text") == [TEXT, "The second page."] if whole else [TEXT]
    assert found.errors == ([] if whole else [(None, "unreadable")])


@pytest.mark.parametrize("keep", [20, 150, -5])
def test_truncated_gzip_is_told_and_whole_records_stay(read_bytes, keep):
    found = read_bytes("a.wet.gz", gzip.compress(wet()) + gzip.compress(wet("Second.", number=2))[:keep])
    assert found.column("text")[0] == TEXT
    assert found.errors == [(None, "unreadable")]


@pytest.mark.parametrize(
    "junk",
    [
        b"some garbage\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: conversion\r\n\r\n",
        wet(length=20),
        wet(length=-5),
        wet(length=10**15),
        b"WARC/1.0\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_damage_between_records_is_never_silent(read_bytes, junk):
    found = read_bytes("a.wet", wet() + junk + wet("Last.", number=3))
    assert found.column("text")[0] == TEXT
    assert found.errors == [(None, "unreadable")]


def test_no_records(read_bytes):
    assert read_bytes("a.warc", b"").errors == []
    assert read_bytes("a.warc", b"no warc at all").errors == [(None, "unreadable")]


def test_real_pages_lose_nothing_of_their_articles(shared):
    """Token recall against the article as people marked it; the setting is chosen in `html_pages`."""

    def tokens(text: str) -> Counter[str]:
        return Counter(re.findall(r"[\u4e00-\u9fff]|\w+", text.lower()))

    with gzip.open(shared / "data" / "warc_sample.gold.jsonl.gz", "rt") as lines:
        gold = {row["record"]: tokens(row["gold"]) for row in map(json.loads, lines)}
    batches = read(whole_file(str(shared / "data" / "warc_sample.warc.gz")), Fields(), Limits())
    pages = [page for batch in batches for page in batch.pages.to_pylist()]
    assert len(pages) == len(gold)
    recall = [(tokens(page["text"]) & gold[page["id"]]).total() / gold[page["id"]].total() for page in pages]
    assert sum(recall) / len(recall) > 0.995
    assert min(recall) > 0.9


def test_a_lone_surrogate_in_one_pages_metadata_costs_no_page(read_bytes):
    about = (
        rb'<script type="application/ld+json">{"author":{"name":"Anna \ud83d"},"datePublished":"2026-05-04"}</script>'
    )
    odd = HTML.encode().replace(b"</head>", about + b"</head>")
    pages = [
        web(body, "Content-Type: text/html", number=n) for n, body in enumerate([HTML.encode(), odd, HTML.encode()])
    ]
    found = read_bytes("a.warc", b"".join(pages))
    assert (found.column("position"), found.errors) == ([0, 1, 2], [])
    assert found.column("author") == [None, "Anna \ufffd", None]
    assert found.column("replaced") == [0, 1, 0]
