"""A corpus of any size made from the sample pages: the same pages, each time with other names and numbers.

Names and numbers are what makes two stories share few words; so the pages cost what as many different ones would.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from schemas.pages import PAGES
from transforms.read import Fields, Limits, read, whole_file

SAMPLES = Path(__file__).resolve().parent.parent / "examples" / "pages"
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
WORD = re.compile(r"\b[a-z]{5,}\b")
SYLLABLES = ("bar", "cal", "dor", "fal", "gri", "hol", "jor", "kel", "lun", "mar", "nov", "per", "ros", "sel", "tor")


def batches(megabytes: float, batch_bytes: int = 4 << 20, seed: int = 1) -> Iterator[pa.Table]:
    """Tables of `schemas.pages.PAGES` with at least so many megabytes of text in all; the same for the same seed."""
    pages = [page for path in sorted(SAMPLES.iterdir()) for page in _pages(path)]
    chance = random.Random(seed)
    left, held, size = megabytes * 1e6, list[dict[str, object]](), 0
    while left > 0:
        for page in pages:
            text = _varied(str(page["text"]), chance)
            held.append(page | {"text": text, "id": None, "position": len(held)})
            size += len(text.encode())
            if size >= batch_bytes or size >= left:
                yield pa.Table.from_pylist(held, PAGES)
                left -= size
                held, size = [], 0
                if left <= 0:
                    return


def _pages(path: Path) -> Iterator[dict[str, object]]:
    for batch in read(whole_file(str(path)), Fields(), Limits()):
        yield from batch.pages.select(PAGES.names).to_pylist()


def _varied(text: str, chance: random.Random) -> str:
    """Other names, other numbers, and every tenth word another one of the page's."""
    words = WORD.findall(text) or ["word"]
    text = NAME.sub(lambda _: "".join(chance.choices(SYLLABLES, k=3)).capitalize(), text)
    text = re.sub(r"\d", lambda _: chance.choice("123456789"), text)
    return WORD.sub(lambda word: chance.choice(words) if chance.random() < 0.1 else word[0], text)
