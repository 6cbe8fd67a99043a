"""report.html in a real browser: it draws, filters, expands, fits, and takes page text for text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from texts import FAMILY, HOSTILE

pytestmark = pytest.mark.slow

Opened = Callable[..., Any]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_it_opens_draws_every_chart_and_fits(report: Path, opened: Opened, size: str, scheme: str) -> None:
    page = opened(report, size, scheme)
    charts = page.locator("figure[data-chart]")
    assert charts.count() >= 6
    page.wait_for_function(
        "[...document.querySelectorAll('figure[data-chart]')].every(one => one.querySelector('svg'))"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_colours_follow_the_reader_s(report: Path, opened: Opened) -> None:
    brightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"
    assert opened(report, scheme="light").evaluate(brightness) > 3 * 200
    assert opened(report, scheme="dark").evaluate(brightness) < 3 * 60


def test_a_search_leaves_the_cards_and_rows_that_hold_every_word(report: Path, opened: Opened) -> None:
    page = opened(report)
    cards, search = page.locator("#page-list > details"), page.locator("#pages input[type=search]")
    site = cards.first.locator(".meta bdi").first.inner_text()
    search.fill(f"{site.upper()} plans")
    left = page.locator("#page-list > details:visible")
    assert 0 < left.count() < cards.count()
    assert all(site in text for text in left.all_inner_texts())
    assert page.locator("#pages output").inner_text() == f"{left.count()} of {cards.count()}"
    search.fill("no page holds this")
    assert left.count() == 0
    search.fill("")
    assert left.count() == cards.count()
    page.locator("#removed input[type=search]").fill("SHARE facebook")
    assert page.locator("#lines tbody tr:visible").count() == 1


def test_pages_are_filtered_by_the_steps_that_edited_them(report: Path, opened: Opened) -> None:
    page = opened(report)
    page.get_by_label("typos").check()
    left = page.locator("#page-list > details:visible")
    assert 0 < left.count() < 50
    assert all("typos" in card.get_attribute("data-steps") for card in left.all())


def test_a_page_opens_side_by_side_and_an_edit_tells_its_rule(report: Path, opened: Opened) -> None:
    page = opened(report)
    card = page.locator("#page-list > details:has(del.scaffolding)").first
    card.locator("summary").click()
    removed = card.locator(".before del.scaffolding").first
    assert removed.is_visible()
    assert not card.locator(".after del.scaffolding").first.is_visible()
    assert card.locator(".before").bounding_box()["x"] < card.locator(".after").bounding_box()["x"]
    tip = page.get_by_role("tooltip")
    removed.hover()
    assert tip.inner_text() == f"removed by {removed.get_attribute('data-by')}"
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    removed.focus()
    assert "scaffolding · " in tip.inner_text()
    assert removed.get_attribute("aria-describedby") == "tip"
    page.get_by_label("in one text").check()
    assert not card.locator(".after").is_visible()
    assert removed.is_visible()


def test_a_phone_shows_one_text(report: Path, opened: Opened) -> None:
    page = opened(report, "phone")
    card = page.locator("#page-list > details").first
    card.locator("summary").click()
    assert card.locator(".before").is_visible()
    assert not card.locator(".after").is_visible()


def test_everything_is_reached_with_the_keyboard(report: Path, opened: Opened) -> None:
    page = opened(report)
    page.locator("#pages input[type=search]").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.locator("#page-list > details").first.get_attribute("open") is not None
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_clusters_show_what_differs(report: Path, opened: Opened) -> None:
    page = opened(report)
    card = page.locator("#cluster-list > details:has(ins.own)").first
    card.locator("summary").click()
    assert card.locator("ins.own").first.is_visible()
    assert card.locator(".members li").count() >= 2


def test_without_scripts_the_tables_and_texts_are_there(report: Path, opened: Opened) -> None:
    page = opened(report, scripts=False)
    assert page.locator("figure table").first.is_visible()
    page.locator("#page-list > details").first.locator("summary").click()
    assert page.locator("#page-list .trace").first.is_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_hostile_text_is_shown_and_does_nothing(hostile_report: Path, opened: Opened, size: str) -> None:
    page = opened(hostile_report, size)
    for card in page.locator("details.card").all():
        card.locator("summary").first.click()
    assert page.title() == "copydesk: what came of 6 records"
    assert page.locator("script").count() == 2
    assert page.locator("img, b").count() == 0
    text = page.locator("main").inner_text()
    assert HOSTILE in text
    assert f"שלום ⟨U+202E⟩evil⟨U+202C⟩ {FAMILY}" in text
    assert "\x1b" not in text
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
