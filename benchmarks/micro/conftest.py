"""A hot function's cost as a multiple of a reference loop's, compared with that of the last release.

Seconds mean nothing on another machine; how many times the price of a fixed piece of work a function costs moves
little. CPU time is measured, the least of several rounds, the reference before and after. `--renew` writes
`release.json`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import corpus
from schemas.settings import Settings
from transforms import clean as cleaning
from transforms import native

RELEASE = Path(__file__).with_name("release.json")
ROUNDS = 5
MEGABYTES = 1.0
# A function that is so many times dearer each time it is tried fails; less is what one run differs from the next.
WORSE, TRIES = 1.8, 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write what is measured to release.json")


@pytest.fixture(scope="session")
def pages() -> pa.Table:
    """A megabyte of pages in one batch."""
    return next(corpus.batches(MEGABYTES)).combine_chunks()


@pytest.fixture(scope="session")
def desk() -> cleaning.Desk:
    return cleaning.Desk.of(Settings())


@pytest.fixture(scope="session")
def cleaned(pages: pa.Table, desk: cleaning.Desk) -> cleaning.Cleaned:
    return cleaning.clean(pages, 0, desk)


@pytest.fixture(scope="session")
def ratios(request: pytest.FixtureRequest) -> Iterator[dict[str, float]]:
    measured: dict[str, float] = {}
    yield measured
    if request.config.getoption("--renew"):
        RELEASE.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@pytest.fixture
def hot(benchmark: BenchmarkFixture, ratios: dict[str, float], request: pytest.FixtureRequest) -> Callable[..., Any]:
    """`hot(function, *arguments)` measures it, and fails where it got dearer since the last release.

    What a step keeps in mind of earlier batches it has from earlier rounds.
    """
    if not native.BUILT:
        pytest.skip("the last release's figures are of the loops in C, which were not built here")

    def measure(function: Callable[..., Any], *arguments: Any) -> Any:
        before = _reference()
        outcome = benchmark.pedantic(function, arguments, rounds=ROUNDS, warmup_rounds=1)  # type: ignore[no-untyped-call]
        assert benchmark.stats is not None
        ratio = benchmark.stats.stats.min / min(before, _reference())
        name = request.node.name.removeprefix("test_")
        if not request.config.getoption("--renew"):
            released = json.loads(RELEASE.read_text(encoding="utf-8"))[name]
            for _ in range(TRIES - 1):
                if ratio > WORSE * released:
                    ratio = min(ratio, _least(lambda: function(*arguments)) / _reference())
            assert ratio <= WORSE * released, (
                f"{name} costs {ratio:.3f} reference loops; {released} in the last release"
            )
        ratios[name] = benchmark.extra_info["ratio"] = round(ratio, 3)
        return outcome

    return measure


def _reference() -> float:
    """Least CPU seconds of a fixed mix of Python, NumPy and Arrow."""
    words = [f"word{number % 977}" for number in range(50_000)]

    def work() -> None:
        column = pa.array(words)
        numbers = column.dictionary_encode().indices.to_numpy().astype(np.uint64)
        for _ in range(40):
            numbers = np.sort(numbers * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(7))
        lengths: dict[str, int] = {}
        for word in words:
            lengths[word] = lengths.get(word, 0) + len(word)
        pc.count_substring_regex(column, r"[a-m]\d+").sum()

    return _least(work)


def _least(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, the least of several rounds."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)
