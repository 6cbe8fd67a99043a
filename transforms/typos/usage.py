"""What earlier outputs write: a spelling that several sites use as a word is none that was mistyped.

- `count`: stories in, the rows of a word profile (`schemas.word_profile`) out; `merge`: many of them as one
- `dump`, `load`: a profile as the bytes of a file
- `Usage`: a profile made ready for looking spellings up, by columns

A site's own error does not count, however often it is made: what counts is how many sites write a word. They are told
by a bit each, so that a profile made twice of the same stories' sites says the same, and profiles join by `or`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from schemas.word_profile import VERSION, VERSION_KEY, WORD_PROFILE
from transforms.typos.context import NAME
from transforms.typos.lexicon import Flags, Index
from transforms.typos.tokens import BREAK, LOWER, QUOTE, UPPER, WIDTH, Ints, Keys, Words, keys, tokenize

SHORTEST = 3  # letters
SITES = 4  # from which a spelling is taken for a word
SHARE = 20  # of the stories with the word meant, one in so many must have the spelling: a common slip is no word
BITS = 64


class ProfileError(ValueError):
    """A file that is no word profile, or one of another version; the message says which."""


def count(stories: pa.Table, language: str) -> pa.Table:
    """The words of the kept stories of one language: one row a word, schema `WORD_PROFILE`.

    stories: columns text, site, language and kept of `schemas.stories`. Stories without a site are of one site.
    """
    wanted = pc.and_(stories["kept"], pc.equal(stories["language"], language))
    stories = stories.filter(wanted)
    tokens = tokenize(stories["text"])
    place, key, name = _words(tokens)
    row = tokens.rows()[place]
    order = np.lexsort((row, key))
    place, key, name, row = place[order], key[order], name[order], row[order]
    fresh = _changes(key)
    begin = np.flatnonzero(fresh)
    lower = [
        tokens.lower[low:high].tobytes().decode()
        for low, high in zip(tokens.start[place[begin]].tolist(), tokens.end[place[begin]].tolist(), strict=True)
    ]
    return pa.table(
        {
            "language": pa.array([language] * len(begin), pa.string()),
            "word": pa.array(lower, pa.string()),
            "name": name[begin],
            "sites": _united(_site_bits(stories["site"])[row], begin),
            "stories": _sums((fresh | _changes(row)).astype(np.int64), begin).astype(np.uint32),
        },
        schema=WORD_PROFILE,
    )


def merge(profiles: Sequence[pa.Table]) -> pa.Table:
    """Profiles as one, sorted; rows of one word are joined."""
    order = [("language", "ascending"), ("word", "ascending"), ("name", "ascending")]
    rows = pa.concat_tables([WORD_PROFILE.empty_table(), *profiles]).combine_chunks().sort_by(order)
    if not rows.num_rows:
        return rows
    fresh = np.ones(rows.num_rows, bool)
    same = [pc.equal(rows[name].slice(1), rows[name].slice(0, rows.num_rows - 1)) for name, _ in order]
    fresh[1:] = ~np.logical_and.reduce([np.asarray(one) for one in same])
    begin = np.flatnonzero(fresh)
    joined = rows.take(pa.array(begin))
    sites = _united(rows["sites"].to_numpy(), begin)
    stories = _sums(rows["stories"].to_numpy().astype(np.int64), begin)
    told = pa.array(np.minimum(stories, np.iinfo(np.uint32).max).astype(np.uint32))
    return joined.set_column(3, WORD_PROFILE.field("sites"), pa.array(sites)).set_column(
        4, WORD_PROFILE.field("stories"), told
    )


def dump(profile: pa.Table) -> bytes:
    """The file of a profile, without the words of a single story."""
    often = profile.filter(pc.greater(profile["stories"], 1))
    file = io.BytesIO()
    pq.write_table(often.replace_schema_metadata(WORD_PROFILE.metadata), file, compression="zstd")
    return file.getvalue()


def load(data: bytes) -> pa.Table:
    """The profile in the bytes of a file. Raises ProfileError."""
    try:
        profile = pq.read_table(io.BytesIO(data))
    except pa.ArrowInvalid:
        raise ProfileError("is no word profile: make one with copydesk profile") from None
    version = (profile.schema.metadata or {}).get(VERSION_KEY)
    if version is None:
        raise ProfileError("is no word profile: make one with copydesk profile")
    if version != str(VERSION).encode():
        raise ProfileError(f"is a word profile of version {version.decode()}, not {VERSION}: make it anew")
    return profile.cast(WORD_PROFILE)


class Usage:
    """The words of a profile's language that more than one site writes."""

    def __init__(self, profile: pa.Table, language: str) -> None:
        own = profile.filter(pc.equal(profile["language"], language))
        sites = np.bitwise_count(own["sites"].to_numpy()).astype(np.int64)
        shared = np.flatnonzero(sites > 1)
        own = own.take(pa.array(shared))
        name = own["name"].combine_chunks().to_numpy(zero_copy_only=False)
        key = keys(own["word"].to_pylist()) ^ np.where(name, NAME, np.uint64(0))
        order = np.argsort(key)
        self._index = Index(key[order])
        # the last entry is for what nobody writes
        self._sites = np.append(sites[shared][order], 0)
        self._stories = np.append(own["stories"].to_numpy().astype(np.int64)[order], 0)

    def written(self, spelling: Keys, meant: Keys) -> Flags:
        """Whether each spelling is a word: several sites write it, and it is not far rarer than the word meant."""
        sites = np.maximum(*(self._sites[self._index.find(key)] for key in (spelling, spelling ^ NAME)))
        return (sites >= SITES) & (self._often(spelling) * SHARE >= self._often(meant))

    def _often(self, word: Keys) -> Ints:
        """Stories with a word, as a word or a name."""
        often: Ints = self._stories[self._index.find(word)] + self._stories[self._index.find(word ^ NAME)]
        return often


def _words(tokens: Words) -> tuple[Ints, Keys, Flags]:
    """The words that can be suspects, in lower case or as names (a capital inside a sentence): places, keys, names."""
    size = tokens.end - tokens.start
    place = np.flatnonzero((size >= SHORTEST) & (size < WIDTH))
    place = place[tokens.rest(place) == LOWER]
    first = tokens.first(place)
    name = (first == UPPER) & (tokens.gap(place) & (BREAK | QUOTE) == 0)
    kept = (first == LOWER) | name
    place, name = place[kept], name[kept]
    return place, tokens.key[place] ^ np.where(name, NAME, np.uint64(0)), name


def _site_bits(sites: pa.ChunkedArray) -> Keys:
    """Each row's site as a bit."""
    distinct = sites.combine_chunks().dictionary_encode(null_encoding="encode")
    bits = [1 << (xxhash.xxh3_64_intdigest((site or "").encode()) % BITS) for site in distinct.dictionary.to_pylist()]
    return np.array(bits, np.uint64)[distinct.indices.to_numpy(zero_copy_only=False)]


def _changes(values: npt.NDArray[np.generic]) -> Flags:
    """Where a value is not the one before it; the first is not."""
    fresh = np.ones(len(values), bool)
    fresh[1:] = values[1:] != values[:-1]
    return fresh


def _united(bits: Keys, begin: Ints) -> Keys:
    """The union of the bits of each run of rows."""
    return np.bitwise_or.reduceat(bits, begin) if len(begin) else bits[:0]


def _sums(values: Ints, begin: Ints) -> Ints:
    return np.add.reduceat(values, begin) if len(begin) else values[:0]
