"""The facts of a run as one HTML file that needs nothing else: styles, scripts and charts are in it.

- `render`: facts in, HTML out

Page text is data: it is escaped, characters that a browser would obey are shown by name, and the file's own policy
lets no script run but the two that are named by their hashes, and nothing be loaded or sent.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from schemas.duplicates import RELATIONS
from schemas.stories import FLAGS
from transforms.obeyed import OBEYED
from transforms.report.facts import Facts
from transforms.report.samples import Page
from transforms.trace import Piece

SHOWN_REMOVED, SHOWN_PAGE, SHOWN_ENTRIES = 1_200, 7_000, 20


def render(facts: Facts) -> str:
    """The report. What it says of times stands in the element `#time` alone."""
    scripts = [_asset("charts.js"), _asset("report.js")]
    return _template().render(
        facts=facts,
        result=facts.result,
        counts=facts.result["counts"],
        settings=facts.result["settings"],
        execution=facts.execution,
        style=Markup(_asset("report.css")),
        scripts=[Markup(script) for script in scripts],
        hashes=[base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts],
        relations=RELATIONS,
        flags=FLAGS,
    )


def shown(text: str) -> str:
    """Text without characters that a browser would obey: they become their symbols, or their numbers."""
    return OBEYED.sub(lambda match: _symbol(ord(match[0])), text)


def shortened(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces as far as they are shown: long removals by their beginning, long pages to `SHOWN_PAGE` characters."""
    room = SHOWN_PAGE
    for piece in pieces:
        limit = min(room, SHOWN_REMOVED if piece.fate == "removed" else room)
        text = piece.text[:limit]
        if len(text) < len(piece.text):
            text += f" [… {len(piece.text) - len(text):,} more characters]"
        yield replace(piece, text=text)
        room -= min(len(piece.text), limit)
        if room <= 0:
            return


def _finalized(value: Any) -> Any:
    """What an expression of the template gives: text that came from anywhere else is shown, not obeyed."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _symbol(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"⟨U+{code:04X}⟩"


def _edits(page: Page) -> dict[str, int]:
    """How many pieces each step removed or added."""
    return dict(Counter(piece.step for piece in page.pieces if piece.fate != "kept"))


def _size(page: Page, fate: str) -> int:
    return sum(len(piece.text) for piece in page.pieces if piece.fate == fate)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _web(url: str | None) -> str | None:
    """A URL that may be a link."""
    return url if url and re.match("https?://", url, re.IGNORECASE) else None


def _setting(value: Any) -> str:
    """A setting as a reader writes it, of long lists the beginning; a dash for none."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        more = f" … and {len(value) - SHOWN_ENTRIES:,} more" * (len(value) > SHOWN_ENTRIES)
        return ", ".join(map(str, value[:SHOWN_ENTRIES])) + more or "–"
    return "–" if value is None else str(value)


def _asset(name: str) -> str:
    return resources.files("transforms").joinpath("templates", "report", name).read_text("utf-8")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("transforms", "templates/report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
    )
    environment.filters |= {
        "shortened": shortened,
        "edits": _edits,
        "size": _size,
        "web": _web,
        "setting": _setting,
        "n": lambda number: f"{number:,}",
    }
    environment.globals |= {"percent": _percent}
    return environment.get_template("report.html.jinja")
