"""Every editor, and the chain of them, on hostile texts: nothing is raised, each page is in one place, edits undo.

`FUZZ_CASES` is how many cases there are in all, 100,000 unless it says otherwise; half of them are texts.
"""

from __future__ import annotations

import os

import mutation
import pyarrow as pa
import pytest

from schemas.pages import PAGES
from schemas.settings import Settings
from transforms import editing
from transforms.clean import Desk, clean
from transforms.neardup.sketch import sketch

CASES = int(os.environ.get("FUZZ_CASES", "100000")) // 2
BATCH = 500


def pages_of(texts: list[str]) -> pa.Table:
    rows = [
        {"text": text, "source": "hostile", "position": n, "replaced": 0, "url": f"https://a{n % 7}.example/{n}"}
        for n, text in enumerate(texts)
    ]
    return pa.Table.from_pylist(rows, PAGES)


def check(texts: list[str], first: int, desk: Desk) -> None:
    outcome = clean(pages_of(texts), first, desk)
    for table in (outcome.stories, outcome.edits, outcome.filtered, outcome.rejects):
        table.validate(full=True)
    assert outcome.stories.num_rows + outcome.filtered.num_rows + outcome.rejects.num_rows == len(texts)
    by_document: dict[int, list[dict[str, object]]] = {}
    for edit in outcome.edits.to_pylist():
        by_document.setdefault(edit["document"], []).append(edit)
    for story in outcome.stories.to_pylist():
        undone = editing.undo(story["text"], by_document.get(story["document"], []))
        assert undone == texts[story["document"] - first]
    sketch(outcome.stories).validate(full=True)


@pytest.mark.slow
def test_hostile_texts_are_cleaned_and_their_edits_undone() -> None:
    desk = Desk.of(Settings())
    for first in range(0, CASES, BATCH):
        texts = [mutation.hostile(case) for case in range(first, min(first + BATCH, CASES))]
        try:
            check(texts, first, desk)
        except BaseException as error:
            error.add_note(f"among the cases {first} to {first + len(texts)} of mutation.hostile")
            raise


@pytest.mark.slow
def test_what_becomes_of_a_hostile_text_does_not_depend_on_its_batch() -> None:
    desk = Desk.of(Settings())
    texts = [mutation.hostile(case) for case in range(60)]
    together = clean(pages_of(texts), 0, desk).stories
    alone = [clean(pages_of(texts).slice(n, 1), n, desk).stories for n in range(len(texts))]
    assert pa.concat_tables(alone).equals(together)
