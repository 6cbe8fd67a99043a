"""What an HTML document says of itself, from the usual places in order of trust.

- `describe`: title, author, date and canonical URL of a parsed document
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from resiliparse.parse.html import DocumentNode

from transforms.read.dates import timestamp
from transforms.read.json_lines import is_too_deep

# Selectors and the attribute that holds the value; the value is the element's text where none is named.
TITLES = (
    ('meta[property="og:title"]', "content"),
    ('meta[name="twitter:title"]', "content"),
    ("title", None),
    ("h1:not(:has(p ~ p))", None),  # one that is never closed holds the article
)
AUTHORS = (
    ('meta[name="author" i]', "content"),
    ('meta[property="article:author"]', "content"),
    ('meta[name="parsely-author"]', "content"),
    ('meta[name="dc.creator" i]', "content"),
)
DATES = (
    ('meta[property="article:published_time"]', "content"),
    ('meta[itemprop="datePublished" i]', "content"),
    ('meta[property="og:published_time"]', "content"),
    ('meta[name="parsely-pub-date"]', "content"),
    ('meta[name="pubdate" i]', "content"),
)
LESSER_DATES = (
    ('time[itemprop="datePublished" i]', "datetime"),
    ("time[pubdate]", "datetime"),
    ("article time[datetime]", "datetime"),  # any other may belong to a teaser or a comment
    ('meta[name="publishdate" i]', "content"),
    ('meta[name="dc.date.issued" i]', "content"),
    ('meta[name="dc.date" i]', "content"),
    ('meta[name="date" i]', "content"),
)
ADDRESSES = (
    ('link[rel="canonical"]', "href"),
    ('meta[property="og:url"]', "content"),
)
LINKED_DATA_CHARACTERS = 1 << 20
LINKED_DATA_NODES = 10_000
LONGEST = 1000  # characters of a title, author or URL; more is something else
URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class Description:
    """What a document says of itself; None where it does not."""

    title: str | None = None
    author: str | None = None
    published: int | None = None
    """Microseconds since 1970 in UTC."""
    canonical: str | None = None


def describe(document: DocumentNode) -> Description:
    """The title as given for sharing, else the document's; the author's name; the date; the page's own address."""
    linked = list(_linked_data(document))
    authors = chain(_values(document, AUTHORS), (_names(node.get("author")) for node in linked))
    linked_dates = (str(node["datePublished"]) for node in linked)
    dates = chain(_values(document, DATES), linked_dates, _values(document, LESSER_DATES))
    return Description(
        title=_first(_values(document, TITLES)),
        author=_first(name for name in authors if not URL.match(name)),
        published=next((found for date in dates if (found := timestamp(date)) is not None), None),
        canonical=_first(url for url in _values(document, ADDRESSES) if URL.fullmatch(url.strip())),
    )


def _values(document: DocumentNode, places: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    """What the first element of each selector holds, where it holds anything."""
    for selector, attribute in places:
        node = document.query_selector(selector)
        if node and (value := node.getattr(attribute) if attribute else node.text):
            yield value


def _linked_data(document: DocumentNode) -> Iterator[dict[str, Any]]:
    """The objects of the document's JSON-LD that tell a date or an author, outer ones first."""
    for script in document.query_selector_all('script[type="application/ld+json"]'):
        text = script.text or ""
        if len(text) > LINKED_DATA_CHARACTERS or is_too_deep(text):
            continue
        try:
            waiting = deque([json.loads(text, strict=False)])
        except ValueError:
            continue
        for _ in range(LINKED_DATA_NODES):
            if not waiting:
                break
            node = waiting.popleft()
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                if "datePublished" in node:
                    yield node
                waiting.extend(part for part in node.values() if isinstance(part, dict | list))


def _names(author: Any) -> str:
    """The names of a JSON-LD author: a string, an object with a name, or several."""
    if isinstance(author, dict):
        author = author.get("name")
    if isinstance(author, list):
        return ", ".join(filter(None, (_names(one) for one in author if not isinstance(one, list))))
    return author if isinstance(author, str) else ""


def _first(candidates: Iterable[str]) -> str | None:
    """The first that says something, on one line."""
    tidy = (" ".join(candidate.split()) for candidate in candidates)
    return next((candidate for candidate in tidy if 0 < len(candidate) <= LONGEST), None)
