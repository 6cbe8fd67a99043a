"""`copydesk preview INPUT`: what the steps would do, seen on a sample of the pages, in seconds.

- `sample`: pages spread over the input, the same ones every time
- `preview`: what the steps make of them, counted and with examples
- `render`: the same as text for a terminal

The sample is taken by place, not by chance: points at equal distances in the bytes of the input, and from each the
pages that follow. Compressed files and WARCs can be entered at their beginning only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.terminal import table
from schemas.plan import Input, Plan
from transforms import plan as plans
from transforms.clean import Cleaned, Desk, clean
from transforms.read import SPLITTABLE, Fields, Limits, Piece, read
from transforms.trace import Piece as Traced
from transforms.trace import trace

PARTS = 16  # places at which a large file is entered
BATCH = 64 << 10  # bytes that are read at a time: a few pages, as a few are wanted
LARGE = 4 << 20  # bytes that are cleaned at a time
ROUNDS = 3  # where pages are fewer or larger than expected, the input is gone over again
WORDS_END = re.compile(r"\s+")
EXAMPLES = 3
SHOWN = 90  # characters of an example


Sampled = tuple[pa.Table, list[dict[str, Any]]]
"""A batch of pages, and rows of rejects/."""


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

    def note(self, key: str, example: str) -> None:
        """Keep an example, unless there are enough."""
        held = self.examples.setdefault(key, [])
        short = " ".join(example.split())
        short = short if len(short) <= SHOWN else short[: SHOWN - 1] + "…"
        if len(held) < EXAMPLES and short and short not in held:
            held.append(short)


def preview(plan: Plan, count: int) -> Preview:
    """What the steps make of `count` pages of the plan's input. Nothing is written.

    The survey of sites and deduplication have to see the whole input, and are left out.
    """
    settings = plan.settings.model_copy(update={"edits": "full"})  # examples are what was removed
    desk = Desk.of(settings, plan.rules, plan.exclude)
    seen = Preview(len(plan.inputs), sum(one.size for one in plan.inputs))
    for pages, rejects in _together(sample(plan, count)):
        outcome = clean(pages, 0, desk)
        seen.pages += pages.num_rows + len(rejects)
        for reject in [*rejects, *outcome.rejects.to_pylist()]:
            seen.left_out[reject["error"]] += 1
            seen.note(reject["error"], f"{reject['source']}: {reject['message']}")
        _count(seen, pages, outcome)
    return seen


def sample(plan: Plan, count: int) -> Iterator[Sampled]:
    """Batches of pages (`schemas.pages.PAGES`) and rejects, `count` records in all where there are as many."""
    fields = plans.fields(plan.settings)
    limits = Limits(page_bytes=plan.settings.limits.page_bytes, batch_bytes=BATCH)
    pieces = spread(plan.inputs, count)
    taken, over = [0] * len(pieces), [False] * len(pieces)
    missing = count
    broken: set[str] = set()  # each piece of a file that cannot be read says so
    quotas = [quota for _, quota in pieces]
    for round in range(ROUNDS):
        for number, (piece, _) in enumerate(pieces):
            wanted = min(quotas[number], missing)
            if wanted and not over[number]:
                got = 0
                for pages, rejects in _some(piece, taken[number], wanted, fields, limits):
                    got += pages.num_rows + len(rejects)
                    yield pages, [one for one in rejects if one["position"] is not None or one["source"] not in broken]
                    broken |= {one["source"] for one in rejects if one["position"] is None}
                taken[number] += got
                missing -= got
                over[number] = got < wanted
        left = [number for number in range(len(pieces)) if not over[number]]
        if not missing or not left:
            return
        share = missing if round == ROUNDS - 2 else 0  # at last whatever there is
        quotas = [share] * len(pieces)
        for point in range(missing):
            quotas[left[point * len(left) // missing]] += 1


def spread(inputs: Sequence[Input], count: int) -> list[tuple[Piece, int]]:
    """The input as pieces, in order, each with how many of `count` points at equal distances lie in it."""
    ends = list(accumulate(one.size * plans.WEIGHTS[one.compression] for one in inputs))
    points = [(2 * number + 1) * ends[-1] // (2 * count) for number in range(count)]
    shares = Counter(min(bisect_right(ends, point), len(inputs) - 1) for point in points)
    pieces: list[tuple[Piece, int]] = []
    for number, one in enumerate(inputs):
        splits = one.format in SPLITTABLE and one.compression == "plain"
        parts = min(PARTS, max(shares[number], 1)) if splits else 1
        for part in range(parts):
            start, end = (one.size * edge // parts for edge in (part, part + 1))
            quota = shares[number] * (part + 1) // parts - shares[number] * part // parts
            piece = Piece(one.path, one.source, one.format, one.compression, start, end if splits else None, one.size)
            pieces.append((piece, quota))
    return pieces


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
        f"{seen.pages:,} pages, spread over {seen.files:,} files of {seen.input_bytes / 1e6:,.1f} MB. Nothing was\n"
        "written. Near-duplicates, and lines that pages of a site share, are found by a run, which sees all pages.",
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


def _together(batches: Iterator[Sampled]) -> Iterator[Sampled]:
    """Small batches as larger ones: a step costs next to nothing more for twenty pages than for one."""
    held: list[Sampled] = []
    for batch in [*batches, None]:
        if batch is not None:
            held.append(batch)
        if held and (batch is None or sum(pages.nbytes for pages, _ in held) > LARGE):
            yield pa.concat_tables([pages for pages, _ in held]), [one for _, rejects in held for one in rejects]
            held = []


def _some(piece: Piece, skip: int, wanted: int, fields: Fields, limits: Limits) -> Iterator[Sampled]:
    """`wanted` records of a piece, behind the first `skip`: pages first in each batch, then rejects."""
    for batch in read(piece, fields, limits):
        pages, rejects = batch.pages, batch.rejects.to_pylist()
        jumped = min(skip, pages.num_rows)
        pages, skip = pages.slice(jumped), skip - jumped
        rejects, skip = rejects[skip:], max(skip - len(rejects), 0)
        pages = pages.slice(0, wanted)
        rejects = rejects[: wanted - pages.num_rows]
        wanted -= pages.num_rows + len(rejects)
        if pages.num_rows or rejects:
            yield pages, rejects
        if not wanted:
            return


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


def _repairs(pieces: Sequence[Traced]) -> Iterator[tuple[str, str, str]]:
    """(rule, before, after) of each repaired word: edits are smaller than words."""
    before = after = rule = ""
    for piece in [*pieces, Traced(" ", "kept")]:
        if piece.step == "scaffolding":
            piece = Traced(" ", "kept")
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
