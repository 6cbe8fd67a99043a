"""Everything that the report shows: from the run's result, its units' manifests and tallies, a few rows of files.

- `gather`: the facts of a run whose datasets are written and whose `_work` is still there
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.filtered import REASONS
from schemas.rejects import ERRORS
from transforms import files, tables
from transforms.manifests import FileInfo, FinishedUnit
from transforms.report import picks, samples, tally
from transforms.report.lookup import Row, rows_at
from transforms.report.samples import Cluster, Page

LINES, TYPOS, SITES, OUT, REJECTS = 60, 60, 20, 12, 20
LOOKED_AT = 2_000  # rows of rejects/
SIZE_BINS = (2, 3, 4, 5, 10, 20, 50, 100, 1_000, 10_000)


@dataclass(frozen=True)
class Flow:
    """How many records went from one place to another; `kind` of the place they came to colours it."""

    source: str
    target: str
    records: int
    kind: str


@dataclass(frozen=True)
class SiteLoss:
    """Characters that a site's stories came with, and those that went, by what decided it."""

    site: str
    came: int
    by_survey: int
    by_rules: int
    by_model: int

    @property
    def went(self) -> int:
        return self.by_survey + self.by_rules + self.by_model


@dataclass(frozen=True)
class Facts:
    """What the report shows. `short`: by how much counts of removed lines and typing errors may be too low."""

    result: Mapping[str, Any]
    execution: Mapping[str, Any]
    flow: list[Flow]
    removals: list[tuple[str, int]]
    sites: list[SiteLoss]
    lines: list[tuple[str, str, int]]
    lines_short: int
    repairs: list[tuple[str, int]]
    typos: list[tuple[str, str, int]]
    typos_short: int
    languages: list[tuple[str, int]]
    cluster_sizes: list[tuple[str, int]]
    spread: list[Cluster]
    rejected: list[tuple[str, int]]
    rejects: list[Row]
    left_out: list[Row]
    pages: list[Page]
    clusters: list[Cluster]


def gather(
    result: Mapping[str, Any], execution: Mapping[str, Any], finished: Sequence[FinishedUnit], output: str, work: str
) -> Facts:
    """result, execution: as `run.json` will hold them; finished: the units' manifests, by unit."""
    counts = result["counts"]
    tallied = tally.merge(work, len(finished))
    heads = [head for manifest in finished for head in manifest.heads]
    return Facts(
        result=result,
        execution=execution,
        flow=list(_flow(counts, marked=result["settings"]["duplicates"] == "mark")),
        removals=_ranked(counts["chars_removed"]),
        sites=_sites(tallied),
        lines=[(*_two(key), count) for key, count in tallied.lines.rows if count > 1][:LINES],
        lines_short=tallied.lines.short,
        repairs=_repairs(counts["edits"]),
        typos=[(*_two(key), count) for key, count in tallied.typos.rows][:TYPOS],
        typos_short=tallied.typos.short,
        languages=_ranked(counts["languages"]),
        cluster_sizes=_sizes(finished),
        spread=samples.clusters(output, work, finished, picks.largest(heads), compare=False),
        rejected=_ranked(counts["rejected"]) + [("unreadable", counts["unreadable"])] * bool(counts["unreadable"]),
        rejects=_rejects(output, finished),
        left_out=_left_out(output, finished),
        pages=samples.pages(output, work, finished, audited=result["settings"]["edits"] == "full"),
        clusters=samples.clusters(output, work, finished, picks.drawn(heads), compare=True),
    )


def _flow(counts: Mapping[str, Any], marked: bool) -> Iterator[Flow]:
    """What came of the records, from left to right."""
    read, stories = "records read", "stories cleaned"
    ways = [Flow(read, stories, counts["stories"], "stories")]
    ways += [Flow(read, f"left out: {reason}", number, "filtered") for reason, number in _ranked(counts["filtered"])]
    ways += [Flow(read, f"rejected: {error}", number, "rejected") for error, number in _ranked(counts["rejected"])]
    ways += [
        Flow(read, "skipped", counts["skipped"], "skipped"),
        Flow(stories, "stories kept", counts["kept"], "kept"),
        Flow(stories, "copies marked" if marked else "copies dropped", counts["dropped"], "copies"),
    ]
    return (way for way in ways if way.records)


def _sites(tallied: tally.Tallied) -> list[SiteLoss]:
    """The sites that lost most."""
    came = {key[0]: count for key, count in tallied.came.rows}
    lost: dict[str, Counter[str]] = {}
    for key, count in tallied.removed.rows:
        site, family = _two(key)
        lost.setdefault(site, Counter())[family if family in ("site", "model") else "rules"] += count
    sites = [
        SiteLoss(site, max(came.get(site, 0), by.total()), by["site"], by["rules"], by["model"])
        for site, by in lost.items()
    ]
    return sorted(sites, key=lambda one: (-one.went, one.site))[:SITES]


def _repairs(edits: Mapping[str, int]) -> list[tuple[str, int]]:
    """Rules of the steps that repair, with the edits each made."""
    split = [(name.partition(": "), number) for name, number in edits.items()]
    return _ranked({rule: number for (step, _, rule), number in split if step != "scaffolding"})


def _sizes(finished: Iterable[FinishedUnit]) -> list[tuple[str, int]]:
    """How many clusters there are of each size, large sizes together."""
    sizes: Counter[int] = Counter()
    for manifest in finished:
        sizes.update({int(size): number for size, number in manifest.cluster_sizes.items()})
    out = []
    for first, behind in zip(SIZE_BINS, [*SIZE_BINS[1:], 1 << 62], strict=True):
        number = sum(count for size, count in sizes.items() if first <= size < behind)
        name = str(first) if behind == first + 1 else f"{first:,}–{behind - 1:,}" if behind < 1 << 62 else f"{first:,}+"
        out.append((name, number))
    while out and not out[-1][1]:
        out.pop()
    return out


def _rejects(output: str, finished: Iterable[FinishedUnit]) -> list[Row]:
    """The first rejects of each kind, with what the cause means; without excerpts, as nobody has looked at those.

    Only so many rows are looked at: the report takes no longer where much was rejected.
    """
    out: dict[tuple[str, str], Row] = {}
    left = LOOKED_AT
    for info in _files(finished, "rejects"):
        for table in tables.batches(files.join(output, info.name), LOOKED_AT):
            for row in table.slice(0, left).drop(["excerpt"]).to_pylist():
                out.setdefault((row["error"], row["message"]), row)
            left -= table.num_rows
            if left <= 0:
                break
        if left <= 0:
            break
    return [row | {"meaning": ERRORS.get(row["error"], "")} for row in list(out.values())[:REJECTS]]


def _left_out(output: str, finished: Iterable[FinishedUnit]) -> list[Row]:
    """Some of the pages that were left out, each with its beginning; of excluded ones nothing is told."""
    parts = list(_files(finished, "filtered"))
    out: list[Row] = []
    for part, row in picks.rows(OUT, [info.rows for info in parts]):
        out += rows_at(files.join(output, parts[part].name), [row])
    return [row | {"meaning": REASONS.get(row["reason"], "")} for row in out if row["reason"] != "excluded"]


def _files(finished: Iterable[FinishedUnit], dataset: str) -> Iterator[FileInfo]:
    return (info for manifest in finished for info in manifest.files if info.name.startswith(f"{dataset}/"))


def _ranked(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((name, number) for name, number in numbers.items() if number), key=lambda item: (-item[1], item[0]))


def _two(key: tally.Key) -> tuple[str, str]:
    first, second = key
    return first, second
