"""The sample pages and what is said about them: nothing here runs copydesk.

The samples are read with the plainest tools there are, so that a mistake of our own readers cannot hide one of theirs.
"""

from __future__ import annotations

import csv
import gzip
import html
import importlib.util
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import ftfy
import pyarrow.parquet as pq
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PAGES = EXAMPLES / "pages"
EXPECTED: list[dict[str, Any]] = tomllib.loads((EXAMPLES / "expected.toml").read_text(encoding="utf-8"))["page"]

FIELDS = {
    *("source", "id", "url", "line", "kind", "error", "language", "story", "flags"),
    *("shows", "keep", "gone", "typos"),
}
FAMILIES = {
    *("ad", "attribution", "bio", "byline", "comment-form", "cookie", "copyright", "media", "nav", "paywall"),
    *("photo", "read-more", "related", "share-bar", "signup", "tags"),
}
ERRORS = {"invalid-json": json.JSONDecodeError, "missing-text": KeyError, "wrong-type": TypeError}

Key = tuple[str, str | int | None]


def key(page: dict[str, Any]) -> Key:
    """What names a page in `expected.toml`: its file and, where the file holds several, its id, URL or line."""
    return page["source"], page.get("id", page.get("url", page.get("line")))


def text_of(line: str) -> tuple[str, str]:
    """The id and the text of a JSON line."""
    record = json.loads(line)
    if record.get("text") is None:
        raise KeyError("text")
    if not isinstance(record["text"], str):
        raise TypeError(type(record["text"]))
    return str(record["id"]), record["text"]


def read_jsonl(path: Path, data: bytes) -> Iterator[tuple[Key, str | Exception]]:
    for number, line in enumerate(data.decode("utf-8").removesuffix("\n").split("\n"), start=1):
        try:
            name, text = text_of(line)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            yield (path.name, number), error
        else:
            yield (path.name, name), text


def read_warc(path: Path) -> Iterator[tuple[Key, str | Exception]]:
    kinds = WarcRecordType.conversion | WarcRecordType.response
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=kinds, parse_http=True):
            charset = record.http_charset or "utf-8"
            yield (path.name, record.headers["WARC-Target-URI"]), record.reader.read().decode(charset)


def read_all() -> Iterator[tuple[Key, str | Exception]]:
    """Every record of every sample, with its text or the error that reading it gives."""
    for path in sorted(PAGES.iterdir()):
        match path.name.split(".", 1)[1]:
            case "txt" | "html":
                yield (path.name, None), path.read_bytes().decode("utf-8")
            case "jsonl":
                yield from read_jsonl(path, path.read_bytes())
            case "jsonl.gz":
                yield from read_jsonl(path, gzip.decompress(path.read_bytes()))
            case "csv":
                with path.open(encoding="utf-8", newline="") as lines:
                    yield from (((path.name, row["id"]), row["text"]) for row in csv.DictReader(lines))
            case "parquet":
                yield from (((path.name, row["id"]), row["text"]) for row in pq.read_table(path).to_pylist())
            case "warc.gz" | "warc.wet.gz":
                yield from read_warc(path)
            case other:
                raise ValueError(f"{path.name}: no reader for .{other}")


RECORDS = list(read_all())
TEXTS = dict(RECORDS)
NAMES = [f"{source}:{name}" if name else source for source, name in map(key, EXPECTED)]
every_page = pytest.mark.parametrize("page", EXPECTED, ids=NAMES)
every_article = pytest.mark.parametrize(
    "page", [page for page in EXPECTED if page["kind"] == "article"], ids=lambda page: str(key(page))
)


def plain(text: str) -> str:
    """HTML without its tags, entities read; other text as it is."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)) if text.lstrip().startswith("<!DOCTYPE") else text


def perfect(page: dict[str, Any]) -> str:
    """The page with its encoding and its typing errors repaired and its scaffolding still there."""
    config = ftfy.TextFixerConfig(uncurl_quotes=False, unescape_html=True)
    text = "\n".join(ftfy.fix_text(line, config) for line in plain(str(TEXTS[key(page)])).split("\n"))
    text = text.replace("\u00ad", "").replace("\u200b", "")
    for wrong, right in page.get("typos", {}).items():
        text = re.sub(rf"\b{re.escape(wrong)}\b", right, text)
    return text


@pytest.fixture(scope="module")
def make_samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", EXAMPLES / "make_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_record_has_its_truth_and_every_truth_its_record() -> None:
    assert Counter(name for name, _ in RECORDS) == Counter(map(key, EXPECTED))


def test_there_are_enough_pages_in_every_format() -> None:
    formats = Counter(source.split(".", 1)[1] for source, _ in TEXTS)
    assert len(TEXTS) >= 60
    assert formats["txt"] >= 15
    assert formats["jsonl"] >= 30
    assert set(formats) == {"txt", "jsonl", "jsonl.gz", "csv", "parquet", "html", "warc.gz", "warc.wet.gz"}


def test_every_family_of_scaffolding_and_every_kind_of_damage_is_shown() -> None:
    shown = Counter(name for page in EXPECTED for name in page["shows"])
    assert shown.keys() >= FAMILIES
    assert shown.keys() >= {
        "mojibake",
        "entities",
        "soft-hyphens",
        "zero-width",
        "bom",
        "crlf",
        "lone-surrogate",
        "charset",
    }
    assert shown.keys() >= {"roundup", "version", "template", "section-front", "scaffolding-only", "broken-record"}
    assert shown["typos"] >= 10


def test_there_are_four_languages_and_more() -> None:
    languages = Counter(page["language"] for page in EXPECTED if page["kind"] == "article")
    assert all(languages[code] >= 3 for code in ("en", "de", "fr", "es"))


def test_three_stories_are_syndicated_and_one_page_was_crawled_twice() -> None:
    stories = Counter(page["story"] for page in EXPECTED if "story" in page)
    assert stories == {"dockers": 6, "eels": 4, "meridian-grain": 3, "ragna-sea-wall": 2}


def test_both_crawls_of_the_twice_crawled_page_have_one_url() -> None:
    lines = gzip.decompress((PAGES / "wire.jsonl.gz").read_bytes()) + (PAGES / "pages.jsonl").read_bytes()
    records = [json.loads(line) for line in lines.splitlines() if b"ragna-sea-wall" in line]
    assert len(records) == 2
    assert len({record["url"] for record in records}) == 1


@every_page
def test_truth_uses_only_the_fields_that_the_readme_explains(page: dict[str, Any]) -> None:
    assert page.keys() <= FIELDS
    assert ("language" in page) == ("keep" in page) == (page["kind"] == "article")
    assert ("error" in page) == (page["kind"] == "reject")
    for field in page:
        assert f"`{field}`" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page", [page for page in EXPECTED if page["kind"] == "reject"], ids=lambda page: str(key(page))
)
def test_a_reject_breaks_in_the_way_that_is_said(page: dict[str, Any]) -> None:
    assert isinstance(TEXTS[key(page)], ERRORS[page["error"]])


@every_article
def test_an_article_has_between_25_and_500_words(page: dict[str, Any]) -> None:
    words = len(plain(str(TEXTS[key(page)])).split())
    assert (25 if "short" in page["shows"] else 85) <= words <= 500


@every_article
def test_what_must_stay_is_there_once_damage_and_typos_are_repaired(page: dict[str, Any]) -> None:
    text = perfect(page)
    assert [kept for kept in page["keep"] if kept not in text] == []


@every_article
def test_what_must_go_is_there_and_in_nothing_that_must_stay(page: dict[str, Any]) -> None:
    raw = str(TEXTS[key(page)])
    for gone in page.get("gone", []):
        assert gone in raw or gone in perfect(page)
        assert not any(gone in kept for kept in page["keep"])


@every_article
def test_a_typing_error_stands_once_and_outside_quotes(page: dict[str, Any]) -> None:
    text = str(TEXTS[key(page)])
    quoted = " ".join(re.findall("“[^”]*”", text))
    for wrong in page.get("typos", {}):
        pattern = rf"\b{re.escape(wrong)}\b"
        assert len(re.findall(pattern, text)) == 1, wrong
        assert not re.search(pattern, quoted), wrong


def test_all_dates_are_of_the_year_2026() -> None:
    records = [json.loads(line) for line in gzip.decompress((PAGES / "wire.jsonl.gz").read_bytes()).splitlines()]
    with (PAGES / "markets.csv").open(encoding="utf-8", newline="") as lines:
        records += csv.DictReader(lines)
    assert all(record["published"].startswith("2026-") for record in records)
    assert all(row["published"].year == 2026 for row in pq.read_table(PAGES / "weekly.parquet").to_pylist())


def test_all_sites_are_invented() -> None:
    texts = [str(text) for text in TEXTS.values()] + [path.read_text("utf-8") for path in EXAMPLES.glob("sources/*")]
    hosts = {host for text in texts for host in re.findall(r"https?://([^/\s\"]+)", text)}
    assert len(hosts) > 10
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_making_the_samples_twice_gives_the_same_bytes(make_samples: ModuleType, tmp_path: Path) -> None:
    first = make_samples.make_samples(tmp_path / "first")
    second = make_samples.make_samples(tmp_path / "second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_samples_are_made_from_the_sources_as_they_are(make_samples: ModuleType, tmp_path: Path) -> None:
    """Compared by content: compressors and Parquet writers of other versions give other bytes."""
    for made in make_samples.make_samples(tmp_path):
        kept = PAGES / made.name
        if made.suffix == ".parquet":
            assert pq.read_table(made).equals(pq.read_table(kept))
        elif made.suffix == ".gz":
            assert gzip.decompress(made.read_bytes()) == gzip.decompress(kept.read_bytes())
        else:
            assert made.read_bytes() == kept.read_bytes()


def test_damage_can_be_undone(make_samples: ModuleType) -> None:
    for damage in make_samples.DAMAGE.values():
        broken = damage("“Crêpes” – it’s Zdzisław’s café")
        assert broken != "“Crêpes” – it’s Zdzisław’s café"
        assert ftfy.fix_text(broken, uncurl_quotes=False) == "“Crêpes” – it’s Zdzisław’s café"
