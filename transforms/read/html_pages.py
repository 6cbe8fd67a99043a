"""HTML to a page: its text, with nothing of the article lost, and what its markup says of itself.

- `extract`: an HTML document's text, and its title, author, date and canonical URL
- `declared_charset`: the encoding that a document names

The text is resiliparse's main content with its gaps filled. On 181 real pages of six sets (English, German, Chinese,
Russian), token precision and recall against the article as people marked it, and pages that lose a tenth of it or more:

    ==================================================  =========  ======  =====
    setting                                             precision  recall  lost
    ==================================================  =========  ======  =====
    all text                                              .547      .998     0
    all text but nav, footer and aside                    .642      .998     0
    main content                                          .824      .983     5
    main content, gaps of up to 8 lines filled            .798      .996     0
    all from the first to the last line of it             .720      .998     0
    ==================================================  =========  ======  =====

Main content alone drops subheads, lists, tables and whole blocks in the middle of articles, which no later step can
bring back; the scaffolding that stays is the scaffolding step's to remove. Image descriptions (`alt`) are left out:
they cost .03 of precision and bring no recall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from transforms.read.html_metadata import Description, describe

OUTSIDE = ("nav", "footer", "aside")
GAP = 8  # lines between two lines of main content that are taken for a part of the article
# resiliparse's main content takes time in proportion to size times depth of these (20,000 deep: 8 s for 200 kB).
NESTING = re.compile(r"<(/?)(?:div|article)\b", re.IGNORECASE)
DEPTH = 256
# Its parser compares every attribute of a tag with all others. A tag that never closes makes attributes of words.
LONG_TAG = 1 << 16  # characters; shorter ones do no harm
ATTRIBUTES = 5000
TAGS = 500_000  # real pages have thousands; each takes 600 bytes and 8 microseconds
TAG_START = re.compile(r"<[a-zA-Z]")
CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
BLANKS = re.compile(r"\n{3,}")


class TangledError(ValueError):
    """Markup that would take more time or memory than any page is worth."""


def extract(html: str) -> tuple[str, Description]:
    """The text of an HTML document, empty where it has none, and what the document says of itself.

    Raises:
        TangledError: there are far too many tags, or a tag has thousands of attributes, as where a quote or bracket is
            missing.
    """
    if html.count("<") > TAGS:
        raise TangledError(f"more than {TAGS:,} tags")
    if _has_endless_tag(html):
        raise TangledError(f"a tag with more than {ATTRIBUTES:,} attributes")
    tree = HTMLTree.parse(html)
    if tree.document is None:
        return "", Description()
    return _article(tree, too_deep=_depth(html) > DEPTH), describe(tree.document)


def declared_charset(data: bytes) -> str | None:
    """The encoding that an HTML document names in its first bytes, as browsers look for it."""
    found = CHARSET.search(data[:2048])
    return found[1].decode("ascii") if found else None


def _article(tree: HTMLTree, too_deep: bool) -> str:
    """The lines of main content, what lies in gaps between them, and the headline before them."""
    everything = extract_plain_text(tree, alt_texts=False, skip_elements=OUTSIDE)
    if too_deep:
        return everything.strip()
    main = {line.strip() for line in extract_plain_text(tree, main_content=True, alt_texts=False).split("\n")} - {""}
    lines = everything.split("\n")
    stripped = [line.strip() for line in lines]
    inside = [number for number, line in enumerate(stripped) if line in main]
    if not inside:
        return everything.strip()
    kept = list(_filled(inside, stripped))
    headline = _headline(tree, stripped[: inside[0]])
    text = "\n".join([*headline, *(lines[number] for number in kept)])
    return BLANKS.sub("\n\n", text).strip()


def _filled(inside: list[int], stripped: list[str]) -> Iterator[int]:
    """The numbers of the lines in `inside`, and of those in gaps of at most GAP lines that are not blank."""
    last = inside[0]
    for number in inside:
        between = range(last + 1, number)
        written = sum(bool(stripped[other]) for other in between)
        yield from (other for other in between if written <= GAP or not stripped[other])
        yield number
        last = number


def _headline(tree: HTMLTree, before: list[str]) -> list[str]:
    """The first-level heading as a line, if it stands before the main content, and the blank line behind it."""
    document = tree.document
    headings = document.query_selector_all("h1") if document else []
    texts = {" ".join((heading.text or "").split()) for heading in headings} - {""}
    return next(([line, ""] for line in reversed(before) if line in texts), [])


def _depth(html: str) -> int:
    """How deep divisions lie within one another, at most."""
    depth = deepest = 0
    for tag in NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _has_endless_tag(html: str) -> bool:
    """Whether a tag goes on for so many words that it must have lost its end."""
    for run in html.split(">"):
        if len(run) > LONG_TAG:
            start = TAG_START.search(run)
            if start and len(re.findall(r"[\s/\"']+", run[start.start() :])) > ATTRIBUTES:
                return True
    return False
