"""Which pages a list of sites, URLs and ids names."""

from __future__ import annotations

import pyarrow as pa
import pytest

from transforms.exclude import canonicals, excluded, known_as


def named(
    listed: str,
    id: str | None = None,
    url: str | None = None,
    site: str | None = None,
    canonical: str | None = None,
) -> bool:
    columns = [pa.array([value], pa.string()) for value in (id, url, site, canonical)]
    return bool(excluded(known_as(*columns), frozenset([listed]))[0])


@pytest.mark.parametrize("site", ["paper.example", "news.paper.example"])
def test_a_site_is_named_by_itself_and_by_a_domain_above_it(site: str) -> None:
    assert named("www.Paper.example", site=site)


def test_a_site_is_not_named_by_another_that_ends_alike() -> None:
    assert not named("paper.example", site="newspaper.example")


@pytest.mark.parametrize("url", ["http://a.example/x", "https://www.A.example/x/", "https://a.example/x#part"])
def test_a_url_is_named_however_it_is_written(url: str) -> None:
    assert named("https://a.example/x", url=url)


@pytest.mark.parametrize(
    "listed",
    ["https://paper.example", "http://www.Paper.example/", "paper.example/", "*.paper.example", ".paper.example"],
)
def test_a_site_is_named_however_it_is_written(listed: str) -> None:
    assert named(listed, site="paper.example")
    assert named(listed, site="news.paper.example")
    assert not named(listed, site="newspaper.example")


def test_a_page_does_not_name_its_site() -> None:
    assert not named("https://paper.example/x", url="https://paper.example/y", site="paper.example")


@pytest.mark.parametrize("listed", ["paper.example", "https://www.news.paper.example/x/"])
def test_a_page_is_named_by_the_url_that_it_gives_as_its_own(listed: str) -> None:
    own = "https://news.paper.example:8080/x" if listed == "paper.example" else "https://news.paper.example/x"
    assert named(listed, url="https://mirror.example/x", site="mirror.example", canonical=own)


def test_the_url_that_a_page_gives_as_its_own_is_carried_or_among_the_other_columns() -> None:
    extras = ['{"canonical":"https://a.example/x"}', '{"canonical":7}', '{"b":"\\"canonical\\""}', None]
    assert canonicals(pa.table({"extra": extras})).to_pylist() == ["https://a.example/x", None, None, None]
    assert canonicals(pa.table({"extra": ["{}"], "canonical": ["b.example"]})).to_pylist() == ["b.example"]
    assert canonicals(pa.table({"text": ["a"]})).to_pylist() == [None]


def test_an_id_is_named_as_it_is() -> None:
    assert named("77", id="77")
    assert not named("77", id="770")


def test_a_page_without_anything_is_not_named() -> None:
    assert not named("paper.example")
