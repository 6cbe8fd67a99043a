"""The whole job over very many pages: is memory flat, is everything in its place, is nothing left behind?

    python -m benchmarks.soak [--pages 1000000] [--corpus DIR] [--folder SCRATCH] [--workers 2] [--undo 10]

`make soak` runs it. Without `--corpus` the corpus is made from the sample pages (`benchmarks.corpus`) in SCRATCH, which
takes some 12 kB of disk a page in all and is emptied at the end; DIR holds `pages-*.jsonl` and, where copies are to be
counted, `truth.jsonl`. Of every `--undo` stories one is put together again from its edits and compared with its page.
Prints figures as Markdown, and what does not hold; the exit code says whether all does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, CalledProcessError, Popen
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from benchmarks import compare, corpus, tree
from transforms import editing
from transforms.publish import OWN_FILES, RUN

LOOK_EVERY = 0.5  # seconds
GROWS = 1.1  # the last quarter of the cleaning may hold this many times what the second held


@dataclass(frozen=True)
class Look:
    """Bytes that the run's process tree held at a moment, and how many units were cleaned by then."""

    cleaned: int
    held: int


def soak(pages: Path, output: Path, scratch: Path, workers: int) -> tuple[float, list[Look]]:
    """Run the job; its seconds, and what it held meanwhile. Raises CalledProcessError where it fails."""
    command = [compare.COPYDESK, "run", f"{pages}/pages-*", f"--output={output}", f"--workers={workers}", "--quiet"]
    started, looks = time.perf_counter(), list[Look]()
    with Popen(command, stdout=DEVNULL, env={**os.environ, "TMPDIR": str(scratch)}) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            cleaned = sum(1 for _ in (output / "_work" / "cleaned").glob("*.json"))
            looks.append(Look(cleaned, tree.held(watched)))
            time.sleep(LOOK_EVERY)
    if process.returncode:
        raise CalledProcessError(process.returncode, command)
    return time.perf_counter() - started, looks


def quarters(looks: Sequence[Look], units: int) -> list[int]:
    """The median of the bytes held in each quarter of the cleaning, by units: from its first manifest to its last."""
    return [
        int(
            statistics.median(
                [look.held for look in looks if look.cleaned and look.cleaned * 4 // units == first] or [0]
            )
        )
        for first in range(4)
    ]


def troubles(pages: Path, output: Path, scratch: Path, every: int) -> Iterator[str]:
    """What does not hold of a finished output."""
    result = json.loads((output / RUN).read_bytes())["result"]
    listed = {info["name"]: info for info in result["files"]}
    there = {str(path.relative_to(output)) for path in output.rglob("*") if path.is_file()}
    if wrong := there ^ {*listed, *OWN_FILES}:
        yield f"files that run.json does not list, or that are not there: {sorted(wrong)[:5]}"
    if left := [path.name for path in scratch.iterdir()]:
        yield f"left in the folder for temporary files: {left[:5]}"
    for name, info in listed.items():
        if name in there and xxhash.xxh3_128_hexdigest((output / name).read_bytes()) != info["checksum"]:
            yield f"{name} is not what run.json says"
    yield from _misplaced(pages, output, result["counts"])
    yield from _not_undone(pages, output, every)


def _misplaced(pages: Path, output: Path, counts: Mapping[str, Any]) -> Iterator[str]:
    """Records that are in no place or in several."""
    there = 0
    for path in pages.glob("pages-*"):
        with path.open("rb") as lines:
            there += sum(1 for _ in lines)
    if counts["read"] != there:
        yield f"{there} records are there, {counts['read']} were read"
    dropped = pq.read_table(output / "duplicates", columns=["document", "kept"])
    documents = [
        *(
            pq.read_table(output / name, columns=["document"])["document"].to_numpy()
            for name in ("stories", "filtered")
        ),
        dropped.filter(pc.invert(dropped["kept"]))["document"].to_numpy(),
    ]
    found = np.concatenate(documents)
    elsewhere = counts["skipped"] + sum(counts["rejected"].values())
    if len(found) != len(np.unique(found)) or len(found) + elsewhere != counts["read"]:
        yield f"{counts['read']} records were read, {len(found)} documents and {elsewhere} others were found"


def _not_undone(pages: Path, output: Path, every: int) -> Iterator[str]:
    """Stories from which undoing their edits does not give their page."""
    opened = {path.name: path.open("rb") for path in sorted(pages.glob("pages-*"))}
    for path in sorted((output / "stories").glob("*.parquet")):
        stories = pq.read_table(path, columns=["document", "source", "position", "text"]).to_pylist()[::every]
        edits: dict[int, list[dict[str, Any]]] = {story["document"]: [] for story in stories}
        if (made := output / "edits" / path.name).exists():
            table = pq.read_table(made)
            for edit in table.filter(pc.is_in(table["document"], pa.array(edits, pa.uint64()))).to_pylist():
                edits[edit["document"]].append(edit)
        for story in stories:
            file = opened[story["source"]]
            file.seek(story["position"])
            if editing.undo(story["text"], edits[story["document"]]) != json.loads(file.readline())["text"]:
                yield f"the edits of document {story['document']} do not give back its page"
    for file in opened.values():
        file.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--folder", type=Path, help="where to make corpus and output")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--undo", type=int, default=10)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as place:
        pages, output, scratch = chosen.corpus or Path(place) / "pages", Path(place) / "output", Path(place) / "tmp"
        scratch.mkdir()
        if not chosen.corpus:
            corpus.write(chosen.pages, pages)
        seconds, looks = soak(pages, output, scratch, chosen.workers)
        run = json.loads((output / RUN).read_bytes())
        wrong = list(troubles(pages, output, scratch, chosen.undo))
        score = compare.score(output / "stories", pages / "truth.jsonl") if (pages / "truth.jsonl").exists() else None
    counts = run["result"]["counts"]
    held = quarters(looks, counts["units"])
    if held[3] > GROWS * held[1]:
        wrong.append("memory grows while units are cleaned")
    print(f"| {counts['read']:,} pages, {counts['units']} units, {chosen.workers} workers | |\n|---|---|")
    print(f"| seconds; pages a second | {seconds:,.0f}; {counts['read'] / seconds:,.0f} |")
    print(f"| held in each quarter of the cleaning, MB | {', '.join(f'{one / 1e6:,.0f}' for one in held)} |")
    print(f"| most held at any moment, MB | {max(look.held for look in looks) / 1e6:,.0f} |")
    print(f"| largest worker, MB | {run['execution']['peak_worker_bytes'] / 1e6:,.0f} |")
    print(f"| stories kept, copies dropped | {counts['kept']:,}, {counts['dropped']:,} |")
    if score:
        print(f"| copies left, stories lost | {score.copies_left:,}, {score.stories_lost:,} |")
    for one in wrong[:20]:
        print(f"DOES NOT HOLD: {one}", file=sys.stderr)
    print(f"| what does not hold | {len(wrong) or 'nothing'} |")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
