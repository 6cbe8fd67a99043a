"""What stands around a suspect: the words beside it, the passage, the page.

Each function gives columns by name, for `evidence`: `beside` and `space_slip` one entry a suspect, `counted` and
`on_page` one entry a pair of suspect and word meant. Work grows with the suspects, not with the text, but for one look
at every word in `on_page`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transforms.typos.context import NAME, Neighbourhood
from transforms.typos.lexicon import UNKNOWN, Index
from transforms.typos.neighbours import Flags
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.tokens import (
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
    Keys,
    Tokens,
    matrix,
    matrix_keys,
)

Columns = dict[str, npt.NDArray[np.generic]]

AROUND, NEAR = 15, 4  # words on either side: a passage, and what is close
SHORT_QUOTE = 32  # bytes
SPACE_SLIP_COMMON = 400  # frequency of both words from which a letter is taken to have changed sides
EVERYWHERE = 560  # frequency from which a word is taken to be on every page
KIN = 4  # first letters that words of one family share


def beside(passage: Passage, token: Ints) -> Columns:
    """What the words around a suspect say."""
    tokens = passage.tokens
    around = token[:, None] + np.arange(-AROUND, AROUND + 1)
    inside = np.clip(around, 0, len(tokens) - 1)
    there = (around == inside) & (tokens.row[inside] == tokens.row[token][:, None]) & (around != token[:, None])
    lower = there & (tokens.first[inside] == LOWER) & (tokens.rest[inside] <= LOWER)
    plain = lower & passage.plain[inside]
    # a quotation may be in another language: only its own words are close
    quote = np.flatnonzero(tokens.gap & QUOTE)
    low, high = np.maximum(token - NEAR, _last(quote, token + 1)), np.minimum(token + NEAR + 1, _next(quote, token + 1))
    close = (around >= low[:, None]) & (around < high[:, None])

    before, behind = inside[:, AROUND - 1], inside[:, AROUND + 1]
    columns: Columns = {
        "title": tokens.first[token] == UPPER,
        "inside_title": (tokens.first[token] == UPPER) & (tokens.gap[token] & (BREAK | QUOTE) == 0),
        "hyphen": (tokens.gap[token] | tokens.after[token]) & JOIN > 0,
        "comma": (tokens.gap[token] | tokens.after[token]) & (COMMA | QUOTE) > 0,
        "prose": _share(there & passage.function[inside], there),
        "known_around": _share(plain, lower),
        "known_near": _share(plain & close, lower & close),
    }
    for side, other, gap in (("previous", before, tokens.gap), ("next", behind, tokens.after)):
        tied = gap[token] & BREAK == 0
        capital = tied & (tokens.first[other] == UPPER)
        columns[f"{side}_capital"] = capital
        columns[f"{side}_name"] = capital & ~passage.known[other]
        strange = (tokens.first[other] == LOWER) & (tokens.rest[other] <= LOWER) & ~passage.plain[other]
        columns[f"{side}_unknown"] = tied & strange
    quoted = _quoted(tokens, token)
    return {**columns, "quoted": quoted > 0, "quoted_short": quoted == 2}


def counted(passage: Passage, vocabulary: Vocabulary, token: Ints, suspect: Ints, meant: Ints) -> Columns:
    """How often the word meant, and the suspect itself, were seen between these neighbours, and at all."""
    counts, own, word = vocabulary.counts, passage.tokens.key[token], vocabulary.keys[meant]
    place = Neighbourhood(passage.tokens, passage.symbol, counts, token)
    sides = ("left", "right", "web_left", "web_right", "left_triple", "middle_triple", "right_triple")
    return {
        "news": counts.level(own)[suspect],
        "name": counts.level(own ^ NAME)[suspect],
        "news_meant": counts.level(word),
        "name_meant": counts.level(word ^ NAME),
        **{side: place.level(side, word, suspect) for side in sides},
        "left_typed": place.level("left", own)[suspect],
        "right_typed": place.level("right", own)[suspect],
    }


def on_page(passage: Passage, vocabulary: Vocabulary, token: Ints, suspect: Ints, meant: Ints) -> Columns:
    """How often the page has the suspect elsewhere, with a capital, and whether it has the word meant or its kin."""
    tokens, word = passage.tokens, vocabulary.keys[meant]
    page = tokens.row[token]
    rare = vocabulary.frequency[meant] < EVERYWHERE
    wanted = np.unique(np.concatenate([tokens.key[token], word[rare]]))
    hit, which = _hits(tokens.key, wanted)
    have, count = np.unique(tokens.row[hit] * len(wanted) + which, return_counts=True)
    capital = np.unique((tokens.row[hit] * len(wanted) + which)[tokens.first[hit] == UPPER])
    own = page * len(wanted) + np.searchsorted(wanted, tokens.key[token])
    meant_there = np.isin(page[suspect] * len(wanted) + np.searchsorted(wanted, word), have) | ~rare

    root = _roots(vocabulary.neighbours.rows[meant])
    roots = np.unique(root)
    window = np.ndarray((len(tokens.lower) - 7,), "<u8", tokens.lower, strides=(1,))
    # words too short to have a root have none: what follows them is not theirs
    own_root = np.where(tokens.end - tokens.start >= KIN, window[tokens.start] & _ROOT, np.uint64(0))
    hit, which = _hits(_spread(own_root), _spread(roots))
    # the suspect may share the root itself: kin are the others
    pair, times = np.unique(tokens.row[hit] * len(roots) + which, return_counts=True)
    asked = page[suspect] * len(roots) + np.searchsorted(roots, root)
    at = np.minimum(np.searchsorted(pair, asked), max(0, len(pair) - 1))
    kin = np.where(pair[at] == asked, times[at], 0) if len(pair) else np.zeros(len(asked), np.int64)
    kin = kin - (root == own_root[token][suspect])
    return {
        "on_page": np.minimum(count[np.searchsorted(have, own)] - 1, 5)[suspect],
        "on_page_capital": (np.isin(own, capital) & (tokens.first[token] != UPPER))[suspect],
        "meant_on_page": meant_there,
        "kin_on_page": np.minimum(kin, 5),
    }


def space_slip(passage: Passage, vocabulary: Vocabulary, token: Ints) -> Flags:
    """Whether a letter has only gone over to the next word (hav eyour): then letters are not what is wrong."""
    tokens, lexicon = passage.tokens, vocabulary.lexicon
    rows, size = matrix(tokens.lower, tokens.start[token], tokens.end[token])
    some = np.arange(len(token))
    slipped = np.zeros(len(token), bool)
    for step, gap in ((-1, tokens.gap), (1, tokens.after)):
        other = np.clip(token + step, 0, len(tokens) - 1)
        neighbour, length = matrix(tokens.lower, tokens.start[other], tokens.end[other])
        length = np.minimum(length, WIDTH - 1)
        if step < 0:  # the suspect's first letter belongs behind the word before it
            longer, shorter = neighbour.copy(), np.roll(rows, -1, axis=1)
            longer[some, length] = rows[:, 0]
            shorter[:, -1] = 0
        else:  # its last letter belongs before the word behind it
            longer, shorter = np.roll(neighbour, 1, axis=1), rows.copy()
            longer[:, 0] = rows[some, size - 1]
            shorter[some, size - 1] = 0
        whole, rest = lexicon.find(matrix_keys(longer, length + 1)), lexicon.find(matrix_keys(shorter, size - 1))
        words = (whole != UNKNOWN) & (rest != UNKNOWN) & lexicon.dictionary[whole] & lexicon.dictionary[rest]
        common = np.minimum(lexicon.frequency[whole], lexicon.frequency[rest]) >= SPACE_SLIP_COMMON
        slipped |= (gap[token] == SPACE) & words & common
    return slipped


_ROOT = np.uint64((1 << (8 * KIN)) - 1)


def _roots(rows: Bytes) -> Keys:
    """The first KIN letters of each word as an integer."""
    return np.ascontiguousarray(rows).view("<u8")[:, 0] & _ROOT


def _spread(value: Keys) -> Keys:
    """Integers made into keys."""
    return np.asarray(value * np.uint64(0x9E3779B97F4A7C15), np.uint64)


def _hits(keys: Keys, wanted: Keys) -> tuple[Ints, Ints]:
    """Where wanted keys stand, and which each is, as a place in `wanted`; a small table sorts most words out first."""
    screen = np.zeros(1 << 16, bool)
    screen[wanted >> np.uint64(48)] = True
    likely = np.flatnonzero(screen[keys >> np.uint64(48)])
    found = Index(wanted).find(keys[likely])
    hit = found != UNKNOWN
    return likely[hit], found[hit]


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
    short = (stop - start <= SHORT_QUOTE) & (stop < tokens.bounds[tokens.row[token] + 1])
    return np.where(inside, np.where(short, 2, 1), 0)


def _last(places: Ints, at: Ints) -> Ints:
    """The last place before each position, -1 if there is none."""
    return np.append(-1, places)[np.searchsorted(places, at)]


def _next(places: Ints, at: Ints) -> Ints:
    """The first place behind each position, far away if there is none."""
    return np.append(places, np.iinfo(np.int64).max // 2)[np.searchsorted(places, at)]


def _share(some: Flags, of: Flags) -> Ints:
    """The share of flags in each row that are set, in hundredths; 0 of none."""
    return 100 * some.sum(axis=1) // np.maximum(1, of.sum(axis=1))
