"""What each step of a run cost, for `--profile`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def screen(execution: Mapping[str, Any]) -> str:
    """A line a step, the dearest first: seconds over all workers, their share, and milliseconds a megabyte of its text.

    `execution`: as `run.json` holds it.
    """
    seconds, sizes = execution["seconds_by_step"], execution["bytes_by_step"]
    whole = sum(seconds.values()) or 1.0
    lines = [f"  {'step':12} {'seconds':>9} {'share':>6} {'MB':>9} {'ms/MB':>7}"]
    for step, spent in seconds.items():
        size = sizes.get(step, 0) / 1e6
        about = f" {size:9,.1f} {1000 * spent / size:7,.1f}" if size else ""
        lines.append(f"  {step:12} {spent:9,.2f} {100 * spent / whole:5.1f}%{about}")
    lines.append(f"  most memory of one worker: {execution['peak_worker_bytes'] / 1e6:,.0f} MB")
    if not execution["native"]:
        lines.append(
            "  all in NumPy: the loops in C, which are faster, were not built, or COPYDESK_NATIVE=0 switched them off"
        )
    return "\n".join(lines)
