"""`copydesk preview INPUT`: what the steps would do, seen on a sample of the pages, in seconds.

- `preview`: what the steps make of a sample, counted and with examples
- `render`: the same as text for a terminal
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sampling import sample
from pipelines.summary import counted, sized
from pipelines.terminal import table
from schemas.plan import Plan
from transforms.clean import Cleaned, Desk, clean
from transforms.trace import Piece, trace

WORDS_END = re.compile(r"\s+")
EXAMPLES = 3
SHOWN, TOLD = 90, 400  # characters of an example, and of what is wrong with a record


@dataclass
class Preview:
    """Counts over the sample: `left_out` by reason of filtered/ and rejects/, `removed` and `repaired` by rule.

    `examples` has up to three of each of these keys.
    """

    files: int
    input_bytes: int
    pages: int = 0
    stories: int = 0
    chars_in: int = 0
    chars_out: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    removed_chars: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return vars(self)

    def note(self, key: str, example: str, shown: int = SHOWN) -> None:
        """Keep an example, cut to what is shown, unless there are enough."""
        held = self.examples.setdefault(key, [])
        short = " ".join(example.split())
        short = short if len(short) <= shown else short[: shown - 1] + "…"
        if len(held) < EXAMPLES and short and short not in held:
            held.append(short)


def preview(plan: Plan, count: int) -> Preview:
    """What the steps make of `count` pages of the plan's input. Nothing is written.

    The survey of sites and deduplication have to see the whole input, and are left out.
    """
    settings = plan.settings.model_copy(update={"edits": "full"})  # examples are what was removed
    desk = Desk.planned(plan.model_copy(update={"settings": settings}))
    seen = Preview(len(plan.inputs), sum(one.size for one in plan.inputs))
    for pages, rejects in sample(plan, count):
        outcome = clean(pages, 0, desk)
        seen.pages += pages.num_rows + len(rejects)
        for reject in [*rejects, *outcome.rejects.to_pylist()]:
            seen.left_out[reject["error"]] += 1
            seen.note(reject["error"], f"{reject['source']}: {reject['message']}", TOLD)
        _count(seen, pages, outcome)
    return seen


def render(seen: Preview) -> str:
    """The preview as lines."""
    share = f"{100 * seen.chars_out / seen.chars_in:.1f}%" if seen.chars_in else "-"
    outcomes = [("stories", seen.stories, f"{share} of their characters stay")]
    outcomes += [(reason, number, _first(seen, reason)) for reason, number in seen.left_out.most_common()]
    removed = [
        (rule, f"{number:,}", f"{seen.removed_chars[rule]:,}", _first(seen, rule))
        for rule, number in sorted(seen.removed.items(), key=lambda item: (-seen.removed_chars[item[0]], item[0]))
    ]
    repaired = [
        (rule, f"{number:,}", " · ".join(seen.examples.get(rule, []))) for rule, number in seen.repaired.most_common()
    ]
    parts = [
        f"{counted(seen.pages, 'page')}, spread over {counted(seen.files, 'file')} of {sized(seen.input_bytes)}; "
        "nothing was written.\n"
        "Near-duplicates, and lines that pages of a site share, are found by a run, which sees all pages.",
        table(
            ("what becomes of them", "pages", "for example"),
            [(name, f"{number:,}", about) for name, number, about in outcomes],
        ),
        f"languages: {_list(seen.languages)}" if seen.languages else "",
        f"flags: {_list(seen.flags)}" if seen.flags else "",
        table(("removed by", "times", "characters", "for example"), removed) if removed else "nothing would be removed",
        table(("repaired by", "times", "for example"), repaired) if repaired else "nothing would be repaired",
        "copydesk explain FILE shows a whole page. What goes wrong is put right in a copydesk.toml (copydesk init):\n"
        "rules_off for rules, [scaffolding] keep_phrases for lines that stay, [typos] never_touch for words.",
    ]
    return "\n\n".join(part for part in parts if part)


def _count(seen: Preview, pages: pa.Table, outcome: Cleaned) -> None:
    """Add a batch: `pages` as they came, numbered from 0, and what became of them."""
    stories = outcome.stories
    seen.stories += stories.num_rows
    seen.chars_in += pc.sum(stories["chars_in"]).as_py() or 0
    seen.chars_out += pc.sum(stories["chars_out"]).as_py() or 0
    seen.languages.update(stories["language"].to_pylist())
    seen.flags.update(flag for flags in stories["flags"].to_pylist() for flag in flags)
    for page in outcome.filtered.to_pylist():
        seen.left_out[page["reason"]] += 1
        place = page["url"] or pages["source"][page["document"]]
        seen.note(page["reason"], f"{place}: {page['text'] or ''}")
    for document, edits in groupby(outcome.edits.to_pylist(), key=itemgetter("document")):
        rows = list(edits)
        for edit in rows:
            if edit["step"] == "scaffolding":
                seen.removed[edit["rule"]] += 1
                seen.removed_chars[edit["rule"]] += edit["end"] - edit["start"]
                seen.note(edit["rule"], edit["before"])
            else:
                seen.repaired[edit["rule"]] += 1
        for rule, before, after in _repairs(trace(pages["text"][document].as_py(), rows)):
            seen.note(rule, f"{before} → {after}")


def _repairs(pieces: Sequence[Piece]) -> Iterator[tuple[str, str, str]]:
    """(rule, before, after) of each repaired word: edits are smaller than words."""
    before = after = rule = ""
    for piece in [*pieces, Piece(" ", "kept")]:
        if piece.step == "scaffolding":
            piece = Piece(" ", "kept")
        if piece.fate != "kept":
            rule = rule or piece.rule
            before, after = (
                before + piece.text * (piece.fate == "removed"),
                after + piece.text * (piece.fate == "added"),
            )
            continue
        *ended, going = WORDS_END.split(piece.text)
        if ended:
            if rule and f"{before}{ended[0]}".split() != f"{after}{ended[0]}".split():  # a line's end shows nothing
                yield rule, f"{before}{ended[0]}", f"{after}{ended[0]}"
            before = after = rule = ""
        before, after = before + going, after + going


def _first(seen: Preview, key: str) -> str:
    return next(iter(seen.examples.get(key, [])), "")


def _list(counts: Counter[str]) -> str:
    return " · ".join(f"{name} {number:,}" for name, number in counts.most_common(8))
