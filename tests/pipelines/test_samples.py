"""The sample pages through the whole job: held against the truth about them, and against what came out before.

`tests/goldens/shortfalls.toml` lists, with the reason, where the job falls short of `examples/expected.toml`. A new
shortfall fails, and so does one that is listed and no longer there: the list shrinks and never hides anything.

`tests/goldens/samples.json` is what comes out today, so that a change of any step shows what it does
to real pages. Look at the difference, and where it is meant: `pytest tests/pipelines/test_samples.py --renew-goldens`,
which writes the list of shortfalls anew, too, with the reasons that it has and `TODO` for new ones.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import runs

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "examples" / "pages"
EXPECTED: list[dict[str, Any]] = tomllib.loads((ROOT / "examples" / "expected.toml").read_text("utf-8"))["page"]
GOLDENS = ROOT / "tests" / "goldens"
GOLDEN = GOLDENS / "samples.json"
SHORTFALLS = GOLDENS / "shortfalls.toml"

HEAD = """\
# Where the job falls short of the truth about the sample pages, and why. tests/pipelines/test_samples.py explains.
"""


class Shortfall(NamedTuple):
    """What of a page is not as `expected.toml` has it: the field, and its value that is missed."""

    page: str
    field: str
    value: str


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples with all steps; copies are marked, so that every page can be looked at."""
    output = tmp_path_factory.mktemp("samples") / "out"
    runs.run(PAGES, "--duplicates", "mark", output=output)
    return output


@pytest.fixture(scope="module")
def renew(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--renew-goldens"))


def name_of(page: dict[str, Any]) -> str:
    """A page by its source and, where the source holds several, by its id, URL or line."""
    return " ".join(str(page[field]) for field in ("source", "id", "url", "line") if field in page)


def story_of(page: dict[str, Any], stories: list[dict[str, Any]]) -> dict[str, Any] | None:
    fields = ("source", *(field for field in ("id", "url") if field in page))
    found = [row for row in stories if all(row[field] == page[field] for field in fields)]
    assert len(found) <= 1, f"{name_of(page)} names several stories"
    return found[0] if found else None


def shortfalls_of(page: dict[str, Any], story: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """(field, value) of the truth about a page that its story does not meet."""
    if (story is not None) != (page["kind"] == "article"):
        yield "kind", page["kind"]
    if story is None or page["kind"] != "article":
        return
    text = story["text"]
    if story["language"] != page["language"]:
        yield "language", page["language"]
    yield from (("flags", flag) for flag in set(page.get("flags", [])) ^ set(story["flags"]))
    yield from (("keep", kept) for kept in page["keep"] if kept not in text)
    yield from (("gone", gone) for gone in page.get("gone", []) if gone in text)
    for wrong, right in page.get("typos", {}).items():
        if re.search(rf"\b{re.escape(wrong)}\b", text) or not re.search(rf"\b{re.escape(right)}\b", text):
            yield "typos", wrong


def shortfalls_of_clusters(clusters: dict[str, set[str]]) -> Iterator[Shortfall]:
    """Stories whose pages are in several clusters, and clusters that hold several stories."""
    yield from (Shortfall("", "split", story) for story, found in clusters.items() if len(found) > 1)
    stories = defaultdict(set)
    for story, found in clusters.items():
        for cluster in found:
            stories[cluster].add(story)
    yield from (Shortfall("", "merged", " + ".join(sorted(some))) for some in stories.values() if len(some) > 1)


@pytest.fixture(scope="module")
def shortfalls(output: Path) -> list[Shortfall]:
    stories = runs.rows(output, "stories")
    found = []
    clusters: dict[str, set[str]] = defaultdict(set)
    for page in EXPECTED:
        story = story_of(page, stories) if page["kind"] != "reject" else None
        if page["kind"] == "reject":
            continue
        found += [Shortfall(name_of(page), *one) for one in shortfalls_of(page, story)]
        if story is not None and page["kind"] == "article":
            clusters[page.get("story", name_of(page))].add(story["cluster_id"])
    return sorted([*found, *shortfalls_of_clusters(clusters)])


def known_shortfalls() -> dict[Shortfall, str]:
    if not SHORTFALLS.exists():
        return {}
    listed = tomllib.loads(SHORTFALLS.read_text("utf-8")).get("shortfall", [])
    return {Shortfall(one["page"], one["field"], one["value"]): one["reason"] for one in listed}


def write_shortfalls(found: list[Shortfall]) -> None:
    reasons = known_shortfalls()
    parts = [HEAD]
    for one in found:
        fields = {**one._asdict(), "reason": reasons.get(one, "TODO")}
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items())
        parts.append("\n".join(["[[shortfall]]", *lines]) + "\n")
    SHORTFALLS.write_text("\n".join(parts), encoding="utf-8")


def test_the_samples_come_out_as_they_should_but_for_what_is_listed(shortfalls: list[Shortfall], renew: bool) -> None:
    if renew:
        write_shortfalls(shortfalls)
    known = known_shortfalls()
    assert [one for one in shortfalls if one not in known] == [], "new shortfalls"
    assert [one for one in known if one not in shortfalls] == [], "no shortfalls any more: take them off the list"


def test_every_shortfall_that_is_listed_has_a_reason() -> None:
    assert [one for one, reason in known_shortfalls().items() if reason in ("", "TODO")] == []


def test_every_broken_record_is_a_reject_of_the_kind_that_is_said(output: Path) -> None:
    expected = sorted((page["source"], page["error"]) for page in EXPECTED if page["kind"] == "reject")
    assert sorted((row["source"], row["error"]) for row in runs.rows(output, "rejects")) == expected


def test_every_page_is_accounted_for(output: Path) -> None:
    counts = runs.counts(output)
    assert counts["read"] - counts["skipped"] == len(EXPECTED)
    assert runs.table(output, "stories").num_rows + runs.table(output, "filtered").num_rows == sum(
        page["kind"] != "reject" for page in EXPECTED
    )


def records(output: Path) -> Iterator[dict[str, Any]]:
    """What became of every record, as the golden has it."""
    copies = {row["document"]: row["relation"] for row in runs.rows(output, "duplicates")}
    for row in runs.rows(output, "stories"):
        about = {name: row[name] for name in ("source", "id", "title", "author", "language", "flags", "cluster_id")}
        about |= {"published": row["published"] and row["published"].isoformat(), "kept": row["kept"]}
        yield about | {"relation": copies.get(row["document"]), "text": row["text"].split("\n")}
    for row in runs.rows(output, "filtered"):
        yield {"id": row["id"], "reason": row["reason"], "begins": row["text"][:60]}
    for row in runs.rows(output, "rejects"):
        yield {name: row[name] for name in ("source", "position", "error")}


def test_what_comes_out_is_what_came_out_before(output: Path, renew: bool) -> None:
    made = json.dumps(list(records(output)), ensure_ascii=False, indent=1) + "\n"
    if renew:
        GOLDEN.write_text(made, encoding="utf-8")
    kept = GOLDEN.read_text("utf-8") if GOLDEN.exists() else ""
    changes = list(difflib.unified_diff(kept.splitlines(), made.splitlines(), "before", "now", lineterm="", n=1))
    assert changes == [], "meant? pytest tests/pipelines/test_samples.py --renew-goldens\n" + "\n".join(changes[:80])
