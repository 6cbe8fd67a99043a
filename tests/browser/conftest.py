"""A real browser for tests: Chromium as the system has it, or as Playwright brings it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import corpus
import pytest
import runs
from texts import FAMILY, HOSTILE

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install 'copydesk[test]'")
    with playwright.sync_playwright() as started:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses to run as root
        try:
            chromium = started.chromium.launch(executable_path=found, args=root)
        except playwright.Error as error:
            pytest.skip(f"needs a browser: apt-get install chromium, or playwright install chromium ({error.message})")
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a file in a new window, of `SIZES`; the test fails where the page reports an error or asks for anything."""
    windows, said = [], []

    def open_file(path: Path, size: str = "desktop", scheme: str = "light", scripts: bool = True) -> Any:
        width, height = SIZES[size]
        window = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(120_000)  # a busy machine is slow, not wrong
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: request.url == path.as_uri() or said.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_file
    for window in windows:
        window.close()
    assert said == []


@pytest.fixture(scope="session")
def report(finished: runs.Finished) -> Path:
    return finished.output / "report.html"


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of pages whose text, title and address are hostile, in what stays, goes and differs."""
    folder = tmp_path_factory.mktemp("hostile")
    strange = f"שלום \u202eevil\u202c {FAMILY} \x1b[31mred\x07\n&lt;b&gt;bold&lt;/b&gt;"
    texts = [f"{HOSTILE} {number}\n{corpus.story(number)}\n{strange}" for number in range(4)]
    texts.append(f"{texts[0]}\n{HOSTILE} of its own")
    records = [
        {"id": f'"><b>{n}', "title": HOSTILE, "url": f'https://a.example/{n}?"><script>{HOSTILE}', "text": text}
        for n, text in enumerate(texts)
    ]
    corpus.write_jsonl(folder / "in" / "a.jsonl", [*records, f"broken {HOSTILE}"])
    runs.run(folder / "in", "--steps", "encoding,scaffolding,dedup", output=folder / "out")
    return folder / "out" / "report.html"
