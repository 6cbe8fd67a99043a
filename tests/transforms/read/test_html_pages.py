"""HTML: the article's text, whole, and what the markup says of the page."""

import time

import pytest

from transforms.read.html_pages import TangledError, declared_charset, extract

PARAGRAPHS = [
    f"The council met on day {n} of the hearing and heard that the bridge, closed since spring, would open again."
    for n in range(12)
]
ARTICLE = "".join(f"<p>{text}</p>\n" for text in PARAGRAPHS)


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def test_navigation_and_footer_go_and_every_paragraph_stays():
    nav = "<nav><a href=/>Home</a> <a href=/sport>Sport</a></nav>"
    text, _ = extract(page(f"{nav}<article><h1>Bridge to open</h1>{ARTICLE}</article><footer>All rights</footer>"))
    assert "Home" not in text
    assert "All rights" not in text
    lines = [line for line in text.split("\n") if line]
    assert lines == ["Bridge to open", *PARAGRAPHS]


def test_a_headline_that_stands_apart_is_kept_as_the_first_line():
    masthead = "<div class=masthead><h1>Bridge to open\n again</h1></div><div class=promo>Win a car</div>"
    text, _ = extract(page(f"{masthead}<main>{ARTICLE}</main>"))
    assert text.split("\n")[0] == "Bridge to open again"


def test_a_block_within_the_article_is_kept_whatever_its_class():
    half = len(ARTICLE) // 2
    cut = ARTICLE.index("<p>", half)
    box = "<div class='related sidebar widget'><p>Cost so far</p><p>12 million</p></div>"
    text, _ = extract(page(f"<article>{ARTICLE[:cut]}{box}{ARTICLE[cut:]}</article>"))
    assert "Cost so far" in text
    assert "12 million" in text


def test_a_page_without_main_content_gives_all_its_text():
    text, _ = extract(page("<div class=comment-form>One line.</div>"))
    assert text == "One line."


@pytest.mark.parametrize("html", ["", "   ", "<html></html>", "<script>x()</script>", "<!--" * 1000])
def test_no_text_is_an_empty_text(html):
    assert extract(html)[0] == ""


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<meta property="og:title" content=" Rain  falls "><title>Rain | The Daily</title>', "Rain falls"),
        ("<title>Rain &amp; wind</title>", "Rain & wind"),
        ('<meta property="og:title" content=""><title>Rain</title>', "Rain"),
        ("", None),
    ],
)
def test_title(head, title):
    assert extract(page("<p>x</p>", head))[1].title == title


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="Author" content="A. Writer">', "A. Writer"),
        ('<meta property="article:author" content="https://example.org/a"><meta name=parsely-author content=B>', "B"),
        (
            '<script type="application/ld+json">'
            '{"@graph": [{"datePublished": "", "author": [{"name": "A"}, "B"]}]}</script>',
            "A, B",
        ),
        ("", None),
    ],
)
def test_author(head, author):
    assert extract(page("<p>x</p>", head))[1].author == author


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="1973-03-03T09:46:40Z">',
        '<meta property="article:published_time" content="soon"><meta name="Date" content="1973-03-03T09:46:40Z">',
        '<script type="application/ld+json">[{"a": {"datePublished": "1973-03-03T09:46:40Z"}}]</script>',
        '<script type="application/ld+json">{</script><meta itemprop=datePublished content="1973-03-03 09:46:40">',
        "<article><time datetime='1973-03-03T10:46:40+01:00'>yesterday</time></article>",
    ],
)
def test_date(head):
    assert extract(page("<p>x</p>", head))[1].published == 10**14


def test_the_time_of_a_teaser_is_not_the_date_of_the_page():
    assert extract(page("<p>x</p><div><time datetime='1973-03-03'>then</time></div>"))[1].published is None


@pytest.mark.parametrize(
    ("href", "url"), [("https://news.example/1", "https://news.example/1"), ("/1", None), ("javascript:x", None)]
)
def test_canonical_url(href, url):
    assert extract(page("<p>x</p>", f'<link rel="canonical" href="{href}">'))[1].canonical == url


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (b"<meta charset=koi8-r>", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "windows-1251"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?>', "iso-8859-2"),
        (b"<p>charset=none</p>", None),
    ],
)
def test_declared_charset(data, charset):
    assert declared_charset(data) == charset


def test_a_tag_that_never_ends_is_refused():
    with pytest.raises(TangledError, match="attributes"):
        extract(page('<p title="' + 'He said "no" again. ' * 20_000))


def test_a_page_of_nothing_but_tags_is_refused():
    with pytest.raises(TangledError, match="tags"):
        extract("<p>x" * 600_000)


def test_a_long_script_and_a_long_image_are_no_endless_tags():
    script = "<script>" + '{"key": "value of the key"},' * 10_000 + "</script>"
    image = '<img src="data:image/png;base64,' + "aGVsbG8" * 20_000 + '">'
    assert extract(page(f"{script}{image}<p>Text.</p>"))[0] == "Text."


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "text" + "</div>" * 20_000,
        "<article><span>" * 20_000 + "text",
        "<b>" * 100_000 + "text",
        "<table><tr><td>" * 20_000 + "text",
        "<" * 300_000 + " text",
        "<script>" * 50_000 + "</script>text",
        "text" + "<!--" * 100_000,
        "text " + "&amp;" * 100_000,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>text",
        '<script type="application/ld+json">' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "</script><p>text",
    ],
)
def test_hostile_markup_takes_no_more_than_its_share_of_time(html):
    began = time.process_time()
    assert "text" in extract(html)[0]
    assert time.process_time() - began < 3


def test_a_heading_that_is_never_closed_is_no_title():
    assert extract("<h1>Bridge to open<p>It opens in May.<p>The mayor said so.")[1].title is None
    assert (
        extract("<h1><p>Bridge to open</p></h1><p>It opens in May.<p>The mayor said so.")[1].title == "Bridge to open"
    )
