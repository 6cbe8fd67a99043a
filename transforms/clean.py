"""Phase 1, the logic: a batch of pages in; its stories, edits, filtered pages and rejects out.

- `Desk`: everything that the steps need, loaded once a process
- `clean`: the chain of steps over one batch
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.edits import EDITS
from schemas.filtered import FILTERED
from schemas.plan import Plan
from schemas.rejects import REJECTS
from schemas.settings import Settings
from schemas.stories import STORIES
from transforms import (
    editing,
    encoding,
    headline,
    language,
    remains,
    scaffolding,
    survey,
    survey_units,
    typos,
    unit_pages,
)
from transforms import plan as plans
from transforms.exclude import canonicals, excluded, known_as
from transforms.manifests import Counts

Outcome = TypeVar("Outcome")
Bools = npt.NDArray[np.bool_]

WORD = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*"


@dataclass(frozen=True)
class Desk:
    """What the steps of a run need: its settings, and each step's rules, models and lists."""

    settings: Settings
    cleaner: scaffolding.Cleaner | None = None
    corrector: typos.Corrector | None = None
    excluded: frozenset[str] = frozenset()
    surveyed: survey.Profile | None = None

    @classmethod
    def of(
        cls,
        settings: Settings,
        rules: tuple[str, ...] | None = None,
        exclude: tuple[str, ...] | None = None,
        word_profile: str | None = None,
    ) -> Desk:
        """Load what the chosen steps need.

        rules: texts of the rule files, and exclude: entries of the list, where they have been read; word_profile:
        checksum of the one that was planned with. Raises `scaffolding.RuleError` for a rule file that has mistakes,
        ValueError for another word profile, `plan.NoInputError` for a file that cannot be read.
        """
        rules = plans.rule_files(settings) if rules is None else rules
        exclude = plans.exclude_list(settings) if exclude is None else exclude
        cleaner = corrector = None
        if "scaffolding" in settings.steps:
            options = settings.scaffolding
            cleaner = scaffolding.Cleaner.of(
                scaffolding.Options(rules, options.families_off, options.keep_phrases, settings.rules_off)
            )
        if "typos" in settings.steps:
            chosen: dict[str, Any] = {"never_touch": settings.typos.never_touch}
            if settings.typos.threshold is not None:
                chosen["threshold"] = settings.typos.threshold
            path = settings.typos.word_profile
            words = plans.word_profile(path, word_profile) if path else None
            corrector = typos.load(typos.Options(**chosen), words)
        if "language" in settings.steps:
            language.model.load()
        return cls(settings, cleaner, corrector, frozenset(exclude))

    @classmethod
    def planned(cls, plan: Plan) -> Desk:
        """The desk of a plan, but for what the run's survey finds."""
        return cls.of(plan.settings, plan.rules, plan.exclude, plan.word_profile)


@functools.lru_cache(maxsize=1)
def prepare(work: str, identity: str) -> Desk:
    """The desk of a planned run as it can be before anything is read, set up once a process."""
    return Desk.planned(plans.load(work, identity))


@functools.lru_cache(maxsize=1)
def desk(work: str, identity: str) -> Desk:
    """The desk of a planned run with what its survey found."""
    known = survey_units.load(plans.load(work, identity), work)
    return dataclasses.replace(prepare(work, identity), surveyed=known)


@dataclass
class Cleaned:
    """What a batch of pages became. Each page is a row of exactly one of stories, filtered and rejects."""

    stories: pa.Table
    edits: pa.Table
    filtered: pa.Table
    rejects: pa.Table
    counts: Counts
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    sizes: dict[str, int] = field(default_factory=dict)  # bytes of the texts that came to each step


def clean(pages: pa.Table, first_document: int, desk: Desk) -> Cleaned:
    """Run the chosen steps over a batch.

    pages: schema `PAGES` and the carried columns; its n rows are documents first_document ... first_document + n - 1.
    A page that is left out on the way is blank to the steps behind.
    """
    return _Chain(pages.combine_chunks(), first_document, desk).run()


class _Chain:
    """One batch on its way through the steps."""

    def __init__(self, pages: pa.Table, first_document: int, desk: Desk) -> None:
        self.pages, self.desk, self.settings = pages, desk, desk.settings
        self.count = pages.num_rows
        self.documents = np.arange(first_document, first_document + self.count, dtype=np.uint64)
        self.texts = _column(pages, "text")
        self.ids = unit_pages.ids(pages)
        self.sites = unit_pages.sites(_column(pages, "url"))
        self.reasons: dict[int, str] = {}
        self.overworked: dict[int, str] = {}
        self.steps: list[editing.Step] = []
        self.flags: dict[str, Bools] = {}
        self.seconds: dict[str, float] = {}
        self.sizes: dict[str, int] = {}

    def run(self) -> Cleaned:
        self._exclude()
        if "encoding" in self.settings.steps:
            self._edit("encoding", encoding.repair)
        replaced = _column(self.pages, "replaced").to_numpy()
        self.flags["encoding_suspect"] = self._timed("encoding", lambda: encoding.suspect(self.texts, replaced))

        title, author, published = self._repaired("title"), self._repaired("author"), _column(self.pages, "published")
        if "scaffolding" in self.settings.steps:
            found = self._scaffolding(title)
            title, author = pc.coalesce(title, found.headline), pc.coalesce(author, found.author)
            published = pc.coalesce(published, found.published)

        languages, scores = pa.array(["und"] * self.count, pa.string()), pa.array(np.zeros(self.count, np.float32))
        if "language" in self.settings.steps:
            languages, scores = self._timed("language", lambda: language.detect(self.texts))
            if self.settings.languages:
                wanted = pc.is_in(languages, value_set=pa.array(self.settings.languages, pa.string()))
                self._leave_out(~_bools(wanted), "language")
        if self.desk.corrector is not None:
            corrector = self.desk.corrector
            self._edit("typos", lambda texts: typos.correct(texts, languages, corrector))
        self._leave_out(_too_short(self.texts, self.settings.min_words), "too-short")
        return self._outcome(title, author, published, languages, scores)

    def _exclude(self) -> None:
        if self.desk.excluded:
            pages = known_as(self.ids, _column(self.pages, "url"), self.sites, canonicals(self.pages))
            self._leave_out(excluded(pages, self.desk.excluded), "excluded")

    def _scaffolding(self, titles: pa.Array) -> scaffolding.Found:
        cleaner = self.desk.cleaner
        assert cleaner is not None
        lengths, known = _lengths(self.texts), self.desk.surveyed
        surveyed = functools.partial(known.marked, sites=self.sites) if known is not None else None
        found = self._timed("scaffolding", lambda: scaffolding.clean(self.texts, self.sites, titles, cleaner, surveyed))
        self._leave_out(~found.article, "no-article")
        self._take("scaffolding", found.edits)
        self.flags |= found.flags
        noticed = remains.noticed(found.edits, self.count)
        self._leave_out((_lengths(self.texts) < lengths) & remains.bare(self.texts, noticed), "no-article")
        if self.settings.headline == "column":
            self._take("scaffolding", headline.to_title(self.texts, found.headline, titles))
        return found

    def _edit(self, name: str, editor: Callable[[pa.Array], pa.Table]) -> None:
        self._take(name, self._allowed(self._timed(name, lambda: editor(self.texts))))

    def _repaired(self, name: str) -> pa.Array:
        """A column that tells of the texts, with the repairs that damage of the texts has where the step runs."""
        told = _column(self.pages, name)
        if "encoding" not in self.settings.steps:
            return told
        told = pc.fill_null(told, "")
        told = self._timed("encoding", lambda: editing.apply(told, self._allowed(encoding.repair(told))))
        return pc.if_else(pc.equal(told, ""), None, told)

    def _allowed(self, edits: pa.Table) -> pa.Table:
        """The edits but those of rules that are off."""
        off = self.settings.rules_off
        return edits.filter(pc.invert(pc.is_in(edits["rule"], value_set=pa.array(off)))) if off else edits

    def _take(self, name: str, edits: pa.Table) -> None:
        """Make a step's edits of the pages that are still in, unless a page would need too many."""
        rows = editing.ints(edits, "row")
        most = self.settings.limits.page_edits
        for row in np.flatnonzero(np.bincount(rows, minlength=self.count) > most).tolist():
            self.overworked[row] = f"the step {name} would make more than {most} edits of this page (limits.page_edits)"
        out = self._out()
        if out.any():
            edits = edits.filter(pa.array(~out[rows]))
        self.steps.append(editing.Step(name, self.texts, edits))
        self.texts = editing.apply(self.texts, edits)
        self._blank()

    def _leave_out(self, mask: Bools, reason: str) -> None:
        for row in np.flatnonzero(mask & ~self._out()).tolist():
            self.reasons[row] = reason
        self._blank()

    def _out(self) -> Bools:
        out = np.zeros(self.count, bool)
        out[[*self.reasons, *self.overworked]] = True
        return out

    def _blank(self) -> None:
        """Blank the pages that were left out: nothing behind looks at them again."""
        if self.reasons or self.overworked:
            self.texts = pc.if_else(pa.array(self._out()), pa.scalar("", pa.string()), self.texts)

    def _timed(self, name: str, call: Callable[[], Outcome]) -> Outcome:
        self.sizes.setdefault(name, int(_lengths(self.texts).sum()))
        started = time.perf_counter()
        out = call()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
        return out

    def _outcome(
        self, title: pa.Array, author: pa.Array, published: pa.Array, languages: pa.Array, scores: pa.Array
    ) -> Cleaned:
        kept = np.flatnonzero(~self._out())
        edits = editing.audit(self.documents, self.ids, self._kept_steps(), full=self.settings.edits != "spans")
        edit_counts = np.bincount(
            edits["document"].to_numpy().astype(np.int64) - int(self.documents[0]) if self.count else [],
            minlength=self.count,
        )
        chars_in = pc.utf8_length(_column(self.pages, "text"))
        texts = self.texts.take(pa.array(kept))
        ids = self.ids.take(pa.array(kept))

        def at(column: pa.Array) -> pa.Array:
            return column.take(pa.array(kept))

        columns = {
            "document": pa.array(self.documents[kept]),
            "id": ids,
            "url": at(_column(self.pages, "url")),
            "site": at(self.sites),
            "title": at(title),
            "author": at(author),
            "published": at(published),
            "text": texts,
            "language": at(languages),
            "language_score": at(scores),
            "cluster_id": ids,
            "cluster_size": pa.array(np.ones(len(kept), np.int32)),
            "kept": pa.array(np.ones(len(kept), bool)),
            "flags": flag_lists({name: mask[kept] for name, mask in self.flags.items()}, len(kept)),
            "chars_in": at(chars_in).cast(pa.int64()),
            "chars_out": pc.utf8_length(texts).cast(pa.int64()),
            "edit_count": pa.array(edit_counts[kept], pa.int32()),
            "source": at(_column(self.pages, "source")),
            "position": at(_column(self.pages, "position")),
            "content_hash": pa.array(
                [xxhash.xxh3_128_hexdigest(text) for text in texts.cast(pa.binary()).to_pylist()], pa.string()
            ),
            "extra": at(_column(self.pages, "extra")),
        }
        for name in self.settings.carry:
            columns[name] = at(_column(self.pages, name))
        stories = pa.table(columns, schema=STORIES.stamped("", self.settings.carry))
        return Cleaned(
            stories=stories,
            edits=edits if self.settings.edits != "none" else EDITS.schema.empty_table(),
            filtered=self._filtered(),
            rejects=self._rejects(),
            counts=self._counts(stories, edits),
            seconds=self.seconds,
            sizes=self.sizes,
        )

    def _kept_steps(self) -> list[editing.Step]:
        """The steps with their edits of stories alone: a page that was left out later has no audit."""
        keep = ~self._out()
        return [
            editing.Step(step.name, step.texts, step.edits.filter(pa.array(keep[editing.ints(step.edits, "row")])))
            for step in self.steps
        ]

    def _filtered(self) -> pa.Table:
        rows = sorted(self.reasons)
        excluded = pa.array([self.reasons[row] == "excluded" for row in rows], pa.bool_())

        def unless_excluded(column: pa.Array) -> pa.Array:
            return pc.if_else(excluded, pa.scalar(None, pa.string()), column.take(pa.array(rows, pa.int64())))

        return pa.table(
            {
                "document": pa.array(self.documents[rows], pa.uint64()),
                "id": unless_excluded(self.ids),
                "url": unless_excluded(_column(self.pages, "url")),
                "reason": pa.array([self.reasons[row] for row in rows], pa.string()),
                "text": unless_excluded(_column(self.pages, "text")),
            },
            schema=FILTERED.schema,
        )

    def _rejects(self) -> pa.Table:
        rows = sorted(self.overworked)
        at = pa.array(rows, pa.int64())
        return pa.table(
            {
                "source": _column(self.pages, "source").take(at),
                "position": _column(self.pages, "position").take(at),
                "error": pa.array(["too-much-work"] * len(rows), pa.string()),
                "message": pa.array([self.overworked[row] for row in rows], pa.string()),
                "excerpt": pc.utf8_slice_codeunits(_column(self.pages, "text").take(at), 0, 200),
            },
            schema=REJECTS.schema,
        )

    def _counts(self, stories: pa.Table, edits: pa.Table) -> Counts:
        removed = pc.subtract(edits["end"], edits["start"])
        by_rule = pa.table(
            {"step": edits["step"].cast(pa.string()), "rule": edits["rule"].cast(pa.string()), "removed": removed}
        )
        edit_counts, chars_removed = Counter[str](), Counter[str]()
        for row in by_rule.group_by(["step", "rule"]).aggregate([("removed", "sum"), ("removed", "count")]).to_pylist():
            edit_counts[f"{row['step']}: {row['rule']}"] += row["removed_count"]
            if row["step"] == "scaffolding":
                chars_removed[row["rule"].partition("/")[0]] += row["removed_sum"]
        return Counts(
            read=self.count,
            stories=stories.num_rows,
            chars_in=pc.sum(stories["chars_in"]).as_py() or 0,
            chars_out=pc.sum(stories["chars_out"]).as_py() or 0,
            filtered=dict(Counter(self.reasons.values())),
            rejected={"too-much-work": len(self.overworked)} if self.overworked else {},
            languages=dict(Counter(stories["language"].to_pylist())),
            flags=dict(Counter(pc.list_flatten(stories["flags"]).to_pylist())),
            edits=dict(edit_counts),
            chars_removed=dict(chars_removed),
        )


def flag_lists(flags: dict[str, Bools], count: int) -> pa.Array:
    """Masks of `count` rows as one column of lists of names, sorted by name."""
    names = sorted(flags)
    grid = np.array([flags[name] for name in names], bool).reshape(len(names), count).T
    offsets = np.concatenate([[0], np.cumsum(grid.sum(axis=1))]).astype(np.int32)
    values = pa.array([names[column] for column in np.nonzero(grid)[1].tolist()], pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=STORIES.schema.field("flags").type)


def _column(pages: pa.Table, name: str) -> pa.Array:
    column = pages[name]
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _bools(mask: pa.Array) -> Bools:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), bool)


def _lengths(texts: pa.Array) -> npt.NDArray[np.int64]:
    return np.asarray(pc.binary_length(texts).to_numpy(), np.int64)


def _too_short(texts: pa.Array, words: int) -> Bools:
    if not words:
        return ~_bools(pc.match_substring_regex(texts, r"[^\s\p{Z}\p{C}]"))
    return np.asarray(pc.count_substring_regex(texts, WORD).to_numpy() < words)
