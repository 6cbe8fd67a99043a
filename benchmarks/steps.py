"""What each step costs: CPU milliseconds a megabyte of page text, on one core. `make bench` runs it.

    python -m benchmarks.steps [--megabytes N]

Times are those of this machine and this moment; compare them within one run only.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.corpus import batches
from schemas.settings import Settings
from transforms import editing, encoding, language, scaffolding, survey, typos, unit_pages
from transforms.clean import Desk, clean
from transforms.neardup.keys import keys
from transforms.neardup.sketch import sketch


def measure(megabytes: float) -> dict[str, float]:
    """CPU seconds a megabyte by step, after one batch that is not counted."""
    desk = Desk.of(Settings())
    seconds: Counter[str] = Counter()
    size = 0

    def timed(name: str, call: Callable[..., Any], *arguments: Any) -> Any:
        started = time.process_time()
        outcome = call(*arguments)
        seconds[name] += time.process_time() - started  # type: ignore[assignment]
        return outcome

    for number, table in enumerate(batches(megabytes + 4)):
        if number == 1:
            seconds.clear()
            size = 0
        pages = table.combine_chunks()
        texts, urls, titles = (pages[name].combine_chunks() for name in ("text", "url", "title"))
        size += pc.sum(pc.binary_length(texts)).as_py()
        sites = unit_pages.sites(urls)
        timed("survey", survey.sightings, texts, sites, titles)
        repaired = editing.apply(texts, timed("encoding", encoding.repair, texts))
        found = timed("scaffolding", scaffolding.clean, repaired, sites, titles, desk.cleaner)
        articles = editing.apply(repaired, found.edits)
        languages, _ = timed("language", language.detect, articles)
        timed("typos", typos.correct, articles, languages, desk.corrector)
        outcome = timed("all steps with the audit", clean, pages, 0, desk)
        timed("keys", keys, timed("sketch", sketch, outcome.stories))
    return {name: spent / (size / 1e6) for name, spent in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=20)
    pa.set_cpu_count(1)
    for name, spent in measure(parser.parse_args().megabytes).items():
        print(f"{name:26} {1000 * spent:8.1f} ms/MB")


if __name__ == "__main__":
    main()
