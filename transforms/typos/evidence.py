"""What speaks for and against a correction, as columns of integers.

`suspects` picks the words of a batch that may be typing errors; `weigh` finds what each could have been meant to be
and describes every such pair (`Evidence.features`, one column a name of `FEATURES`). What is decided from it is the
business of `score`; what must never be touched, of `protection`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.typos import context, neighbours
from transforms.typos.context import Counts
from transforms.typos.forms import Forms
from transforms.typos.lexicon import UNKNOWN, Index, Lexicon
from transforms.typos.neighbours import FAR, Flags, Neighbours, Pairs
from transforms.typos.tokens import (
    APOSTROPHE,
    BREAK,
    COMMA,
    JOIN,
    LOWER,
    QUOTE,
    SPACE,
    UPPER,
    WIDTH,
    Bytes,
    Ints,
    Tokens,
    keys,
    matrix,
    matrix_keys,
)

Features = npt.NDArray[np.int32]

FAMILIAR = 330  # frequency from which a word outside the dictionary is taken for a word all the same
SHORTEST = 3
SHORT_QUOTE = 32
SPACE_SLIP_COMMON = 400  # frequency of both words from which a letter is taken to have changed sides
AROUND = 15  # words on either side that tell whether the passage is plain prose


FEATURES = (
    *("extra", "missing", "wrong", "swapped", "far"),
    *("doubled", "adjacent", "vowel", "sound", "first_letter", "last_letter", "only_s", "ending"),
    *("length", "same_end", "common", "seen", "gap", "dictionary"),
    *("listed_only", "listed_first", "listed_other", "listed_not"),
    *("title", "inside_title", "hyphen", "comma", "next_capital", "previous_capital"),
    *("next_unknown", "previous_unknown", "next_name", "previous_name", "known_around"),
    *("compound", "prefixed", "suffixed", "inflected", "run_on", "oddity", "oddity_meant", "quoted", "quoted_short"),
    *("news", "name", "news_meant", "name_meant", "left", "right", "web_left", "web_right"),
    *("left_triple", "middle_triple", "right_triple"),
    *("left_typed", "right_typed", "space_slip"),
    *("prose", "known_near", "on_page", "on_page_capital", "meant_on_page", "rivals", "lead"),
)
COLUMN = {name: column for column, name in enumerate(FEATURES)}


class Vocabulary:
    """A lexicon made ready for searching: the words that may be proposed, and those near a spelling."""

    def __init__(self, lexicon: Lexicon, counts: Counts) -> None:
        self.lexicon = lexicon
        self.counts = counts
        rest = {word for right in lexicon.corrections for word in right if 2 <= len(word) <= WIDTH}
        self.proposals = lexicon.proposals + tuple(sorted(rest.difference(lexicon.proposals)))
        self.place = {word: row for row, word in enumerate(self.proposals)}
        self.neighbours = Neighbours(self.proposals)
        self.forms = Forms(lexicon, self.neighbours.rows, self.neighbours.size)
        self.oddity = self.forms.oddity(self.neighbours.rows, self.neighbours.size)
        self.keys = keys(self.proposals)
        found = lexicon.find(self.keys)
        self.frequency = np.where(found == UNKNOWN, 0, lexicon.frequency[found]).astype(np.int64)
        self.function = lexicon.flags(lexicon.function_words)
        self.foreign = lexicon.flags(lexicon.foreign_words)


@dataclass(frozen=True)
class Passage:
    """A batch of words with what the lexicon says about each; all arrays have one entry a word."""

    tokens: Tokens
    word: Ints  # row in the lexicon, UNKNOWN where it has none
    frequency: Ints
    known: Flags  # a word of the language as far as the lexicon can tell
    plain: Flags  # known, and not rife in other languages
    function: Flags

    @classmethod
    def of(cls, tokens: Tokens, vocabulary: Vocabulary) -> Passage:
        lexicon = vocabulary.lexicon
        word = lexicon.find(tokens.key)
        absent = word == UNKNOWN
        frequency = np.where(absent, 0, lexicon.frequency[word]).astype(np.int64)
        unlisted = absent | (lexicon.listed[word] == UNKNOWN)
        known = (~absent & lexicon.dictionary[word]) | (unlisted & (frequency >= FAMILIAR))
        plain = known & (absent | ~vocabulary.foreign[word])
        return cls(tokens, word, frequency, known, plain, ~absent & vocabulary.function[word])


@dataclass(frozen=True)
class Evidence:
    """Suspects and what they could have been meant to be.

    `token` has one entry a suspect, the word's place in the batch; `suspect` (row of `token`), `meant` (row of the
    vocabulary's proposals) and `features` (pairs, FEATURES) have one entry a pair.
    """

    token: Ints
    suspect: Ints
    meant: Ints
    features: Features


def suspects(passage: Passage, vocabulary: Vocabulary) -> Ints:
    """Words that may be typing errors: unknown, of plain letters; with a capital only at the head of a sentence or
    quotation, or where the spelling is listed as wrong."""
    tokens = passage.tokens
    size = tokens.end - tokens.start
    lower = (tokens.first == LOWER) & (tokens.rest == LOWER)
    capital = (tokens.first == UPPER) & (tokens.rest == LOWER)
    apart = ((tokens.gap | tokens.after) & APOSTROPHE) == 0
    odd = np.flatnonzero((lower | capital) & apart & ~passage.known & (size >= SHORTEST) & (size <= WIDTH - 1))
    listed = (passage.word[odd] != UNKNOWN) & (vocabulary.lexicon.listed[passage.word[odd]] != UNKNOWN)
    return odd[lower[odd] | (tokens.gap[odd] & (BREAK | QUOTE) > 0) | listed]


def weigh(passage: Passage, vocabulary: Vocabulary, token: Ints) -> Evidence:
    """Every word that each suspect could have been meant to be, with what speaks for and against it."""
    tokens = passage.tokens
    distinct, first, inverse = np.unique(tokens.key[token], return_index=True, return_inverse=True)
    rows, size = matrix(tokens.lower, tokens.start[token[first]], tokens.end[token[first]])
    near = vocabulary.neighbours.of(rows, size)
    spelling, meant, rank = _with_listed(near, passage.word[token[first]], vocabulary)
    slips = neighbours.describe(
        rows[spelling], size[spelling], vocabulary.neighbours.rows[meant], vocabulary.neighbours.size[meant]
    )
    keep = (slips.kind != FAR) | (rank >= 0) | (size[spelling] >= 8)
    spelling, meant, rank, slips = spelling[keep], meant[keep], rank[keep], slips.where(keep)
    described = _spelling_features(passage, vocabulary, token[first], rows, size, spelling, meant, rank, slips)

    # from distinct spellings to their occurrences
    count = np.bincount(spelling, minlength=len(distinct))
    begin = np.cumsum(count) - count
    suspect = np.repeat(np.arange(len(token)), count[inverse])
    pair = np.repeat(begin[inverse] - np.cumsum(count[inverse]) + count[inverse], count[inverse]) + np.arange(
        len(suspect)
    )
    features = described[pair]
    _context_features(features, passage, token, suspect)
    _count_features(features, passage, vocabulary, token, suspect, meant[pair])
    _page_features(features, passage, vocabulary, token, suspect, meant[pair])
    return Evidence(token, suspect, meant[pair], features)


def _with_listed(near: Pairs, word: Ints, vocabulary: Vocabulary) -> tuple[Ints, Ints, Ints]:
    """Neighbours and listed corrections as pairs sorted by spelling, with the place in the list, -1 if not listed."""
    lexicon = vocabulary.lexicon
    listed = np.where(word == UNKNOWN, UNKNOWN, lexicon.listed[word])
    total = len(vocabulary.proposals)
    extra, places = [], []
    for spelling in np.flatnonzero(listed != UNKNOWN).tolist():
        for place, right in enumerate(lexicon.corrections[listed[spelling]]):
            row = vocabulary.place.get(right)
            if row is not None:
                extra.append(spelling * total + row)
                places.append(place)
    listed_pairs = np.array(extra, np.int64)
    packed = np.union1d(near.spelling * total + near.proposal, listed_pairs)
    rank = np.full(len(packed), -1)
    rank[np.searchsorted(packed, listed_pairs)] = places
    return packed // total, packed % total, rank


def _spelling_features(
    passage: Passage,
    vocabulary: Vocabulary,
    example: Ints,
    rows: Bytes,
    size: Ints,
    spelling: Ints,
    meant: Ints,
    rank: Ints,
    slips: neighbours.Slips,
) -> Features:
    """What depends on the spelling alone."""
    out = np.zeros((len(spelling), len(FEATURES)), np.int32)
    word = passage.word[example]
    listed = (word != UNKNOWN) & (vocabulary.lexicon.listed[word] != UNKNOWN)
    only = np.bincount(spelling, weights=rank >= 0, minlength=len(size)) == 1
    length = vocabulary.neighbours.size[meant]
    last = vocabulary.neighbours.rows[meant, np.minimum(length - 1, WIDTH - 1)]
    last_typed = rows[spelling, size[spelling] - 1]
    shape = vocabulary.forms.describe(rows, size)
    columns = {
        **{name: slips.kind == kind for kind, name in enumerate(neighbours.KINDS)},
        "doubled": slips.doubled,
        "adjacent": slips.adjacent,
        "vowel": slips.vowel,
        "sound": slips.sound,
        "first_letter": slips.position == 0,
        "last_letter": slips.tail == 0,
        "only_s": (slips.tail == 0)
        & (np.abs(size[spelling] - length) == 1)
        & np.where(size[spelling] > length, last_typed == ord("s"), last == ord("s")),
        "same_end": np.minimum(slips.tail, 3),
        "ending": (slips.tail == 0) & (slips.position >= 4),
        "length": np.minimum(size[spelling], 14),
        "common": vocabulary.frequency[meant],
        "seen": passage.frequency[example][spelling],
        "gap": vocabulary.frequency[meant] - passage.frequency[example][spelling],
        "dictionary": vocabulary.lexicon.dictionary[word[spelling]] & (word[spelling] != UNKNOWN),
        "listed_only": (rank == 0) & only[spelling],
        "listed_first": (rank == 0) & ~only[spelling],
        "listed_other": rank > 0,
        "listed_not": listed[spelling] & (rank < 0),
        "compound": shape.compound[spelling],
        "prefixed": shape.prefixed[spelling],
        "suffixed": shape.suffixed[spelling],
        "inflected": shape.inflected[spelling],
        "run_on": shape.run_on[spelling],
        "oddity": shape.oddity[spelling],
        "oddity_meant": vocabulary.oddity[meant],
        "rivals": np.minimum(np.bincount(spelling, minlength=len(size))[spelling], 20),
    }
    for name, column in columns.items():
        out[:, COLUMN[name]] = column
    return out


def _context_features(features: Features, passage: Passage, token: Ints, suspect: Ints) -> None:
    """What the words around a suspect say."""
    tokens, total = passage.tokens, len(passage.tokens)
    before, after = np.maximum(token - 1, 0), np.minimum(token + 1, total - 1)
    tied_left = tokens.gap[token] & BREAK == 0
    tied_right = tokens.after[token] & BREAK == 0
    lower = (tokens.first == LOWER) & (tokens.rest <= LOWER)
    strange = lower & ~passage.plain
    page = tokens.row[token]
    first, last = np.searchsorted(tokens.row, page), np.searchsorted(tokens.row, page, side="right")
    low, high = np.maximum(token - AROUND, first), np.minimum(token + AROUND + 1, last)
    # a quotation may be in another language: only its own words are near
    quote = np.flatnonzero(tokens.gap & QUOTE)
    near_low = np.maximum(np.maximum(token - 4, first), _last(quote, token + 1))
    near_high = np.minimum(np.minimum(token + 5, last), _next(quote, token + 1))
    quoted = _quoted(tokens, token)
    columns = {
        "title": tokens.first[token] == UPPER,
        "inside_title": (tokens.first[token] == UPPER) & (tokens.gap[token] & (BREAK | QUOTE) == 0),
        "hyphen": (tokens.gap[token] | tokens.after[token]) & JOIN > 0,
        "comma": (tokens.gap[token] | tokens.after[token]) & (COMMA | QUOTE) > 0,
        "quoted": quoted > 0,
        "quoted_short": quoted == 2,
        "previous_capital": tied_left & (tokens.first[before] == UPPER),
        "next_capital": tied_right & (tokens.first[after] == UPPER),
        "previous_unknown": tied_left & strange[before],
        "previous_name": tied_left & (tokens.first[before] == UPPER) & ~passage.known[before],
        "next_name": tied_right & (tokens.first[after] == UPPER) & ~passage.known[after],
        "known_around": _share(lower & passage.plain, low, high, _between(lower, low, high) - lower[token]),
        "next_unknown": tied_right & strange[after],
        "prose": _share(passage.function, low, high),
        "known_near": _share(
            lower & passage.plain, near_low, near_high, _between(lower, near_low, near_high) - lower[token]
        ),
    }
    for name, column in columns.items():
        features[:, COLUMN[name]] = np.asarray(column)[suspect]


def _count_features(
    features: Features, passage: Passage, vocabulary: Vocabulary, token: Ints, suspect: Ints, meant: Ints
) -> None:
    """How often the word meant, and the suspect itself, were seen between these neighbours."""
    tokens, counts = passage.tokens, vocabulary.counts
    symbol = context.symbols(tokens)
    left, right = context.before(tokens, symbol, token), context.after(tokens, symbol, token)
    before, behind = np.maximum(token - 1, 0), np.minimum(token + 1, len(tokens) - 1)
    second = np.where(left == context.END, context.END, context.before(tokens, symbol, before))
    fourth = np.where(right == context.END, context.END, context.after(tokens, symbol, behind))
    own = tokens.key[token]
    word = vocabulary.keys[meant]
    beside, behind_it = left[suspect], right[suspect]
    columns = {
        "news": counts.level(own)[suspect],
        "name": counts.level(own ^ context.NAME)[suspect],
        "news_meant": counts.level(word),
        "name_meant": counts.level(word ^ context.NAME),
        "left": counts.level(context.pair_keys(beside, word)),
        "right": counts.level(context.pair_keys(word, behind_it)),
        "web_left": counts.level(context.pair_keys(beside ^ context.WEB, word)),
        "web_right": counts.level(context.pair_keys(word ^ context.WEB, behind_it)),
        "left_triple": counts.level(context.triple_keys(second[suspect], beside, word)),
        "middle_triple": counts.level(context.triple_keys(beside, word, behind_it)),
        "right_triple": counts.level(context.triple_keys(word, behind_it, fourth[suspect])),
        "left_typed": counts.level(context.pair_keys(left, own))[suspect],
        "right_typed": counts.level(context.pair_keys(own, right))[suspect],
        "space_slip": _space_slip(passage, vocabulary, token)[suspect],
    }
    for name, column in columns.items():
        features[:, COLUMN[name]] = column


def _space_slip(passage: Passage, vocabulary: Vocabulary, token: Ints) -> Flags:
    """Whether a letter has only gone over to the next word (hav eyour): then letters are not what is wrong."""
    tokens, find = passage.tokens, vocabulary.lexicon.find
    rows, size = matrix(tokens.lower, tokens.start[token], tokens.end[token])
    slipped = np.zeros(len(token), bool)
    for step in (-1, 1):
        other = np.clip(token + step, 0, len(tokens) - 1)
        tied = (tokens.gap[token] if step < 0 else tokens.after[token]) == SPACE
        beside, length = matrix(tokens.lower, tokens.start[other], tokens.end[other])
        length = np.minimum(length, WIDTH - 1)
        if step < 0:  # the suspect's first letter belongs behind the word before it
            longer = beside.copy()
            longer[np.arange(len(token)), length] = rows[:, 0]
            shorter = np.zeros_like(rows)
            shorter[:, :-1] = rows[:, 1:]
        else:  # its last letter belongs before the word behind it
            longer = np.roll(beside, 1, axis=1)
            longer[:, 0] = rows[np.arange(len(token)), size - 1]
            shorter = rows.copy()
            shorter[np.arange(len(token)), size - 1] = 0
        whole, rest = find(matrix_keys(longer, length + 1)), find(matrix_keys(shorter, size - 1))
        dictionary, frequency = vocabulary.lexicon.dictionary, vocabulary.lexicon.frequency
        words = (whole != UNKNOWN) & (rest != UNKNOWN) & dictionary[whole] & dictionary[rest]
        slipped |= tied & words & (frequency[whole] >= SPACE_SLIP_COMMON) & (frequency[rest] >= SPACE_SLIP_COMMON)
    return slipped


def _page_features(
    features: Features, passage: Passage, vocabulary: Vocabulary, token: Ints, suspect: Ints, meant: Ints
) -> None:
    """What the rest of the page says: how often it has the suspect, and whether it has the word meant."""
    tokens = passage.tokens
    wanted = np.unique(np.concatenate([tokens.key[token], vocabulary.keys[meant]]))
    place = Index(wanted)
    found = place.find(tokens.key)
    hit = np.flatnonzero(found != UNKNOWN)
    on_page = tokens.row[hit] * len(wanted) + found[hit]
    have, count = np.unique(on_page, return_counts=True)
    capital = np.unique(on_page[tokens.first[hit] == UPPER])
    own = tokens.row[token] * len(wanted) + np.searchsorted(wanted, tokens.key[token])
    other = tokens.row[token][suspect] * len(wanted) + np.searchsorted(wanted, vocabulary.keys[meant])
    features[:, COLUMN["on_page"]] = np.minimum(count[np.searchsorted(have, own)] - 1, 5)[suspect]
    features[:, COLUMN["on_page_capital"]] = (np.isin(own, capital) & (tokens.first[token] != UPPER))[suspect]
    features[:, COLUMN["meant_on_page"]] = np.isin(other, have)


def _quoted(tokens: Tokens, token: Ints) -> Ints:
    """Whether each word stands in a quotation of its paragraph: 0 no, 1 yes, 2 in one of at most SHORT_QUOTE bytes."""
    text, at = tokens.text, tokens.start[token]
    line = np.flatnonzero(text == ord("\n"))
    begin = np.maximum(_last(line, at), tokens.bounds[tokens.row[token]])
    straight = np.flatnonzero(text == ord('"'))
    count = np.searchsorted(straight, at) - np.searchsorted(straight, begin)
    wide = np.flatnonzero(text[:-2] == 0xE2)
    wide = wide[text[wide + 1] == 0x80]
    opening, closing = wide[text[wide + 2] == 0x9C], wide[text[wide + 2] == 0x9D]
    opened = _last(opening, at)
    curly = (opened >= begin) & (opened > _last(closing, at))
    inside = (count % 2 == 1) | curly
    start = np.where(curly, opened, _last(straight, at))
    stop = np.where(curly, _next(closing, at), _next(straight, at))
    return np.where(inside, np.where(stop - start <= SHORT_QUOTE, 2, 1), 0)


def _last(places: Ints, at: Ints) -> Ints:
    """The last place before each position, -1 if there is none."""
    return np.append(-1, places)[np.searchsorted(places, at)]


def _next(places: Ints, at: Ints) -> Ints:
    """The first place behind each position, far away if there is none."""
    return np.append(places, np.iinfo(np.int64).max // 2)[np.searchsorted(places, at)]


def _between(flags: Flags, low: Ints, high: Ints) -> Ints:
    """How many are set in each span."""
    counted = np.append(0, np.cumsum(flags))
    return counted[high] - counted[low]


def _share(flags: Flags, low: Ints, high: Ints, of: Ints | None = None) -> Ints:
    """The share of words in each span that are set, in hundredths."""
    return 100 * _between(flags, low, high) // np.maximum(1, high - low if of is None else of)
