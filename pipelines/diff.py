"""`copydesk diff OLD NEW`: what two runs made of the same pages differently, and by which rules.

- `compare`: the changes between two outputs
- `render`: them as text for a terminal, or for anything else

Pages are told by their id; where an id stands for several pages, the first of one run is compared with the first of the
other. What changed is found by what both runs wrote, so `--edits none` tells which stories changed but not by what.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.show import Output
from pipelines.terminal import safe, table
from transforms import tables
from transforms.report.lookup import rows_of

Fate = tuple[str, str, int]
"""Outcome (story, copy, filtered or absent), what tells it from others of its kind, and its document."""

ABSENT: Fate = ("absent", "", 0)


@dataclass(frozen=True)
class Change:
    """A page whose `before` and `after` (outcome, with the reason or the story it is a copy of) or text differ.

    rules: of edits that only one of the runs made, with how many of them the old (`gone`) and the new one (`new`) made.
    """

    id: str
    before: str
    after: str
    rules: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return "text" if self.before == self.after else f"{_outcome(self.before)} to {_outcome(self.after)}"


@dataclass(frozen=True)
class Difference:
    """Changes between two runs; pages that are the same; settings that differ, old and new."""

    changes: list[Change]
    same: int
    settings: dict[str, tuple[Any, Any]]

    @property
    def rules(self) -> dict[str, dict[str, int]]:
        """Rule to stories it changed, and edits that only one of the runs made; the rule of most stories first."""
        total: dict[str, Counter[str]] = defaultdict(Counter)
        for change in self.changes:
            for rule, counts in change.rules.items():
                total[rule].update(counts, stories=1)
        ranked = sorted(total.items(), key=lambda item: (-item[1]["stories"], item[0]))
        return {rule: {name: counts[name] for name in ("stories", "gone", "new")} for rule, counts in ranked}

    def as_json(self) -> dict[str, Any]:
        changes = [vars(change) | {"kind": change.kind} for change in self.changes]
        return {"same": self.same, "settings": self.settings, "rules": self.rules, "changes": changes}


def compare(old: str, new: str) -> Difference:
    """What differs between the outputs of two finished runs. Raises UsageError where one is none."""
    outputs = Output(old), Output(new)
    fates = [_fates(output) for output in outputs]
    changes, same = [], 0
    changed: list[tuple[str, Fate, Fate]] = []
    for key in sorted(fates[0].keys() | fates[1].keys()):
        one, other = (side.get(key, ABSENT) for side in fates)
        if one[:2] == other[:2]:
            same += 1
        else:
            changed.append((key[0], one, other))
    texts = [(one, other) for _, one, other in changed if one[0] == other[0] == "story"]
    edits = [_edits(output, {pair[side][2] for pair in texts}) for side, output in enumerate(outputs)]
    for id, one, other in changed:
        rules = {}
        if one[0] == other[0] == "story":
            rules = _rules(edits[0][one[2]], edits[1][other[2]])
        changes.append(Change(id, _told(one), _told(other), rules))
    settings = [_flat(output.result["settings"]) for output in outputs]
    differing = {
        name: (settings[0].get(name), settings[1].get(name)) for name in sorted({**settings[0], **settings[1]})
    }
    return Difference(changes, same, {name: pair for name, pair in differing.items() if pair[0] != pair[1]})


def render(found: Difference, most: int) -> str:
    """A summary, then the first `most` changes."""
    kinds = Counter(change.kind for change in found.changes)
    parts = [f"{found.same:,} pages came out the same, {len(found.changes):,} did not"]
    if found.settings:
        rows = [(name, json.dumps(old), json.dumps(new)) for name, (old, new) in found.settings.items()]
        parts.append(table(("setting", "old", "new"), rows))
    if kinds:
        parts.append(table(("change", "pages"), [(kind, f"{number:,}") for kind, number in kinds.most_common()]))
    if found.rules:
        heads = ("rule", "stories", "edits only old", "edits only new")
        parts.append(table(heads, [(rule, *(f"{one:,}" for one in row.values())) for rule, row in found.rules.items()]))
    if found.changes:
        parts.append("\n".join(_line(change) for change in found.changes[:most]))
    if len(found.changes) > most:
        parts.append(f"... and {len(found.changes) - most:,} more: --all or --json shows them")
    return "\n\n".join(parts)


def _line(change: Change) -> str:
    if change.kind == "text":
        about = ", ".join(f"{rule} −{counts['gone']} +{counts['new']}" for rule, counts in change.rules.items())
        return safe(f"{change.id}  text  {about}".rstrip())
    return safe(f"{change.id}  {change.before} → {change.after}")


def _fates(output: Output) -> dict[tuple[str, int], Fate]:
    """What became of each page that has an id: by id and how many pages had it before."""
    seen: Counter[str] = Counter()
    out = {}
    for document, id, fate, what in sorted(_outcomes(output)):
        out[id, seen[id]] = fate, what, document
        seen[id] += 1
    return out


def _outcomes(output: Output) -> Iterator[tuple[int, str, str, str]]:
    """Document, id, outcome and what tells it, of each page."""
    for row in _columns(output, "stories", ("document", "id", "kept", "content_hash")):
        if row["kept"]:
            yield row["document"], row["id"], "story", row["content_hash"]
    for row in _columns(output, "duplicates", ("document", "id", "kept", "kept_id")):
        if not row["kept"]:
            yield row["document"], row["id"], "copy", row["kept_id"]
    for row in _columns(output, "filtered", ("document", "id", "reason")):
        if row["id"] is not None:
            yield row["document"], row["id"], "filtered", row["reason"]


def _columns(output: Output, dataset: str, columns: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    for path in output.paths(dataset):
        yield from tables.read(path, list(columns)).to_pylist()


def _edits(output: Output, documents: set[int]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for path in output.paths("edits"):
        for row in rows_of(path, documents, ("document", "step", "rule", "start", "end", "before", "after")):
            found[row["document"]].append(row)
    return found


def _rules(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """The rules of edits that only one side made: told by what was edited, as places shift with what stands before."""
    left, right = Counter(map(_edit, old)), Counter(map(_edit, new))
    out: dict[str, Counter[str]] = defaultdict(Counter)
    for name, only in (("gone", left - right), ("new", right - left)):
        for edit, count in only.items():
            out[edit[0]][name] += count
    return {rule: {"gone": counts["gone"], "new": counts["new"]} for rule, counts in sorted(out.items())}


def _edit(row: Mapping[str, Any]) -> tuple[str, Any, Any]:
    spanned = row["end"] - row["start"] if row["before"] is None else row["before"]
    return row["rule"], spanned, row["after"]


def _told(fate: Fate) -> str:
    outcome, what, _ = fate
    return {"copy": f"copy of {what}", "filtered": f"filtered: {what}"}.get(outcome, outcome)


def _outcome(told: str) -> str:
    return told.partition(" of ")[0].partition(":")[0]


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in settings.items():
        out |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return out
