"""What a run did, on one screen.

- `screen`: the result of a run as lines for people
- `warnings`: what went otherwise than was meant, most likely
- `plan_screen`: the same of a plan, for ``--dry-run``
- `counted`, `sized`: numbers of things and bytes in words
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.datasets import DATASETS
from schemas.plan import Plan

SECRET = re.compile("secret|password|token|credential|key", re.IGNORECASE)


def screen(result: Mapping[str, Any], output: str, seconds: float) -> str:
    """`result`: as `run.json` holds it."""
    counts = result["counts"]
    removed = Counter(counts["chars_removed"])
    steps: dict[str, Counter[str]] = {}
    for name, number in counts["edits"].items():
        step, _, rule = name.partition(": ")
        steps.setdefault(step, Counter())[rule] += number
    overlapping = counts["relations"].get("overlapping", 0)
    rows = [
        ("read", counts["read"], f"records in {counted(counts['files_read'], 'file')}"),
        (
            "stories",
            counts["kept"],
            f"{_percent(counts['chars_out'], counts['chars_in'])} of the characters of stories and copies stayed",
        ),
        (
            "copies",
            counts["dropped"],
            f"in {counted(counts['clusters'], 'cluster')}, and kept: overlapping {overlapping:,}",
        ),
        ("filtered", sum(counts["filtered"].values()), _list(counts["filtered"])),
        ("rejected", sum(counts["rejected"].values()), _list(counts["rejected"])),
        ("skipped", counts["skipped"], "records that are no pages"),
        ("unreadable", counts["unreadable"], "files, see rejects/ where position is null"),
        ("removed", sum(removed.values()), "characters: " + _list(dict(removed.most_common(6)))),
    ]
    for step in ("encoding", "typos"):
        if step in steps:
            found = steps[step]
            rows.append((step, sum(found.values()), "repairs: " + _list(dict(found.most_common(6)))))
    if "language" in result["settings"]["steps"]:
        languages = Counter(counts["languages"])
        rows.append(("languages", len(languages), _list(dict(languages.most_common(8)))))
    if counts["flags"]:
        rows.append(("flagged", sum(counts["flags"].values()), _list(counts["flags"])))
    marked = "marked in" if result["settings"]["duplicates"] == "mark" else "left out of"
    rows = [row for row in rows if row[1] or row[0] in ("read", "stories", "copies")]
    lines = [f"  {name:10} {number:>13,}  {about}".rstrip() for name, number, about in rows]
    folders = " ".join(f"{dataset.name}/" for dataset in DATASETS)
    speed = f"{counts['read'] / max(seconds, 0.001):,.0f} records a second"
    return "\n".join(
        [
            f"copydesk {result['versions']['copydesk']}: done in {seconds:,.1f} s, {speed}",
            *lines,
            f"  Copies are {marked} stories/. {output} holds {folders} report.html README.md run.json.",
            f"  Look at {output}/report.html first; README.md has queries to copy.",
        ]
    )


def warnings(result: Mapping[str, Any]) -> list[str]:
    """A line each, with the option to change; `result` as `run.json` holds it."""
    counts, settings = result["counts"], result["settings"]
    told = []
    if not counts["kept"]:
        why = {**counts["filtered"], **counts["rejected"]}
        reasons = f": {_list(why)}; filtered/ and rejects/ tell more" if why else ""
        told.append(f"no story came out of {counts['read']:,} records{reasons}")
    lacking = counts["rejected"].get("missing-text", 0)
    if 2 * lacking > counts["read"]:
        told.append(
            f"--text-field {settings['fields']['text']}: {lacking:,} of {counts['read']:,} records have no text there; "
            "rejects/ tells which columns they have"
        )
    columns = {"date": "published"}
    for option, name in settings["fields"].items():
        column = columns.get(option, option)
        if name != column and counts["columns"].get(column) == 0 and option != "text":
            told.append(f"--{option}-field {name}: no page has a usable value there")
    told += [
        f"--carry {name}: no page has that column" for name in settings["carry"] if not counts["columns"].get(name)
    ]
    return told


def plan_screen(plan: Plan, output: str | None, beam: Sequence[str]) -> str:
    """What would be read, and how."""
    kinds = Counter(f"{one.format} ({one.compression})" for one in plan.inputs)
    size = sum(one.size for one in plan.inputs)
    largest = sorted(plan.inputs, key=lambda one: -one.size)[:5]
    changed = plan.settings.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(
        [
            f"would read {counted(len(plan.inputs), 'file')}, {sized(size)}: {_list(dict(kinds.most_common()))}",
            *(f"  {sized(one.size):>12}  {one.source}" for one in largest),
            *(["  ..."] if len(plan.inputs) > len(largest) else []),
            *(f"leaves out {folder}, which holds a finished run" for folder in plan.left_out),
            f"in {counted(len(plan.units), 'unit')}, steps {','.join(plan.settings.steps)}",
            f"settings other than the defaults: {changed or 'none'}",
            f"Beam options: {' '.join(map(_unsecret, beam)) or 'none'}",
            f"would write to {output}; nothing was written" if output else "no --output is named; nothing was written",
        ]
    )


def counted(number: int, what: str) -> str:
    """A number of things, in the singular or the plural."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def sized(size: int) -> str:
    """Bytes in the unit that tells most."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _unsecret(option: str) -> str:
    """A Beam option as it may be shown: of passwords and keys only that they are given."""
    name, equals, _ = option.partition("=")
    return f"{name}=..." if equals and SECRET.search(name) else option


def _list(numbers: Mapping[str, int]) -> str:
    return " · ".join(f"{name} {number:,}" for name, number in numbers.items())


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"
