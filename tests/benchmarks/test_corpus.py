"""The corpus that benchmarks run on: the same every time, its copies known."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import corpus


def test_a_page_depends_on_its_number_and_the_seed_alone() -> None:
    assert corpus.page(40) == corpus.page(40)
    assert corpus.page(40) != corpus.page(40, seed=2)


def test_about_a_third_of_the_pages_are_copies_of_an_earlier_story() -> None:
    pages = [corpus.page(number) for number in range(300)]
    copies = [page for page in pages if page.story != page.number]
    assert 70 < len(copies) < 130
    assert all(page.story < page.number for page in copies)
    assert all(pages[page.story].story == page.story for page in copies)


def test_a_copy_shares_its_paragraphs_with_the_story_and_another_story_does_not() -> None:
    def paragraphs(number: int) -> set[str]:
        return {line for line in corpus.page(number).text.split("\n") if len(line) > corpus.PROSE}

    pages = [corpus.page(number) for number in range(40)]
    copy = next(page for page in pages if page.story != page.number)
    other = next(page for page in pages if page.story not in (0, copy.story))
    assert len(paragraphs(copy.number) & paragraphs(copy.story)) >= len(paragraphs(copy.number)) - 1
    assert len(paragraphs(copy.story) & paragraphs(other.number)) <= 1  # what all pages of a sample show


def test_shards_hold_every_page_once_with_its_truth(tmp_path: Path) -> None:
    corpus.write(20, tmp_path, shards=3)
    shards = sorted(tmp_path.glob("pages-*.jsonl"))
    ids = [json.loads(line)["id"] for shard in shards for line in shard.read_text("utf-8").splitlines()]
    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()]
    assert len(shards) == 3
    assert ids == [one["id"] for one in truth] == [f"page-{number:08d}" for number in range(20)]
