"""What the pages of a site have in common: lines that stand on many of its stories, and titles of its stories.

- `sightings`: what a batch of pages tells, as packed records (`schemas.profile.SIGHTING`)
- `profile`: the sightings of one partition of sites, counted (`schemas.profile.PROFILE`)
- `Profile`: profiles of one or more runs merged, to be asked which lines of a batch are a site's own

A line on many stories of one site is scaffolding in any language. Copies of one story would make scaffolding of its
paragraphs, so stories are counted, not pages. A story is known by the least of the hashes of its long lines, which
survives cuts and small edits; by three kinds of hashes, of which the median counts, as a long line that is the site's
own may be the least of one kind on all pages. A line that is the title of another story of its site is a teaser.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.profile import LINE, PARTITIONS, PROFILE, SIGHTING, SITE, STORY, TITLE
from transforms import editing, native
from transforms.marks import marked_before
from transforms.scaffolding.lines import Lines, split
from transforms.scaffolding.page import headlines, prose
from transforms.typos.lexicon import UNKNOWN, Index

Array = np.ndarray[Any, Any]

LONG_WORDS = 12  # a line of so many words tells one story from another
TITLE_WORDS = 4  # shorter titles are names of sections as often
LETTERS = bytes(byte if byte >= 128 or chr(byte).isalpha() else 0 for byte in range(256)).lower()  # 0: none
SITE_NAME = r"\s[|·»–—-]\s[^|·»–—]{1,40}$"  # behind a title
NO_STORY = np.iinfo(np.uint32).max
MOST_LINE_BYTES = 2000  # longer lines are paragraphs; only whole copies of a story share them

# A line is its site's own from so many distinct stories on, if they are one in so many of the site's stories or more.
FEWEST_STORIES, ONE_IN = 3, 20


def sightings(texts: pa.Array, sites: pa.Array, titles: pa.Array) -> Array:
    """A record for each page's site, each of its lines and its title, of pages that hold a long line.

    Pages without a site tell their titles alone: that they share lines says nothing of a site. Columns of strings of
    one length; `sites` and `titles` may hold nulls. Records have dtype `SIGHTING` and may repeat.
    """
    lines = split(texts)
    hashes = line_hashes(lines)
    stories = story_keys(lines, hashes)
    told = np.asarray(stories.any(axis=1))
    site = site_hashes(sites)
    known = pc.is_valid(sites).to_numpy(zero_copy_only=False)
    at = np.flatnonzero((told & known)[lines.page] & (hashes != 0) & (lines.end - lines.start <= MOST_LINE_BYTES))
    pages = np.flatnonzero(told)
    title, of = _titles(texts, titles, pages)
    return np.concatenate(
        [
            _records(SITE, site[pages], site[pages], stories[pages]),
            _records(LINE, site[lines.page[at]], hashes[at], stories[lines.page[at]]),
            _records(TITLE, site[of], title, stories[of]),
        ]
    )


def profile(records: Array) -> pa.Table:
    """Sightings (dtype `SIGHTING`, in any order, repeats allowed), counted: `PROFILE`, lines of one story left out."""
    order = np.argsort(records["key"])
    order = order[np.argsort(records["kind"][order], kind="stable")]
    kind, key = records["kind"][order], records["key"][order]
    new = _new(kind, key)
    starts, group = np.flatnonzero(new), np.cumsum(new, dtype=np.uint64) << np.uint64(32)
    counts, least = [], []
    for name in STORY:
        seen = np.sort(group | records[name][order])  # each group's stories in order
        different = _new(seen)
        counts.append(np.add.reduceat(different, starts, dtype=np.int64) if len(starts) else starts)
        least.append(seen[starts].astype(np.uint32))
    stories = np.sort(counts, axis=0)[1]
    kept = (stories > 1) | (kind[starts] != LINE)
    first = starts[kept]
    return pa.table([kind[first], key[first], stories[kept], *(column[kept] for column in least)], schema=PROFILE)


@dataclass(frozen=True)
class Profile:
    """Profiles merged: the keys of each kind, and an array a column; `of` builds one."""

    sites: tuple[Index, Array]
    lines: tuple[Index, Array]
    titles: tuple[Index, Array, Array, Array, Array]

    @classmethod
    def of(cls, tables: Iterable[pa.Table]) -> Profile:
        """Merge profiles of several runs, or of several partitions: counts of one key are added."""
        whole = pa.concat_tables([PROFILE.empty_table(), *tables])
        merged = whole.group_by(["kind", "key"]).aggregate([("stories", "sum"), *((name, "min") for name in STORY)])
        merged = merged.sort_by([("kind", "ascending"), ("key", "ascending")])
        kind, key, stories = (merged[name].to_numpy() for name in ("kind", "key", "stories_sum"))
        first, second, third = (merged[f"{name}_min"].to_numpy() for name in STORY)
        site, line, title = (slice(*np.searchsorted(kind, [n, n + 1])) for n in (SITE, LINE, TITLE))
        return cls(
            sites=(Index(key[site]), stories[site]),
            lines=(Index(key[line]), stories[line]),
            titles=(Index(key[title]), stories[title], first[title], second[title], third[title]),
        )

    def marked(self, lines: Lines, sites: pa.Array) -> tuple[Array, Array]:
        """bool a line, twice: it is its site's own; it is the title of another story of its site."""
        hashes = line_hashes(lines)
        return self.repeated(lines, hashes, sites), self.teasers(lines, hashes, sites)

    def repeated(self, lines: Lines, hashes: Array, sites: pa.Array) -> Array:
        """bool a line: it stands on enough stories of its site to be the site's own. `hashes`: of `line_hashes`."""
        site = site_hashes(sites)
        of_site = _looked_up(*self.sites, _on(site, site, SITE))[lines.page]
        stories = _looked_up(*self.lines, _on(site[lines.page], hashes, LINE))
        return (hashes != 0) & (stories >= FEWEST_STORIES) & (ONE_IN * stories >= of_site)

    def teasers(self, lines: Lines, hashes: Array, sites: pa.Array) -> Array:
        """bool a line: it is the title of another story of its site. `hashes`: of `line_hashes`."""
        keys, stories, *least = self.titles
        found = np.zeros(len(lines), bool)
        at = np.flatnonzero(lines.words >= TITLE_WORDS)
        place = keys.find(_on(site_hashes(sites)[lines.page[at]], hashes[at], TITLE))
        at, place = at[place != UNKNOWN], place[place != UNKNOWN]
        own = story_keys(lines, hashes)[lines.page[at]]
        agreeing = sum((one[place] == own[:, n]).astype(int) for n, one in enumerate(least))
        found[at] = (stories[place] > 1) | (np.asarray(agreeing) < 2)
        return found


def site_hashes(sites: pa.Array) -> Array:
    """uint64 a page: the same for pages of one site, and for all pages that have none."""
    codes = pc.fill_null(sites, "").dictionary_encode()
    known = np.array([xxhash.xxh3_64_intdigest(site.encode()) for site in codes.dictionary.to_pylist()], np.uint64)
    return known[codes.indices.to_numpy()] if len(known) else np.empty(0, np.uint64)


def line_hashes(lines: Lines) -> Array:
    """uint64 a line: a hash of its letters, as numbers and case do not matter; 0 where it has no letter."""
    return _hashes(lines.distinct)[lines.code]


def story_keys(lines: Lines, hashes: Array) -> Array:
    """uint32, a page x 3: the least hashes, of three kinds, among the page's long lines; 0 for a page without one."""
    long = np.flatnonzero((lines.words >= LONG_WORDS) & (hashes != 0))
    keys = np.full((lines.pages, len(STORY)), NO_STORY, np.uint32)
    for n in range(len(STORY)):
        kind = (_on(hashes[long], np.zeros(len(long), np.uint64), n) >> np.uint64(32)).astype(np.uint32)
        np.minimum.at(keys[:, n], lines.page[long], kind)
    return np.where(keys == NO_STORY, np.uint32(0), keys)


def partition(site_hashes: Array) -> Array:
    """The partition that a site's records are in, uint8."""
    return (site_hashes % np.uint64(PARTITIONS)).astype(np.uint8)


def _hashes(texts: pa.Array) -> Array:
    """uint64 a text: a hash of its letters, their case aside; 0 for a text without any."""
    letters, bounds = _letters(*editing.buffers(texts))
    whole = letters.tobytes()
    return np.array(
        [xxhash.xxh3_64_intdigest(whole[start:end]) if end > start else 0 for start, end in pairwise(bounds.tolist())],
        np.uint64,
    )


def _letters(raw: Array, offsets: Array) -> tuple[Array, Array]:
    """Small letters of all texts (uint8), and where those of each begin and end (int64, a text and one)."""
    if native.BUILT:
        return native.letters.taken(raw, offsets, np.frombuffer(LETTERS, np.uint8))
    folded = np.frombuffer(raw[offsets[0] : offsets[-1]].tobytes().translate(LETTERS), np.uint8)
    is_letter = folded != 0
    bounds = marked_before(is_letter, offsets - offsets[0])
    return folded.compress(is_letter), bounds  # to translate and delete at once takes twice as long


def _titles(texts: pa.Array, titles: pa.Array, pages: Array) -> tuple[Array, Array]:
    """Hashes of the titles of these pages, with and without the site's name, or else of their headlines; and whose."""
    given = titles.take(pa.array(pages))
    is_given = pc.is_valid(given).to_numpy(zero_copy_only=False)
    whole, whose = given.drop_null(), pages[is_given]
    headline, untitled = _headlines(texts, pages[~is_given])
    found, of = [_hashes(headline)], [untitled]
    for version in (whole, pc.replace_substring_regex(whole, SITE_NAME, "")):
        long = pc.count_substring_regex(version, r"\S+").to_numpy(zero_copy_only=False) >= TITLE_WORDS
        found.append(_hashes(version)[long])
        of.append(whose[long])
    title, of_title = np.concatenate(found), np.concatenate(of)
    return title[title != 0], of_title[title != 0]


def _headlines(texts: pa.Array, pages: Array) -> tuple[pa.Array, Array]:
    """The headlines of these pages, and whose they are."""
    lines = split(texts.take(pa.array(pages)))
    sentence, _ = prose(lines)
    alike = np.zeros(len(lines), np.int32)  # no model has judged them: the nearest line is taken
    at = headlines(lines, sentence, ~sentence, alike, pa.nulls(lines.pages, pa.string()))
    return lines.distinct.take(pa.array(lines.code[at[at >= 0]])), pages[at >= 0]


def _records(kind: int, sites: Array, values: Array, stories: Array) -> Array:
    records = np.empty(len(sites), SIGHTING)
    records["part"], records["kind"] = partition(sites), kind
    records["key"] = _on(sites, values, kind)
    for n, name in enumerate(STORY):
        records[name] = stories[:, n]
    return records


def _on(sites: Array, values: Array, kind: int) -> Array:
    """A hash of a site and something on it: the finalizer of SplitMix64 over both."""
    mixed = sites * np.uint64(0x9E3779B97F4A7C15) + values + np.uint64(kind)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _looked_up(keys: Index, values: Array, wanted: Array) -> Array:
    """The value beside each wanted key, 0 for keys that are not there."""
    return np.append(values, values.dtype.type(0))[keys.find(wanted)]  # UNKNOWN is the last


def _new(*columns: Array) -> Array:
    """bool a row: it differs from the one before in some column."""
    new = np.ones(len(columns[0]), bool)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return new
