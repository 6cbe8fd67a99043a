"""What stands around a suspect: the words beside it, the passage, the page.

Each function gives columns by name, for `evidence`: `beside` and `space_slip` one entry a suspect, `counted` and
`on_page` one entry a pair of suspect and word meant. Work grows with the suspects, not with the text, but for one look
at every word in `on_page`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transforms import native
from transforms.typos.context import NAME, Neighbourhood
from transforms.typos.lexicon import BLOCK, UNKNOWN, Flags, Index
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.tokens import (
    BREAK,
    COMMA,
    JOIN,
    KIN,
    QUOTE,
    SPACE,
    UPPER,
    WIDTH,
    Ints,
    Keys,
    Roots,
    Words,
    matrix,
    matrix_keys,
    roots,
)

Columns = dict[str, npt.NDArray[np.generic]]

AROUND, NEAR = 15, 4  # words on either side: a passage, and what is close
SHORT_QUOTE = 32  # bytes
SPACE_SLIP_COMMON = 400  # frequency of both words from which a letter is taken to have changed sides
EVERYWHERE = 560  # frequency from which a word is taken to be on every page
SCREEN_BITS = 19
_SCREEN = np.uint64(64 - SCREEN_BITS)
_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads integers over 64 bits


def known_near(passage: Passage, token: Ints) -> Ints:
    """The share of known words close to each word, in hundredths.

    A quotation may be in another language: within one only its own words count, and outside it none of them.
    """
    at, quotes = passage.tokens.start[token], passage.tokens.quotes
    return _shares(passage, token, NEAR, _last(quotes, at), _next(quotes, at))[0]


def beside(passage: Passage, place: Neighbourhood) -> Columns:
    """What the words around a suspect say."""
    tokens, token, gap, after = passage.tokens, place.token, place.gap, place.after
    known, function = _shares(passage, token, AROUND, tokens.bounds[:1] - 1, tokens.bounds[-1:])
    upper = tokens.first(token) == UPPER
    columns: Columns = {
        "title": upper,
        "inside_title": upper & ~tokens.opens(token),
        "hyphen": (gap | after) & JOIN > 0,
        "comma": (gap | after) & (COMMA | QUOTE) > 0,
        "prose": function,
        "known_around": known,
    }
    for side, other, between in (("previous", place.before, gap), ("next", place.behind, after)):
        tied = between & BREAK == 0
        capital = tied & (tokens.first(other) == UPPER)
        columns[f"{side}_capital"] = capital
        columns[f"{side}_name"] = capital & ~passage.known(other)
        columns[f"{side}_unknown"] = tied & tokens.lower_case(other) & ~passage.plain(other)
    quoted = _quoted(tokens, token)
    return {**columns, "quoted": quoted > 0, "quoted_short": quoted == 2}


def counted(passage: Passage, vocabulary: Vocabulary, place: Neighbourhood, suspect: Ints, meant: Ints) -> Columns:
    """How often the word meant, and the suspect itself, were seen between these neighbours, and at all."""
    counts, own, word = vocabulary.counts, passage.tokens.key[place.token], vocabulary.keys[meant]
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
    page, own_root = tokens.row(token), tokens.root[token]
    of_pair = page[suspect]
    root, long = roots(vocabulary.neighbours.rows[meant]), vocabulary.neighbours.size[meant] >= KIN
    rare = vocabulary.frequency[meant] < EVERYWHERE
    looked = rare | long
    alike = _alike(tokens, np.append(page, of_pair[looked]), np.append(own_root, root[looked]))
    rows = tokens.row(alike)
    asked = _on(np.append(page, of_pair[rare]), np.append(tokens.key[token], word[rare]))
    seen = _Seen(_on(rows, tokens.key[alike]), asked)
    capital = seen.any(tokens.first(alike) == UPPER)
    meant_there = np.ones(len(meant), bool)
    meant_there[rare] = seen.count[len(token) :] > 0

    # the suspect may share the root itself: kin are the others; words too short to have a root have none
    kin = _Seen(_on(rows, tokens.root[alike]), _on(of_pair, root)).count - (root == own_root[suspect])
    return {
        "on_page": np.minimum(seen.count[: len(token)] - 1, 5)[suspect],
        "on_page_capital": (capital[: len(token)] & (tokens.first(token) != UPPER))[suspect],
        "meant_on_page": meant_there,
        "kin_on_page": np.where(long, np.minimum(kin, 5), 0),
    }


def space_slip(passage: Passage, vocabulary: Vocabulary, place: Neighbourhood) -> Flags:
    """Whether a letter has only gone over to the next word (hav eyour): then letters are not what is wrong."""
    tokens, lexicon, token = passage.tokens, vocabulary.lexicon, place.token
    rows, size = matrix(tokens.lower, tokens.start[token], tokens.end[token])
    some = np.arange(len(token))
    slipped = np.zeros(len(token), bool)
    for other, gap in ((place.before, place.gap), (place.behind, place.after)):
        neighbour, length = matrix(tokens.lower, tokens.start[other], tokens.end[other])
        length = np.minimum(length, WIDTH - 1)
        if other is place.before:  # the suspect's first letter belongs behind the word before it
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


def joined(passage: Passage, vocabulary: Vocabulary, place: Neighbourhood, suspect: Ints, meant: Ints) -> Flags:
    """Whether a suspect and the word beside it are the word meant, parted by a space (atten tion)."""
    tokens = passage.tokens
    found = np.zeros(len(suspect), bool)
    for left, right, gap in ((place.before, place.token, place.gap), (place.token, place.behind, place.after)):
        size = tokens.end[left] - tokens.start[left] + tokens.end[right] - tokens.start[right]
        fits = np.flatnonzero(np.where(gap == SPACE, size, 0)[suspect] == vocabulary.neighbours.size[meant])
        at, word = suspect[fits], vocabulary.neighbours.rows[meant[fits]]
        head, length = matrix(tokens.lower, tokens.start[left[at]], tokens.end[left[at]])
        tail, _ = matrix(tokens.lower, tokens.start[right[at]], tokens.end[right[at]])
        behind = np.arange(WIDTH) - length[:, None]
        joint = np.where(behind < 0, head, np.take_along_axis(tail, np.maximum(behind, 0), axis=1))
        found[fits] |= (joint == word).all(axis=1)
    return found


def _on(page: Ints, key: Keys | Roots) -> Keys:
    """A key on a page as one key."""
    return (key ^ (page.view(np.uint64) << np.uint64(32))) * _ODD


def _alike(tokens: Words, page: Ints, root: Roots) -> Ints:
    """The words that have one of these roots on its page, and some others: a table of bits sorts most words out."""
    asked = np.zeros(1 << SCREEN_BITS, bool)
    asked[_on(page, root) >> _SCREEN] = True
    if native.BUILT:
        return native.surroundings.screened(tokens.root, tokens.begin, asked, int(_SCREEN))
    rows = tokens.rows()
    found = [np.empty(0, np.int64)]
    for at in range(0, len(tokens), BLOCK):
        block = slice(at, at + BLOCK)
        found.append(at + np.flatnonzero(asked[_on(rows[block], tokens.root[block]) >> _SCREEN]))
    return np.concatenate(found)


class _Seen:
    """How often each of the keys asked for is among some others (`count`)."""

    def __init__(self, keys: Keys, asked: Keys) -> None:
        questions, self._of = np.unique(asked, return_inverse=True)
        self._answered = Index(questions).find(keys)
        self._answered[self._answered == UNKNOWN] = len(questions)
        self._size = len(questions) + 1
        self.count = np.bincount(self._answered, minlength=self._size)[self._of]

    def any(self, chosen: Flags) -> Flags:
        """For each key asked for, whether one of those equal to it is chosen."""
        return (np.bincount(self._answered[chosen], minlength=self._size) > 0)[self._of]


def _shares(passage: Passage, token: Ints, reach: int, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Shares of the words around each word, in hundredths: of the known among those in lower case, of function words.

    Around a word are `reach` words on either side of the same text that begin behind the byte `low` and before `high`.
    """
    tokens, vocabulary = passage.tokens, passage.vocabulary
    if native.BUILT:
        low, high = (np.broadcast_to(limit, len(token)).copy() for limit in (low, high))
        flags = vocabulary.plain, vocabulary.function
        return native.surroundings.shares(tokens, passage.word, *flags, token, low, high, reach)
    around = token[:, None] + np.arange(-reach, reach + 1)
    row = tokens.row(token)
    there = (around >= tokens.begin[row][:, None]) & (around < tokens.begin[row + 1][:, None])
    there[:, reach] = False  # the word itself
    around = np.clip(around, 0, len(tokens) - 1)
    start = tokens.start[around]
    there &= (start > low[:, None]) & (start < high[:, None])
    lower = there.copy()
    lower[there] = tokens.lower_case(around[there])
    return _share(lower & passage.plain(around), lower), _share(there & passage.function(around), there)


def _quoted(tokens: Words, token: Ints) -> Ints:
    """Whether each word stands in a quotation of its paragraph: 0 no, 1 yes, 2 in one of at most SHORT_QUOTE bytes."""
    text, at, quote = tokens.text, tokens.start[token], tokens.quotes
    line = np.flatnonzero(text == ord("\n"))
    row = tokens.row(token)
    begin = np.maximum(_last(line, at), tokens.bounds[row])
    straight = quote[text[quote] == ord('"')]
    count = np.searchsorted(straight, at) - np.searchsorted(straight, begin)
    wide = quote[text[quote] == 0xE2]
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
