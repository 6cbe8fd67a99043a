"""copydesk against what people use instead, on one corpus, in turn; and how its cost grows. `make bench` runs it.

    python -m benchmarks.compare [--pages 10000] [--corpus DIR] [--peers PYTHON] [--rounds 3] [--growth 1000,10000]
                                 [--write docs/performance.md]

Without `--corpus` the corpus is made from the sample pages (`benchmarks.corpus`); else DIR holds `pages-*.jsonl` and
`truth.jsonl`, an object with `id` and `story` a line. PYTHON is that of an environment that has datatrove or rensa; a
peer that is not installed there is left out. Times are those of this machine and this hour: only their ratios, each of
one round, mean something elsewhere.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.dataset as ds

from benchmarks import chart, corpus
from benchmarks.tree import Ran, run

COPYDESK = str(Path(sys.executable).with_name("copydesk"))
PEERS = Path(__file__).resolve().parent / "peers"
MARKS = "<!-- figures: begin -->", "<!-- figures: end -->"
REFERENCE = "copydesk"


@dataclass(frozen=True)
class Job:
    """What is timed: `needs` is a package of `python`, without which the job is left out."""

    name: str
    command: Callable[[Path, Path], Sequence[str]]
    python: str = sys.executable
    needs: str = "pipelines"

    def installed(self) -> bool:
        found = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({self.needs!r}) is None)"
        return subprocess.run([self.python, "-c", found], check=False).returncode == 0


@dataclass(frozen=True)
class Score:
    """What a job made of the corpus: stories kept more than once, and stories not kept at all."""

    kept: int
    copies_left: int
    stories_lost: int


def jobs(peers: str) -> list[Job]:
    def copydesk(*options: str) -> Callable[[Path, Path], Sequence[str]]:
        def command(pages: Path, output: Path) -> Sequence[str]:
            return [COPYDESK, "run", str(pages / "pages-*"), f"--output={output}", "--quiet", *options]

        return command

    def peer(script: str, *options: str) -> Callable[[Path, Path], Sequence[str]]:
        return lambda pages, output: [peers, str(PEERS / script), str(pages), str(output), *options]

    return [
        Job(REFERENCE, copydesk()),
        Job("copydesk --steps dedup", copydesk("--steps", "dedup")),
        Job("datatrove: ftfy, C4 rules, MinHash", peer("datatrove_job.py"), peers, "datatrove"),
        Job("datatrove: MinHash", peer("datatrove_job.py", "--dedup-only"), peers, "datatrove"),
        Job("rensa: ftfy, MinHash", peer("rensa_job.py", "--clean"), peers, "rensa"),
        Job("rensa: MinHash", peer("rensa_job.py"), peers, "rensa"),
    ]


def compare(pages: Path, chosen: Sequence[Job], rounds: int) -> dict[str, tuple[list[Ran], Score]]:
    """Run the jobs in turn, so many times each; their times and what the last round made."""
    times: dict[str, list[Ran]] = defaultdict(list)
    scores: dict[str, Score] = {}
    for _ in range(rounds):
        for job in chosen:
            with tempfile.TemporaryDirectory() as folder:
                output = Path(folder) / "output"
                times[job.name].append(run(job.command(pages, output)))
                scores[job.name] = score(output / "stories", pages / "truth.jsonl")
            print(f"{job.name}: {times[job.name][-1].seconds:.1f} s", file=sys.stderr)
    return {name: (times[name], scores[name]) for name in scores}


def score(stories: Path, truth: Path) -> Score:
    """Compare what was kept with the truth; pages that tell no story (`story` null) are left out."""
    with truth.open(encoding="utf-8") as lines:
        known = {one["id"]: one["story"] for one in map(json.loads, lines) if one["story"] is not None}
    ids = ds.dataset(stories).to_table(columns=["id"])["id"].to_pylist()
    kept = Counter(known[id] for id in ids if id in known)
    return Score(len(ids), sum(kept.values()) - len(kept), len(set(known.values()) - set(kept)))


def table(found: dict[str, tuple[list[Ran], Score]], megabytes: float) -> str:
    """The comparison as Markdown: medians, and each job's time as a multiple of copydesk's in the same round."""
    rows = [
        "| job | seconds (least to most) | MB/s | times copydesk's | peak memory, MB | copies left | stories lost |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (times, result) in found.items():
        seconds = [one.seconds for one in times]
        ratios = [one.seconds / base.seconds for one, base in zip(times, found[REFERENCE][0], strict=True)]
        middle = statistics.median(seconds)
        rows.append(
            f"| {name} | {middle:.1f} ({min(seconds):.1f} to {max(seconds):.1f}) | {megabytes / middle:.1f} "
            f"| {statistics.median(ratios):.2f} | {max(one.peak for one in times) / 1e6:,.0f} "
            f"| {result.copies_left:,} | {result.stories_lost:,} |"
        )
    return "\n".join(rows)


def growth(sizes: Sequence[int], folder: Path) -> list[tuple[int, Ran]]:
    """What the whole job takes on corpora of these sizes."""
    found = []
    for size in sizes:
        pages = folder / f"corpus-{size}"
        corpus.write(size, pages)
        with tempfile.TemporaryDirectory() as output:
            found.append((size, run(jobs("")[0].command(pages, Path(output) / "output"))))
        print(f"{size} pages: {found[-1][1].seconds:.1f} s", file=sys.stderr)
    return found


def growth_table(found: Sequence[tuple[int, Ran]]) -> str:
    rows = ["| pages | seconds | pages a second | peak memory, MB |", "|---|---|---|---|"]
    for size, one in found:
        rows.append(f"| {size:,} | {one.seconds:.1f} | {size / one.seconds:,.0f} | {one.peak / 1e6:,.0f} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", type=lambda text: [int(size) for size in text.split(",") if size], default=[])
    parser.add_argument("--write", type=Path, help="the page whose part between the marks is written anew")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        pages = chosen.corpus or Path(scratch) / "corpus"
        if not chosen.corpus:
            corpus.write(chosen.pages, pages)
        megabytes = sum(path.stat().st_size for path in pages.glob("pages-*")) / 1e6
        found = compare(pages, [job for job in jobs(chosen.peers) if job.installed()], chosen.rounds)
        grown = growth(chosen.growth, Path(scratch))
    figures = f"{megabytes:,.0f} MB, {chosen.rounds} rounds.\n\n{table(found, megabytes)}\n"
    if grown:
        figures += f"\n{growth_table(grown)}\n"
    print(figures)
    if chosen.write:
        drawn = chosen.write.with_suffix(".svg")
        chart.throughput({name: [megabytes / one.seconds for one in runs] for name, (runs, _) in found.items()}, drawn)
        before, _, rest = chosen.write.read_text(encoding="utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        picture = f"![Megabytes a second by job]({drawn.name})"
        text = f"{before}{MARKS[0]}\n\n{figures}\n{picture}\n\n{MARKS[1]}{after}"
        chosen.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
