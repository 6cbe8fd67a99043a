"""Where rules hold: a batch's lines against a rule set, each distinct line looked at once.

- `RuleSet.of`: rules made ready
- `RuleSet.hits`: which rule's pattern matches which distinct line
- `RuleSet.blocks`: which rule removes which line, once `where`, `sites` and `through` are minded
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import re2

from transforms.scaffolding.finder import Finder
from transforms.scaffolding.lines import Array, Lines
from transforms.scaffolding.literals import literals
from transforms.scaffolding.rules import LIMIT_WORDS, Rule, pattern_options

NO_RULE = -1
LENGTHS = (8, 16, 30, 60, LIMIT_WORDS)  # longer lines are looked at by fewer rules


@dataclass(frozen=True)
class Hits:
    """Pairs of a distinct line and a rule whose pattern matches it, by rising `line` and then `rule`."""

    line: Array  # int64: index into `Lines.distinct`
    rule: Array  # int64: index into `RuleSet.rules`

    def since(self, rule: int) -> Hits:
        """The hits of this rule and those after it."""
        later = self.rule >= rule
        return Hits(self.line[later], self.rule[later])


@dataclass(frozen=True)
class Shelf:
    """The rules that look at lines of more than `low` and at most `high` words."""

    low: int
    high: int
    finder: Finder
    unknown: Array  # int64: the rules of which no literal is known; they are tried on every line

    @classmethod
    def of(cls, needs: dict[int, tuple[str, ...] | None], low: int, high: int) -> Shelf:
        """A shelf of the rules whose literals are given."""
        finder = Finder.of({n: texts for n, texts in needs.items() if texts is not None})
        return cls(low, high, finder, np.array([n for n, texts in needs.items() if texts is None], np.int64))

    def likely(self, lines: Lines) -> tuple[Array, Array]:
        """Pairs of a distinct line and a rule that it may match."""
        short = np.flatnonzero((lines.distinct_words > self.low) & (lines.distinct_words <= self.high))
        line, rule = self.finder.find(lines.distinct, short)
        return (
            np.concatenate((short[line], np.repeat(short, len(self.unknown)))),
            np.concatenate((rule, np.tile(self.unknown, len(short)))),
        )


@dataclass(frozen=True)
class RuleSet:
    """Rules with their patterns compiled; build it with `of`, once."""

    rules: tuple[Rule, ...]
    patterns: tuple[Any, ...]  # re2.Set of one each: says yes or no, and makes no objects of it
    shelves: tuple[Shelf, ...]
    untils: dict[int, Any]  # rule -> pattern of its block's last line

    @classmethod
    def of(cls, rules: tuple[Rule, ...]) -> RuleSet:
        """Compile rules; their patterns are taken to be valid, as `parse` leaves them."""
        needs = [literals(rule.line) for rule in rules]
        most = max((rule.max_words for rule in rules), default=0)
        return cls(
            rules=rules,
            patterns=tuple(_pattern(rule) for rule in rules),
            shelves=tuple(
                Shelf.of({n: texts for n, texts in enumerate(needs) if rules[n].max_words > low}, low, min(high, most))
                for low, high in pairwise((-1, *LENGTHS))
            ),
            untils={n: re2.compile(rule.until, pattern_options()) for n, rule in enumerate(rules) if rule.until},
        )

    def hits(self, lines: Lines) -> Hits:
        """All pairs of a distinct line and a rule that means it; `where` and `sites` are not looked at."""
        line, rule = zip(*(shelf.likely(lines) for shelf in self.shelves), strict=True)
        at, likely = np.concatenate(line), np.concatenate(rule)
        most = np.array([rule.max_words for rule in self.rules], np.int64)
        meant = np.flatnonzero(lines.distinct_words[at] <= most[likely])
        at, likely = at[meant], likely[meant]
        tried, which = np.unique(at, return_inverse=True)
        texts = lines.distinct.take(pa.array(tried)).cast(pa.binary()).to_pylist()
        pairs = zip(which.tolist(), likely.tolist(), strict=True)
        hit = np.array([bool(self.patterns[n].Match(texts[m])) for m, n in pairs], bool)
        at, likely = at[hit], likely[hit]
        order = np.lexsort((likely, at))
        return Hits(at[order], likely[order])

    def blocks(self, lines: Lines, hits: Hits, sites: list[str | None], before: Array) -> Array:
        """The rule that removes each line, as int64 index into `rules`, NO_RULE for none. Hints remove nothing.

        `sites` has each page's host, `before` each line's share of its page's prose that stands before it, in
        hundredths. Where rules overlap, blocks go before lines, then earlier rules before later ones.
        """
        removed = np.full(len(lines), NO_RULE, np.int64)
        line, rule = _occurrences(lines, hits)
        allowed = self._allowed(lines.page[line], rule, sites)
        places = np.array([("anywhere", "head", "tail").index(each.where) for each in self.rules], np.int64)
        place = places[rule]
        allowed &= (place == 0) | ((place == 1) & (before[line] <= 25)) | ((place == 2) & (before[line] >= 50))
        line, rule = line[allowed], rule[allowed]
        wide = np.array([each.through != "line" for each in self.rules], bool)[rule]
        # later assignments win: single lines from the last rule to the first, then blocks likewise
        removed[line[~wide][::-1]] = rule[~wide][::-1]
        order = np.argsort(-rule[wide], kind="stable")
        for at, which in zip(line[wide][order].tolist(), rule[wide][order].tolist(), strict=True):
            removed[at : self._behind(lines, at, which)] = which
        return removed

    def _allowed(self, page: Array, rule: Array, sites: list[str | None]) -> Array:
        """bool a pair of page and rule: the rule decides, and on this page's site."""
        allowed = np.array([not each.hint for each in self.rules], bool)[rule]
        for n, each in enumerate(self.rules):
            if each.sites:
                own = np.array([any(_within(site, host) for host in each.sites) for site in sites], bool)
                allowed &= (rule != n) | own[page]
        return allowed

    def _behind(self, lines: Lines, at: int, rule: int) -> int:
        """Behind the last line of a block that begins at line `at`."""
        bottom = int(lines.first[lines.page[at] + 1])
        if rule not in self.untils:
            return bottom
        until = self.untils[rule]
        for n in range(at + 1, min(at + 1 + self.rules[rule].reach, bottom)):
            if until.search(lines.distinct[int(lines.code[n])].as_py()):
                return n + 1
        return at + 1


def _pattern(rule: Rule) -> Any:
    pattern = re2.Set.SearchSet(pattern_options())
    pattern.Add(rule.line)
    pattern.Compile()
    return pattern


def _occurrences(lines: Lines, hits: Hits) -> tuple[Array, Array]:
    """Hits of distinct lines as pairs of a line and a rule, by rising line and then rule."""
    count = np.bincount(hits.line, minlength=len(lines.distinct))
    first = np.cumsum(count) - count
    times = count[lines.code]
    line = np.repeat(np.arange(len(lines)), times)
    offset = np.arange(len(line)) - np.repeat(np.cumsum(times) - times, times)
    return line, hits.rule[first[lines.code[line]] + offset] if len(line) else hits.rule[:0]


def _within(site: str | None, host: str) -> bool:
    return site is not None and (site == host or site.endswith("." + host))
