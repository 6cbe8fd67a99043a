"""Stories for the tests of near-duplicates: written from lists of words, so that any number differ from each other."""

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

Write = Callable[..., str]

SYLLABLES = [a + b for a in "bdfgkmnrst" for b in "aeiou"]


def _write(seed: int, words: int = 120) -> str:
    chance = random.Random(seed)
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(words))


def _table(*texts: str, **columns: list[object]) -> pa.Table:
    rows = {"document": range(1, len(texts) + 1), "id": [f"s{n}" for n in range(1, len(texts) + 1)], "text": texts}
    return pa.table({name: list(values) for name, values in {**rows, **columns}.items()})


@pytest.fixture
def write() -> Write:
    """`write(seed, words)`: a text that shares next to nothing with that of another seed."""
    return _write


@pytest.fixture
def table() -> Callable[..., pa.Table]:
    """`table(text, ..., published=[...])`: stories with documents 1, 2, 3 ... and ids s1, s2, s3 ..."""
    return _table
