"""What stands around a suspect: the words beside it, the passage, the page.

Each function gives columns by name, for `evidence`: `beside` and `space_slip` one entry a suspect, `counted` and
`on_page` one entry a pair of suspect and word meant. Work grows with the suspects, not with the text, but for one look
at every word in `on_page`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transforms.typos.context import NAME, Neighbourhood
from transforms.typos.lexicon import BLOCK, UNKNOWN, Flags, Index
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
SCREEN_BITS = 18
_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads integers over 64 bits
KIN = 4  # first letters that words of one family share


def beside(passage: Passage, token: Ints) -> Columns:
    """What the words around a suspect say."""
    tokens = passage.tokens
    around = token[:, None] + np.arange(-AROUND, AROUND + 1)
    inside = np.clip(around, 0, len(tokens) - 1)
    row = tokens.row(token)
    page = tokens.begin[row][:, None], tokens.begin[row + 1][:, None]
    there = (around >= page[0]) & (around < page[1]) & (around != token[:, None])
    lower = there.copy()
    lower[there] = (tokens.first(inside[there]) == LOWER) & (tokens.rest(inside[there]) <= LOWER)
    plain = lower & passage.plain(inside)
    # a quotation may be in another language: only its own words are close
    quote = np.searchsorted(tokens.start, np.flatnonzero(tokens.classes == QUOTE))
    low, high = np.maximum(token - NEAR, _last(quote, token + 1)), np.minimum(token + NEAR + 1, _next(quote, token + 1))
    close = (around >= low[:, None]) & (around < high[:, None])

    before, behind = inside[:, AROUND - 1], inside[:, AROUND + 1]
    upper, gap, after = tokens.first(token) == UPPER, tokens.gap(token), tokens.after(token)
    columns: Columns = {
        "title": upper,
        "inside_title": upper & ~tokens.opens(token),
        "hyphen": (gap | after) & JOIN > 0,
        "comma": (gap | after) & (COMMA | QUOTE) > 0,
        "prose": _share(there & passage.function(inside), there),
        "known_around": _share(plain, lower),
        "known_near": _share(plain & close, lower & close),
    }
    for side, other, between in (("previous", before, gap), ("next", behind, after)):
        tied = between & BREAK == 0
        capital = tied & (tokens.first(other) == UPPER)
        columns[f"{side}_capital"] = capital
        columns[f"{side}_name"] = capital & ~passage.known(other)
        strange = (tokens.first(other) == LOWER) & (tokens.rest(other) <= LOWER) & ~passage.plain(other)
        columns[f"{side}_unknown"] = tied & strange
    quoted = _quoted(tokens, token)
    return {**columns, "quoted": quoted > 0, "quoted_short": quoted == 2}


def counted(passage: Passage, vocabulary: Vocabulary, token: Ints, suspect: Ints, meant: Ints) -> Columns:
    """How often the word meant, and the suspect itself, were seen between these neighbours, and at all."""
    counts, own, word = vocabulary.counts, passage.tokens.key[token], vocabulary.keys[meant]
    place = Neighbourhood(passage.tokens, counts, token)
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
    page, rows = tokens.row(token), tokens.rows()
    rare = np.flatnonzero(vocabulary.frequency[meant] < EVERYWHERE)
    of_meant = page[suspect[rare]]
    seen = _Seen(rows, tokens.key, np.append(page, of_meant), np.append(tokens.key[token], word[rare]))
    capital = seen.on(tokens.first(seen.hit) == UPPER)
    meant_there = np.ones(len(meant), bool)
    meant_there[rare] = seen.count[len(token) :] > 0

    root = _roots(vocabulary.neighbours.rows[meant])
    window = np.ndarray((len(tokens.lower) - 7,), "<u8", tokens.lower, strides=(1,))
    own_root = window[tokens.start] & _ROOT
    # words too short to have a root have none: what follows them is not theirs
    own_root[tokens.end - tokens.start < KIN] = 0
    # the suspect may share the root itself: kin are the others
    kin = _Seen(rows, own_root, page[suspect], root).count - (root == own_root[token][suspect])
    return {
        "on_page": np.minimum(seen.count[: len(token)] - 1, 5)[suspect],
        "on_page_capital": (capital[: len(token)] & (tokens.first(token) != UPPER))[suspect],
        "meant_on_page": meant_there,
        "kin_on_page": np.minimum(kin, 5),
    }


def space_slip(passage: Passage, vocabulary: Vocabulary, token: Ints) -> Flags:
    """Whether a letter has only gone over to the next word (hav eyour): then letters are not what is wrong."""
    tokens, lexicon = passage.tokens, vocabulary.lexicon
    rows, size = matrix(tokens.lower, tokens.start[token], tokens.end[token])
    some = np.arange(len(token))
    slipped = np.zeros(len(token), bool)
    for step, gap in ((-1, tokens.gap(token)), (1, tokens.after(token))):
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
        slipped |= (gap == SPACE) & words & common
    return slipped


def joined(passage: Passage, token: Ints, suspect: Ints, word: Keys) -> Flags:
    """Whether a suspect and the word beside it are the word meant, parted by a space (atten tion)."""
    tokens = passage.tokens
    found = np.zeros(len(suspect), bool)
    for left, right, gap in (
        (np.maximum(token - 1, 0), token, tokens.gap(token)),
        (token, np.minimum(token + 1, len(tokens) - 1), tokens.after(token)),
    ):
        head, size = matrix(tokens.lower, tokens.start[left], tokens.end[left])
        tail, rest = matrix(tokens.lower, tokens.start[right], tokens.end[right])
        behind = np.arange(WIDTH) - size[:, None]
        whole = np.where(behind < 0, head, np.take_along_axis(tail, np.maximum(behind, 0), axis=1))
        fits = (gap == SPACE) & (size + rest <= WIDTH)
        found |= fits[suspect] & (matrix_keys(whole, np.minimum(size + rest, WIDTH))[suspect] == word)
    return found


_ROOT = np.uint64((1 << (8 * KIN)) - 1)


def _roots(rows: Bytes) -> Keys:
    """The first KIN letters of each word as an integer."""
    return np.ascontiguousarray(rows).view("<u8")[:, 0] & _ROOT


class _Seen:
    """How often pages have what is asked: pairs of a page and a key, among the words of a batch (rows and keys).

    `hit` are the words that some page was asked for, `count` the number of them for each question.
    """

    def __init__(self, rows: Ints, keys: Keys, page: Ints, wanted: Keys) -> None:
        # a table of bits of key and page sorts most words out
        screen = np.zeros(1 << SCREEN_BITS, bool)
        screen[_short(page, wanted)] = True
        likely = np.concatenate(
            [
                at + np.flatnonzero(screen[_short(rows[at : at + BLOCK], keys[at : at + BLOCK])])
                for at in range(0, max(1, len(keys)), BLOCK)
            ]
        )
        distinct = np.unique(wanted)
        which = Index(distinct * _ODD).find(keys[likely] * _ODD)
        likely, which = likely[which != UNKNOWN], which[which != UNKNOWN]
        asked = page * len(distinct) + np.searchsorted(distinct, wanted)
        self._questions, self._of = np.unique(asked, return_inverse=True)
        answer = rows[likely] * len(distinct) + which
        question = np.minimum(np.searchsorted(self._questions, answer), max(0, len(self._questions) - 1))
        good = self._questions[question] == answer if len(asked) else np.zeros(len(answer), bool)
        self.hit, self._question = likely[good], question[good]
        self.count = np.bincount(self._question, minlength=len(self._questions))[self._of]

    def on(self, chosen: Flags) -> Flags:
        """For each question, whether one of its hits is chosen."""
        return (np.bincount(self._question[chosen], minlength=len(self._questions)) > 0)[self._of]


def _short(page: Ints, key: Keys) -> Keys:
    """Some bits of a page's number and a key."""
    salted = (key ^ page.view(np.uint64)) * _ODD
    return salted >> np.uint64(64 - SCREEN_BITS)


def _quoted(tokens: Tokens, token: Ints) -> Ints:
    """Whether each word stands in a quotation of its paragraph: 0 no, 1 yes, 2 in one of at most SHORT_QUOTE bytes."""
    text, at = tokens.text, tokens.start[token]
    line = np.flatnonzero(text == ord("\n"))
    row = tokens.row(token)
    begin = np.maximum(_last(line, at), tokens.bounds[row])
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
    short = (stop - start <= SHORT_QUOTE) & (stop < tokens.bounds[row + 1])
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
