"""What speaks for and against a correction, as columns of integers.

`suspects` picks the words of a batch that may be typing errors; `weigh` finds what each could have been meant to be
and describes every such pair (`Evidence.features`, one column a name of `FEATURES`). What is decided from it is the
business of `score`; what must never be touched, of `protection`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.typos import neighbours, surroundings
from transforms.typos.context import NAME, Neighbourhood
from transforms.typos.lexicon import UNKNOWN, Ids, runs
from transforms.typos.memory import Pairs, Small
from transforms.typos.neighbours import FAR
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.tokens import APOSTROPHE, LOWER, UPPER, WIDTH, Bytes, Ints, matrix

Features = npt.NDArray[np.int32]

SHORTEST = 3
LISTS = {"worded": 1, "lemma": 2, "sounded": 4}  # who records a rare word: word lists, tables of forms, of sounds
LONG_NAME = 7  # letters from which a capital inside a sentence may begin a word mistyped
USED = 3  # level of counts (4 documents) from which news are taken to use a word
# A page is prose with so few suspects, or with one in so many words, and never with so many
FEW, PROSE, MANY = 20, 8, 5_000


FEATURES = (
    *("extra", "missing", "wrong", "swapped", "far"),
    *("doubled", "adjacent", "vowel", "sound", "first_letter", "last_letter", "only_s", "ending", "habit"),
    *("length", "same_end", "common", "seen", "gap", "dictionary"),
    *("listed_only", "listed_first", "listed_other", "listed_not"),
    *LISTS,
    *("title", "inside_title", "hyphen", "comma", "next_capital", "previous_capital"),
    *("next_unknown", "previous_unknown", "next_name", "previous_name", "known_around"),
    *(
        "compound",
        "prefixed",
        "suffixed",
        "inflected",
        "run_on",
        "oddity",
        "oddity_meant",
        "strangeness",
        "strangeness_meant",
        "quoted",
        "quoted_short",
    ),
    *("news", "name", "news_meant", "name_meant", "left", "right", "web_left", "web_right"),
    *("left_triple", "middle_triple", "right_triple"),
    *("left_typed", "right_typed", "space_slip", "joined"),
    *("prose", "known_near", "on_page", "on_page_capital", "meant_on_page", "kin_on_page", "rivals"),
)
COLUMN = {name: column for column, name in enumerate(FEATURES)}


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
    """Words that may be typing errors: unknown, of plain letters, and not what news write often.

    With a capital inside a sentence only where the spelling is listed as wrong, or long and seen nowhere, as few names
    are. A page that is full of such words is no prose: it has none.
    """
    tokens = passage.tokens
    odd = passage.where(vocabulary.strange)
    listed = vocabulary.listed[passage.word[odd]]
    # most are names and numbers: out they go before more is asked
    first, size = tokens.first(odd), tokens.end[odd] - tokens.start[odd]
    upper = first == UPPER
    head = first == LOWER
    head[upper] = tokens.opens(odd[upper])
    nowhere = (passage.word[odd] == UNKNOWN) & (size >= LONG_NAME)
    possible = np.flatnonzero(head | upper & (listed | nowhere))
    odd, upper, head, listed, size = (column[possible] for column in (odd, upper, head, listed, size))

    plain = (size >= SHORTEST) & (size <= WIDTH - 1) & (tokens.rest(odd) == LOWER)
    seen = vocabulary.counts.level(np.where(upper, tokens.key[odd] ^ NAME, tokens.key[odd]))
    likely = plain & (listed | (seen < np.where(head, USED, 1)))
    found, name = odd[likely], ~(head | listed)[likely]
    free = (tokens.gap(found) | tokens.after(found)) & APOSTROPHE == 0
    found, name = found[free], name[free]
    row, words = tokens.row(found), np.diff(tokens.begin)
    # a page of many rare names may be prose
    strange = np.bincount(row[~name], minlength=len(words))
    prose = (strange <= FEW + words // PROSE) & (strange <= MANY)
    return found[prose[row]]


def weigh(passage: Passage, vocabulary: Vocabulary, token: Ints, least_known: int = 0) -> Evidence:
    """Every word that each suspect could have been meant to be, with what speaks for and against it.

    least_known: the share of known words near a suspect, in hundredths, below which it is left out.
    """
    tokens, memory = passage.tokens, vocabulary.memory
    token = token[~memory.alone(tokens.key[token])]
    distinct, first, inverse = np.unique(tokens.key[token], return_index=True, return_inverse=True)
    example = token[first]
    found = memory.pairs(distinct, lambda fresh: _spelled(passage, vocabulary, example[fresh]))

    # from distinct spellings to their occurrences; those that nothing is near are dropped
    near = found.count[inverse] > 0
    token, inverse = token[near], inverse[near]
    known = surroundings.known_near(passage, token)
    token, inverse, known = (column[known >= least_known] for column in (token, inverse, known))
    begin, count = found.begin[inverse], found.count[inverse]
    suspect, pair = np.repeat(np.arange(len(token)), count), runs(begin, count)
    meant, features = found.meant[pair], found.features[pair].astype(np.int32)
    place = Neighbourhood(tokens, vocabulary.counts, token)
    around = surroundings.beside(passage, place)
    around |= {"known_near": known, "space_slip": surroundings.space_slip(passage, vocabulary, place)}
    columns = {
        **{name: column[suspect] for name, column in around.items()},
        **surroundings.counted(passage, vocabulary, place, suspect, meant),
        **surroundings.on_page(passage, vocabulary, token, suspect, meant),
        "joined": surroundings.joined(passage, vocabulary, place, suspect, meant),
    }
    for name, column in columns.items():
        features[:, COLUMN[name]] = column
    return Evidence(token, suspect, meant, features)


def _spelled(passage: Passage, vocabulary: Vocabulary, example: Ints) -> Pairs:
    """Every word that each spelling could have been meant to be, with what speaks for it in the spelling alone.

    example: the place of each spelling in the batch.
    """
    tokens, proposals = passage.tokens, vocabulary.neighbours
    rows, size = matrix(tokens.lower, tokens.start[example], tokens.end[example])
    spelling, meant, rank = _with_listed(proposals.near(rows, size), passage.word[example], vocabulary)
    slips = neighbours.describe(rows[spelling], size[spelling], proposals.rows[meant], proposals.size[meant])
    keep = (slips.kind != FAR) | (rank >= 0) | (size[spelling] >= 8)
    spelling, meant, rank, slips = spelling[keep], meant[keep], rank[keep], slips.where(keep)
    features = _spelling_features(passage, vocabulary, example, rows, size, spelling, meant, rank, slips)
    return Pairs(spelling, meant, features)


def _with_listed(near: neighbours.Pairs, word: Ids, vocabulary: Vocabulary) -> tuple[Ints, Ints, Ints]:
    """Neighbours and listed corrections as pairs sorted by spelling, with the place in the list, -1 if not listed."""
    listed = np.where(word == UNKNOWN, UNKNOWN, vocabulary.lexicon.listed[word])
    wrong = np.flatnonzero(listed != UNKNOWN)
    begin, count = vocabulary.corrected_begin[listed[wrong]], vocabulary.corrected_count[listed[wrong]]
    right, place = vocabulary.corrected[runs(begin, count)], runs(np.zeros_like(count), count)
    good = right != UNKNOWN
    total = len(vocabulary.proposals)
    listed_pairs = (np.repeat(wrong, count) * total + right)[good]
    packed = np.union1d(near.spelling * total + near.proposal, listed_pairs)
    rank = np.full(len(packed), -1)
    rank[np.searchsorted(packed, listed_pairs)] = place[good]
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
) -> Small:
    """What depends on the spelling alone; no number is above a thousand or two."""
    out = np.zeros((len(spelling), len(FEATURES)), np.int16)
    word = passage.word[example]
    listed, seen = vocabulary.listed[word], passage.frequency(example)[spelling]
    only = np.bincount(spelling, weights=rank >= 0, minlength=len(size)) == 1
    length = vocabulary.neighbours.size[meant]
    last = vocabulary.neighbours.rows[meant, np.minimum(length - 1, WIDTH - 1)]
    last_typed = rows[spelling, size[spelling] - 1]
    near = np.unique(spelling)
    shape = vocabulary.forms.describe(rows[near], size[near])
    recorded = vocabulary.recorded.level(passage.tokens.key[example[near]])
    of = np.searchsorted(near, spelling)
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
        "habit": vocabulary.channel.habit(slips),
        "length": np.minimum(size[spelling], 14),
        "common": vocabulary.frequency[meant],
        "seen": seen,
        "gap": vocabulary.frequency[meant] - seen,
        "dictionary": vocabulary.lexicon.dictionary[word[spelling]] & (word[spelling] != UNKNOWN),
        "listed_only": (rank == 0) & only[spelling],
        "listed_first": (rank == 0) & ~only[spelling],
        "listed_other": rank > 0,
        "listed_not": listed[spelling] & (rank < 0),
        **{name: (recorded & bit > 0)[of] for name, bit in LISTS.items()},
        "compound": shape.compound[of],
        "prefixed": shape.prefixed[of],
        "suffixed": shape.suffixed[of],
        "inflected": shape.inflected[of],
        "run_on": shape.run_on[of],
        "oddity": shape.oddity[of],
        "strangeness": shape.strangeness[of],
        "strangeness_meant": vocabulary.strangeness[meant],
        "oddity_meant": vocabulary.oddity[meant],
        "rivals": np.minimum(np.bincount(spelling, minlength=len(size))[spelling], 20),
    }
    for name, column in columns.items():
        out[:, COLUMN[name]] = column
    return out
