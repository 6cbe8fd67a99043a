"""The step as a whole: a column of pages in, what goes and what was found out.

`clean` is the step; `Cleaner.of` compiles what it needs, once a process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from transforms.scaffolding import removal
from transforms.scaffolding.context import CERTAIN, HEAVY
from transforms.scaffolding.features import family_bits, family_hit
from transforms.scaffolding.lines import Array, Lines, split
from transforms.scaffolding.lists import announced
from transforms.scaffolding.matching import NO_RULE, Hits, RuleSet
from transforms.scaffolding.model import LineModel
from transforms.scaffolding.page import SENTENCE_WORDS, headlines, moment, prose
from transforms.scaffolding.region import ARTICLE, FADES, FADES_FAR, GAIN, decide, percent
from transforms.scaffolding.rules import Rule, packs, parse, pattern_options
from transforms.scaffolding.threads import repeat_starts, thread_starts

FLAGS = ("derived", "mostly_removed", "paywalled", "truncated")
MODEL = "model/line"
THREAD = "comments/thread"
REPEATED_HEADLINE = "headline/repeated"
SITE_LINE, TEASER = "site/repeated-line", "site/title-of-another"
OWN = {
    MODEL: 0,
    THREAD: 85,
    REPEATED_HEADLINE: 99,
    SITE_LINE: 95,
    TEASER: 90,
}  # what removes besides rules, and how sure it is; the model says itself
OPEN_END = r"[\p{L}\d,]\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])$|\p{L}[,–—]$|\s(?:the|a|an|of|and|to|in|with|that|as|is|was)$"
TELLING = 54  # bytes: nine words, or eighteen Chinese characters; scaffolding and shorter lines make a menu
FEW = 40  # words: a page of fewer is a wall or an error, not a forum or a shop that is better left alone
WALL_REACH = 6  # lines: a paywall stands that close behind its teaser
MOSTLY = 60  # hundredths of a page's bytes: more removed is most of it


@dataclass(frozen=True)
class Options:
    """How to clean: `rules` are texts of rule files besides the packs, `keep_phrases` literal phrases whose lines stay,
    `families_off` families whose lines stay (`model` and `headline` among them), `rules_off` the same of single rules,
    as `family/name`."""

    rules: tuple[str, ...] = ()
    families_off: tuple[str, ...] = ()
    keep_phrases: tuple[str, ...] = ()
    rules_off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cleaner:
    """Options made ready; build it with `of`, once a process."""

    rules: RuleSet
    own: int  # so many of the rules are the user's and stand first
    model: LineModel
    off: frozenset[str]
    keep: tuple[str, ...]
    values: dict[int, Any]  # rule -> its pattern, for rules that give author or published

    @classmethod
    def of(cls, options: Options | None = None) -> Cleaner:
        """Raises `RuleError` where a rule file cannot be used. Rules of `options` go before the packs'."""
        options = options or Options()
        own: tuple[Rule, ...] = tuple(rule for text in options.rules for rule in parse(text))
        rules = own + packs()
        return cls(
            rules=RuleSet.of(rules),
            own=len(own),
            model=LineModel.load(),
            off=frozenset(options.families_off + options.rules_off),
            keep=options.keep_phrases,
            values={n: re2.compile(rule.line, pattern_options()) for n, rule in enumerate(rules) if rule.field},
        )


@dataclass(frozen=True)
class Found:
    """What `clean` found on a batch of pages; all arrays have an entry a page."""

    edits: pa.Table  # BATCH_EDITS, sorted: what is removed. Pages without an article have none
    article: Array  # bool: False where there is none, and the page goes to filtered/ as `no-article`
    flags: dict[str, Array]  # bool each, by the names in FLAGS
    headline: pa.Array  # string: the headline's line, which stays in the text; null where none was found
    author: pa.Array  # string: of a byline that stood alone and was removed; null where there was none
    published: pa.Array  # timestamp('us', 'UTC'): of a dateline that stood alone and was removed


def clean(
    texts: pa.Array,
    sites: pa.Array | None,
    titles: pa.Array | None,
    cleaner: Cleaner,
    surveyed: Callable[[Lines], tuple[Array, Array]] | None = None,
) -> Found:
    """Find the scaffolding of pages. A page's outcome does not depend on the others in its batch.

    `texts`, `sites` (hosts) and `titles` are columns of strings of one length; `sites` and `titles` may be None or hold
    nulls. `surveyed` tells of each line whether it is its site's own, and whether it is the title of another of its
    site's stories (bool a line each).
    """
    lines = split(texts)
    hosts = sites.to_pylist() if sites is not None else [None] * lines.pages
    named = titles.cast(pa.string()) if titles is not None else pa.nulls(lines.pages, pa.string())

    sentence, before = prose(lines)
    hits = cleaner.rules.hits(lines)
    families = family_bits(lines, hits.since(cleaner.own), cleaner.rules.rules)
    judged = cleaner.model.judge(lines, families, sentence, named)
    scores, article = judged.lines, judged.pages > ARTICLE
    better = (judged.gain > GAIN) | (np.bincount(lines.page, lines.words, lines.pages) < FEW)

    names = [*(rule.full_name for rule in cleaner.rules.rules), *OWN]
    ruled = cleaner.rules.blocks(lines, hits, hosts, before)
    told = sentence & (scores > 0)
    known = families[lines.code] != 0  # a date, a byline, a button: no headline and no item, where rules only hint
    headline = headlines(lines, told & (ruled < 0), (ruled < 0) & ~known, scores, named)
    removed = decide(lines, scores, ruled, headline, cleaner.own, names.index(MODEL))
    removed[(removed == names.index(MODEL)) & ~better[lines.page]] = NO_RULE
    removed[_thread(lines, families, told, scores, removed, better)] = names.index(THREAD)
    removed[_repeats(lines, headline)] = names.index(REPEATED_HEADLINE)
    removed[headline[headline >= 0]] = NO_RULE
    doubted = (removed == NO_RULE) | (removed == names.index(MODEL))
    removed[announced(lines, (removed == NO_RULE) & ~known, doubted & ~known)] = NO_RULE
    removed = np.where((ruled >= 0) & (ruled < cleaner.own), ruled, removed)  # users have the last word
    removed[_held(lines, hits, removed, names, cleaner)] = NO_RULE
    article &= ~(_menus(lines, removed) & better)
    if surveyed is not None:
        of_site = _of_site(lines, *surveyed(lines), headline, names)
        of_site[(removed != NO_RULE) | _held(lines, hits, of_site, names, cleaner)] = NO_RULE
        stays = np.bincount(lines.page[(removed == NO_RULE) & (of_site == NO_RULE)], minlength=lines.pages) > 0
        removed = np.where(stays[lines.page], np.maximum(removed, of_site), removed)  # a page is more than its site
    removed[~article[lines.page]] = NO_RULE  # the page is filtered as it is

    edits = removal.edits(lines, removed, names, _confidences(removed, scores, cleaner))
    edits = edits.filter(pa.array(article[edits["row"].to_numpy()]))
    author, published = _values(lines, removed, cleaner)
    return Found(
        edits=edits,
        article=article,
        flags=_flags(lines, removed, edits, cleaner),
        headline=_texts(lines, np.where(article, headline, -1)),
        author=author,
        published=published,
    )


def _confidences(removed: Array, scores: Array, cleaner: Cleaner) -> Array:
    """uint8 a line, 0 to 100: a rule's own, else how sure the model is that the line does not belong."""
    sure = np.array([*(rule.confidence for rule in cleaner.rules.rules), *OWN.values()], np.uint8)[removed]
    by_model = removed == len(cleaner.rules.rules)
    sure[by_model] = percent(-scores[by_model])
    return sure


def _thread(lines: Lines, families: Array, told: Array, scores: Array, removed: Array, better: Array) -> Array:
    """bool a line: it belongs to readers' comments behind an article, or stands behind them.

    The comments must be less of an article to the model than what stands before: the posts of a forum or the entries of
    a blog, which look like comments from afar, are all alike. Pages that are not `better` for cleaning have no thread.
    """
    comments, dates = (family_hit(families, name) for name in ("comments", "dateline"))
    unknown = families[lines.code] == 0  # "Advertisement" comes again and again within articles
    top, bottom = lines.first[:-1], lines.first[1:]
    weight = np.where(removed < 0, np.minimum(lines.words, HEAVY), 0)
    mass = np.append(0, np.cumsum(weight))
    total = np.append(0, np.cumsum(weight * np.clip(scores, -CERTAIN, CERTAIN)))
    begins = bottom
    for starts, fades in (
        (thread_starts(lines, comments, dates, told), FADES),
        (repeat_starts(lines, (scores < 0) & unknown, told), FADES_FAR),
    ):
        before = (total[starts] - total[top]) // np.maximum(mass[starts] - mass[top], 1)
        behind = (total[bottom] - total[starts]) // np.maximum(mass[bottom] - mass[starts], 1)
        begins = np.where(better & (before - behind > fades), np.minimum(begins, starts), begins)
    return np.arange(len(lines)) >= begins[lines.page]


def _held(lines: Lines, hits: Hits, removed: Array, names: list[str], cleaner: Cleaner) -> Array:
    """bool a line: it stays, for the rule that removed it is off, or one it hits, or it holds a phrase to keep."""
    held = np.zeros(len(lines.distinct), bool)
    off = np.array([not cleaner.off.isdisjoint((name, name.split("/")[0])) for name in names], bool)
    held[hits.line[off[hits.rule]]] = True
    for phrase in cleaner.keep:
        held |= pc.match_substring(lines.distinct, phrase).to_numpy(zero_copy_only=False)
    return held[lines.code] | ((removed >= 0) & off[removed])


def _menus(lines: Lines, removed: Array) -> Array:
    """bool a page: nothing stays of it, or it has scaffolding and what stays besides are short lines."""
    kept = removed < 0
    whole = np.bincount(lines.page[~kept], minlength=lines.pages) == 0
    telling = kept & (whole[lines.page] | (lines.end - lines.start >= TELLING))
    return np.bincount(lines.page[telling], minlength=lines.pages) == 0


def _repeats(lines: Lines, headline: Array) -> Array:
    """bool a line: it says the page's headline once more, further down."""
    return _says_headline(lines, headline) & (np.arange(len(lines)) > headline[lines.page])


def _says_headline(lines: Lines, headline: Array) -> Array:
    """bool a line: it is the page's headline, or says the same."""
    code = np.where(headline >= 0, lines.code[headline] if len(lines) else 0, -1)
    return lines.code == code[lines.page]


def _of_site(lines: Lines, repeated: Array, teasers: Array, headline: Array, names: list[str]) -> Array:
    """int64 a line: which of `names` removes it for what the survey knows of its site; the page's headline stays."""
    found = np.where(teasers, names.index(TEASER), np.where(repeated, names.index(SITE_LINE), NO_RULE))
    found[_says_headline(lines, headline)] = NO_RULE
    return found


def _values(lines: Lines, removed: Array, cleaner: Cleaner) -> tuple[pa.Array, pa.Array]:
    """Author and published of each page, from the first line that was removed by a rule with that field."""
    author: list[str | None] = [None] * lines.pages
    published: list[int | None] = [None] * lines.pages
    for at in np.flatnonzero(np.isin(removed, list(cleaner.values))).tolist():
        rule, page = int(removed[at]), int(lines.page[at])
        column = author if cleaner.rules.rules[rule].field == "author" else published
        if column[page] is not None:
            continue
        found = cleaner.values[rule].search(lines.distinct[int(lines.code[at])].as_py().encode())
        if found is None:  # the line belongs to a block that another line opened
            continue
        value = found["value"].decode().strip()
        if column is author:
            author[page] = value
        else:
            published[page] = moment(value)
    return pa.array(author, pa.string()), pa.array(published, pa.timestamp("us", "UTC"))


def _flags(lines: Lines, removed: Array, edits: pa.Table, cleaner: Cleaner) -> dict[str, Array]:
    """bool a page by flag."""
    flags = {name: np.zeros(lines.pages, bool) for name in FLAGS}
    last = _last_kept(lines, removed)
    behind = np.arange(len(lines)) - last[lines.page]
    for n, rule in enumerate(cleaner.rules.rules):
        if rule.flag:
            at = removed == n
            if rule.flag == "paywalled":  # a wall that the story goes on behind did not stop it
                at &= (behind > 0) & (behind <= WALL_REACH)
            flags[rule.flag][lines.page[at]] = True
    rows = edits["row"].to_numpy()
    taken = np.bincount(rows, edits["end"].to_numpy() - edits["start"].to_numpy(), lines.pages).astype(np.int64)
    flags["mostly_removed"] = 100 * taken > MOSTLY * lines.size
    flags["truncated"] |= _breaks_off(lines, last)
    return flags


def _last_kept(lines: Lines, removed: Array) -> Array:
    """int64 a page: its last line that stays, as index into the lines; -1 where none does."""
    last = np.full(lines.pages, -1, np.int64)
    kept = np.flatnonzero(removed < 0)
    np.maximum.at(last, lines.page[kept], kept)
    return last


def _breaks_off(lines: Lines, last: Array) -> Array:
    """bool a page: the last line that stays is long enough for a sentence and ends in an ellipsis, or within one.

    A short one may be the end of a letter ("Yours,"), and a row of dashes ends no sentence. Nor does a line that ends
    in "at", "by" or "from": there stood an address, which some extractors leave out.
    """
    pages = np.flatnonzero(last >= 0)
    texts = lines.distinct.take(pa.array(lines.code[last[pages]]))
    long = (lines.words >= SENTENCE_WORDS) | (lines.end - lines.start >= TELLING)
    flag = np.zeros(lines.pages, bool)
    flag[pages] = long[last[pages]] & pc.match_substring_regex(texts, OPEN_END).to_numpy(zero_copy_only=False)
    return flag


def _texts(lines: Lines, at: Array) -> pa.Array:
    """The lines at these indexes; null for -1."""
    codes = lines.code[np.maximum(at, 0)] if len(lines) else np.zeros(len(at), np.int32)
    return lines.distinct.take(pa.array(codes, mask=at < 0))
