"""Crowds: very many pages that are equal, or alike but for their figures, cost no more than their number."""

from __future__ import annotations

from pathlib import Path

import corpus
import numpy as np
import pytest
import runs

from transforms import find_duplicates
from transforms.neardup.candidates import distinct_pairs

PAGES = 20_000


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pairs each unit of a run has verified."""
    counted: list[int] = []

    def counting(pieces: list[np.ndarray]) -> np.ndarray:
        found = distinct_pairs(pieces)
        counted.append(len(found))
        return found

    monkeypatch.setattr(find_duplicates, "distinct_pairs", counting)
    return counted


@pytest.mark.slow
def test_a_crowd_of_equal_pages_is_one_story_and_templates_are_each_their_own(pairs: list[int], tmp_path: Path) -> None:
    third = PAGES // 3
    same = corpus.story(1, sentences=2)
    texts = [same, "?"] + [
        f"The harbour counted {1000 + 7 * n} boats on day {n}, and {2000 + 11 * n} and {500 + 3 * n} of them at night"
        for n in range(third)
    ]
    records = [
        {"id": f"p{n:06d}", "text": texts[n % 2] if n < 2 * third else texts[n - 2 * third + 2]}
        for n in range(3 * third)
    ]
    pages = corpus.write_jsonl(tmp_path / "in.jsonl", records)
    runs.run(pages, "--steps", "dedup", output=tmp_path / "out")
    kept = {row["text"] for row in runs.rows(tmp_path / "out", "stories")}
    assert same in kept
    assert len(kept) == len(runs.rows(tmp_path / "out", "stories")) == third + 2
    assert sum(pairs) <= 4 * PAGES
