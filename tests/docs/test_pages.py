"""The pages of the docs: links that can be links, and examples that run."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import duckdb
import pytest
import runs

from pipelines.checks import check_rule_names
from pipelines.options import merge
from schemas.settings import Settings
from transforms.scaffolding import check

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language on a page of the docs."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def targets(page: Path) -> list[str]:
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [found["target"] for found in LINK.finditer(prose)]


@every_page
def test_links_to_other_sites_are_addresses(page: Path) -> None:
    for target in targets(page):
        if "://" in target:
            address = urlparse(target)
            assert address.scheme == "https", target
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.netloc), target


@every_page
def test_links_within_the_repository_lead_to_files(page: Path) -> None:
    made = {"commands.md", "settings.md", "columns.md"}  # when the site is built
    for target in targets(page):
        path = target.partition("#")[0]
        if "://" not in target and path and Path(path).name not in made:
            assert (page.parent / path).exists(), f"{page.name}: {target}"


@pytest.fixture
def beside_an_output(finished: runs.Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder where `OUT` is a finished run's output."""
    os.symlink(finished.output, tmp_path / "OUT")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", ["how-to/read-the-output.md", "tutorial.md", "how-to/corrections.md"])
def test_queries_and_code_run_when_pasted(page: str, beside_an_output: Path) -> None:
    ran = 0
    for block in blocks(page, "python"):
        exec(compile(block, page, "exec"), {})
        ran += 1
    for block in blocks(page, "sql"):
        for query in filter(str.strip, block.split(";")):
            assert duckdb.sql(query).fetchall()
            ran += 1
    assert ran


def test_the_tutorial_shows_what_its_commands_print(tmp_path: Path) -> None:
    samples = ROOT / "examples" / "pages"
    printed = runs.copydesk("preview", samples).out + runs.run(samples, output=tmp_path / "out").out
    told, shown = squeezed(printed), squeezed("".join(blocks("tutorial.md", "text")))
    unseen = [line for line in shown if not any(one.startswith(line.removesuffix("…").strip()) for one in told)]
    assert set(unseen) == {"..."}


def squeezed(printed: str) -> list[str]:
    """The lines of a text, white space within them alike."""
    return [" ".join(line.split()) for line in printed.splitlines() if line.strip()]


def test_the_library_does_what_its_page_says() -> None:
    scope: dict[str, Any] = {}
    for block in blocks("how-to/library.md", "python")[:3]:
        exec(compile(block, "library.md", "exec"), scope)
    assert {"signup/newsletter", "typos/listed"} == set(scope["outcome"].edits["rule"].to_pylist())
    assert scope["pages"]["clean"][0].endswith(
        "The government of the island said on Monday that the harbour will be closed for repairs from May."
    )


def test_the_page_that_is_undone_is_the_page_that_was_read(beside_an_output: Path) -> None:
    scope: dict[str, object] = {}
    exec(blocks("how-to/read-the-output.md", "python")[-1], scope)
    story, page = scope["story"], scope["page"]
    assert len(str(page)) == story["chars_in"]  # type: ignore[index]


@pytest.mark.parametrize("page", ["how-to/corrections.md", "../README.md"])
def test_corrections_are_taken_as_the_page_writes_them(page: str, tmp_path: Path) -> None:
    (block,) = blocks(page, "toml")
    (tmp_path / "copydesk.toml").write_text(block, encoding="utf-8")
    settings, _, _, _ = merge({}, str(tmp_path / "copydesk.toml"))
    assert settings != Settings()
    check_rule_names(settings, [])


def test_the_rule_of_the_how_to_has_nothing_wrong() -> None:
    rules = blocks("how-to/rules.md", "toml")
    assert check(rules[0]) == []
    assert tomllib.loads(rules[1]) == {"scaffolding": {"rules": ["rules.toml"]}}
