"""The report as HTML: page text in it is text, whatever it holds; nothing is loaded; the same facts, the same bytes."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import runs

from transforms.report import facts, page
from transforms.report.facts import Facts, Flow, SiteLoss
from transforms.report.samples import Cluster, Difference, Member, Page
from transforms.trace import Piece

ROOT = Path(__file__).resolve().parents[3]

HOSTILE = (
    '</script><script>alert(1)</script><img src=x onerror="alert(2)">\'" onmouseover=alert(3) '
    "{{ 7 * 7 }} \u202eabc \x1b[31m"
)


class Elements(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def hostile(finished: runs.Finished) -> Facts:
    """Facts of a run in which every text that came from a page is hostile."""
    story = {
        "document": 1,
        "id": HOSTILE,
        "url": f"javascript:alert(4)//{HOSTILE}",
        "site": HOSTILE,
        "title": HOSTILE,
        "text": HOSTILE,
        "language": "en",
        "cluster_size": 2,
        "flags": ["truncated"],
        "chars_in": 9,
        "published": None,
    }
    relation = {"document": 1, "relation": None, "similarity": 1.0, "own_words": 0, "kept": True}
    copy = {**relation, "relation": "contained", "kept": False}
    differences = (Difference(HOSTILE, "kept"), Difference(HOSTILE, "member"), Difference(HOSTILE, "both"))
    members = (Member(relation, story), Member(copy, story, differences))
    cluster = Cluster(2, members, facts.Counter({HOSTILE: 2}))
    pieces = (Piece(HOSTILE, "kept"), Piece(HOSTILE, "removed", "scaffolding", HOSTILE, 0.5))
    return Facts(
        result=runs.result(finished.output),
        execution={"engine": "E", "finished_at": "2026-01-01T00:00:00Z", "seconds_by_step": {}, "bytes_by_step": {}},
        flow=[Flow("records read", "stories cleaned", 2, "stories")],
        removals=[(HOSTILE, 3)],
        sites=[SiteLoss(HOSTILE, 9, 1, 2, 3)],
        lines=[(HOSTILE, HOSTILE, 2)],
        lines_short=1,
        repairs=[(HOSTILE, 1)],
        typos=[(HOSTILE, HOSTILE, 1)],
        typos_short=0,
        languages=[("en", 2)],
        cluster_sizes=[("2", 1)],
        spread=[cluster],
        rejected=[("invalid-json", 1)],
        rejects=[{"source": HOSTILE, "position": 0, "error": "invalid-json", "message": HOSTILE, "meaning": "m"}],
        left_out=[{"id": HOSTILE, "url": HOSTILE, "reason": "no-article", "text": HOSTILE, "meaning": "m"}],
        pages=[Page(story, pieces)],
        clusters=[cluster],
    )


def test_hostile_text_makes_no_element_and_no_attribute(hostile: Facts) -> None:
    found = Elements(page.render(hostile))
    assert [tag for tag, _ in found.elements if tag in ("img", "iframe", "object")] == []
    assert [tag for tag, _ in found.elements].count("script") == 2
    assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes)
    assert "<script>alert(1)</script>" in found.text
    assert "{{ 7 * 7 }}" in found.text


def test_nothing_that_a_browser_obeys_is_left_in_the_text(hostile: Facts) -> None:
    html = page.render(hostile)
    assert not page.OBEYED.search(html)
    assert "⟨U+202E⟩abc" in html
    assert "␛[31m" in html


def test_only_web_addresses_are_links(hostile: Facts) -> None:
    story = {**hostile.pages[0].story, "url": "HTTPS://a.example/?a=1&b='"}
    pages = [*hostile.pages, Page(story, ())]
    found = Elements(page.render(dataclasses.replace(hostile, pages=pages)))
    links = {attributes["href"] for tag, attributes in found.elements if tag == "a"}
    assert {link for link in links if link and not link.startswith("#")} == {"HTTPS://a.example/?a=1&b='"}


def test_only_the_two_scripts_may_run_and_nothing_may_be_loaded(hostile: Facts) -> None:
    html = page.render(hostile)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    allowed = re.findall(r"'sha256-([^']+)'", policy[1])
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert allowed == [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    assert "default-src 'none'" in policy[1]
    assert not re.search(r"(src|srcset|data)=\"", html)
    assert "@import" not in html
    assert "url(" not in page._asset("report.css")


def test_the_report_of_a_run_is_in_its_output_and_small(finished: runs.Finished) -> None:
    html = (Path(finished.output) / "report.html").read_text("utf-8")
    assert len(html.encode()) < 1_500_000
    found = Elements(html)
    assert f"What came of {runs.counts(finished.output)['read']} records" in found.text
    assert [attributes.get("class") for _, attributes in found.elements].count("card page") == 50


def test_times_stand_in_one_section_alone(hostile: Facts) -> None:
    later = {**hostile.execution, "engine": "Other", "finished_at": "2027-01-01T00:00:00Z"}
    later |= {"seconds_by_step": {"read": 2.5}, "bytes_by_step": {"read": 5_000_000}}
    one, other = page.render(hostile), page.render(dataclasses.replace(hostile, execution=later))

    def less_time(html: str) -> str:
        return re.sub('<section id="time">.*?</section>', "", html, flags=re.DOTALL)

    assert one != other
    assert less_time(one) == less_time(other)


def test_settings_are_told_as_people_write_them() -> None:
    told = [page._setting(value) for value in (True, False, None, [], ["a", "b"], "drop", 14)]
    assert told == ["on", "off", "–", "–", "a, b", "drop", "14"]
    assert page._setting(["w"] * 1_020).endswith("w, w … and 1,000 more")


def test_long_pages_and_long_removals_are_cut_and_it_is_said() -> None:
    pieces = [Piece("a" * 2_000, "removed"), Piece("b" * 9_000, "kept"), Piece("c", "kept")]
    removed, kept = page.shortened(pieces)
    assert removed.text == "a" * 1_200 + " [… 800 more characters]"
    assert kept.text == "b" * 5_800 + " [… 3,200 more characters]"


@pytest.mark.parametrize(("text", "seen"), [("a\nb\tc é 🙂", "a\nb\tc é 🙂"), ("\x00\x7f\x9b", "␀␡⟨U+009B⟩")])
def test_control_characters_are_shown_by_name(text: str, seen: str) -> None:
    assert page.shown(text) == seen


def test_the_charts_are_of_the_versions_that_are_asked_for() -> None:
    asked = json.loads((ROOT / "training" / "report" / "package.json").read_text("utf-8"))["dependencies"]
    banner = page._asset("charts.js").partition("*/")[0]
    assert f"Observable Plot {asked['@observablehq/plot']}" in banner
    assert f"d3-sankey {asked['d3-sankey']}" in banner
