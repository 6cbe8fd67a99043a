"""Charts of figures, drawn by matplotlib."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path


def throughput(found: Mapping[str, Sequence[float]], path: Path) -> None:
    """A bar a job, as long as its median of megabytes a second, with the range of its runs; as SVG."""
    from matplotlib.figure import Figure

    names = list(found)[::-1]
    middles = [statistics.median(found[name]) for name in names]
    spread = [
        [middle - min(found[name]) for middle, name in zip(middles, names, strict=True)],
        [max(found[name]) - middle for middle, name in zip(middles, names, strict=True)],
    ]
    figure = Figure(figsize=(7, 0.45 * len(names) + 0.8), layout="constrained")
    axes = figure.subplots()
    colors = ["#1f5f8b" if name.startswith("copydesk") else "#b5b5b5" for name in names]
    axes.barh(names, middles, xerr=spread, color=colors, ecolor="#555555", capsize=3)
    axes.set_xlabel("MB/s of page records, 2 cores")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
