"""Real words in the wrong place: *Ion a report*, *if you styles do not load*.

A word that exists is doubted only if it does not fit its neighbours and another, which is easily written for it, does.
What words these are is data: words that people confuse, and rare words one slip from a function word.
`Confusions` holds them; `doubts` finds where a batch has one that stands oddly, and describes each pair of word written
and word meant (`FEATURES`) for a trained score of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.typos import neighbours
from transforms.typos.context import Neighbourhood
from transforms.typos.evidence import Evidence, Features
from transforms.typos.lexicon import UNKNOWN, Flags, runs
from transforms.typos.neighbours import EXTRA, FAR, MISSING
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.tokens import APOSTROPHE, BREAK, COMMA, JOIN, LOWER, UPPER, Ints, keys, words_matrix

RARE = (100, 440)  # frequencies of a word that may be a slip of a function word
RARE_LEAST = 750  # score from which it is believed, out of reach but for the clearest
RARE_PROVEN = 150  # the same where the word meant and its two neighbours stand together in OVERWHELMING documents
OVERWHELMING = 9  # level of 256 documents and more
FUNCTION_AT_LEAST = 560  # frequency of a function word that a rare word may be a slip of

_SIDES = ("left", "right", "web_left", "web_right", "left_triple", "middle_triple", "right_triple")
FEATURES = (
    *(f"{name}_typed" for name in _SIDES),
    *(f"{name}_meant" for name in _SIDES),
    *("common", "seen", "extra", "missing", "wrong", "swapped", "doubled", "adjacent", "first_letter"),
    *("title", "comma", "next_capital", "previous_capital", "next_unknown", "previous_unknown", "next_function"),
    *("previous_function", "length", "number"),
)


@dataclass(frozen=True)
class Confusions:
    """Which words are doubted, and for which: `begin` and `count` are by row of the lexicon, the rest by pair.

    - `doubted`: whether there is any, with an entry more, for UNKNOWN
    - `meant`: row of the vocabulary's proposals
    - `number`: which of the listed confusions it is, from 1; 0 for a rare word and a function word
    - `least`: the score from which the pair is believed, in hundredths of log-odds
    """

    begin: Ints
    count: Ints
    doubted: Flags
    meant: Ints
    number: Ints
    least: Ints
    slips: neighbours.Slips

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Confusions:
        """All pairs of a vocabulary."""
        lexicon, place = vocabulary.lexicon, vocabulary.place
        pairs = {(written, meant): (n, least) for n, (written, meant, least) in enumerate(lexicon.confusions, 1)}
        common = [
            word
            for word in lexicon.function_words
            if word in place and vocabulary.frequency[place[word]] >= FUNCTION_AT_LEAST
        ]
        near = vocabulary.neighbours.of(*words_matrix(common))
        for row, proposal in zip(near.spelling.tolist(), near.proposal.tolist(), strict=True):
            if RARE[0] <= vocabulary.frequency[proposal] <= RARE[1]:
                pairs.setdefault((vocabulary.proposals[proposal], common[row]), (0, RARE_LEAST))
        written, meant = zip(*pairs, strict=True)
        number, least = np.array(list(pairs.values()), np.int64).T
        row = lexicon.find(keys(written))
        slips = neighbours.describe(*words_matrix(written), *words_matrix(meant))
        kept = np.flatnonzero((row != UNKNOWN) & ((number > 0) | ~_grammar(slips)))
        order = kept[np.argsort(row[kept], kind="stable")]
        count = np.bincount(row[order], minlength=len(lexicon.frequency))
        rows = np.array([place[word] for word in meant])
        begin, doubted = np.cumsum(count) - count, np.append(count > 0, False)
        return cls(begin, count, doubted, rows[order], number[order], least[order], slips.where(order))


def _grammar(slips: neighbours.Slips) -> Flags:
    """Pairs that differ in their ending only, which is grammar and no slip, or by more than one slip."""
    ends = (slips.tail == 0) & ((slips.kind == EXTRA) | (slips.kind == MISSING))
    return ends | (slips.kind == FAR)


@dataclass(frozen=True)
class Doubts(Evidence):
    """Evidence with the score from which each pair is believed."""

    least: Ints


def doubts(passage: Passage, vocabulary: Vocabulary, confusions: Confusions) -> Doubts:
    """Words that stand oddly where a word they are confused with would not, with what each could mean."""
    tokens = passage.tokens
    token = passage.where(confusions.doubted)
    beside, own = Neighbourhood(tokens, vocabulary.counts, token), tokens.key[token]
    first, between = tokens.first(token), beside.gap | beside.after
    head = (first == UPPER) & (beside.gap & BREAK > 0) & (beside.after & BREAK == 0)
    plain = (tokens.rest(token) <= LOWER) & ((first == LOWER) | head) & (between & (APOSTROPHE | JOIN) == 0)
    odd = np.flatnonzero(plain & ((beside.level("left", own) == 0) | (beside.level("right", own) == 0)))

    row = passage.word[token[odd]]
    suspect = np.repeat(np.arange(len(odd)), confusions.count[row])
    pair = runs(confusions.begin[row], confusions.count[row])
    at, word = odd[suspect], vocabulary.keys[confusions.meant[pair]]
    fits = beside.level("middle_triple", word, at) > 0
    fits |= (beside.level("left", word, at) > 0) & (beside.level("right", word, at) > 0)
    token, suspect, pair = token[odd], suspect[fits], pair[fits]
    features = _describe(passage, vocabulary, confusions, token[suspect], pair)
    proven = (confusions.number[pair] == 0) & (features[:, FEATURES.index("middle_triple_meant")] >= OVERWHELMING)
    least = np.where(proven, RARE_PROVEN, confusions.least[pair])
    return Doubts(token, suspect, confusions.meant[pair], features, least)


def _describe(
    passage: Passage,
    vocabulary: Vocabulary,
    confusions: Confusions,
    at: Ints,
    pair: Ints,
) -> Features:
    """The features of each pair; at: the place of its word."""
    tokens, meant = passage.tokens, confusions.meant[pair]
    beside = Neighbourhood(tokens, vocabulary.counts, at)
    before, behind, gap, after = beside.before, beside.behind, beside.gap, beside.after
    tied_left, tied_right = gap & BREAK == 0, after & BREAK == 0
    slips = confusions.slips.where(pair)
    columns = {
        **{f"{side}_typed": beside.level(side, tokens.key[at]) for side in _SIDES},
        **{f"{side}_meant": beside.level(side, vocabulary.keys[meant]) for side in _SIDES},
        "common": vocabulary.frequency[meant],
        "seen": passage.frequency(at),
        **{name: slips.kind == kind for kind, name in enumerate(neighbours.KINDS[:FAR])},
        "doubled": slips.doubled,
        "adjacent": slips.adjacent,
        "first_letter": slips.position == 0,
        "title": tokens.first(at) == UPPER,
        "comma": (gap | after) & COMMA > 0,
        "next_capital": tied_right & (tokens.first(behind) == UPPER),
        "previous_capital": tied_left & (tokens.first(before) == UPPER),
        "next_unknown": tied_right & (tokens.first(behind) == LOWER) & ~passage.known(behind),
        "previous_unknown": tied_left & (tokens.first(before) == LOWER) & ~passage.known(before),
        "next_function": tied_right & passage.function(behind),
        "previous_function": tied_left & passage.function(before),
        "length": tokens.end[at] - tokens.start[at],
        "number": confusions.number[pair],
    }
    features = np.zeros((len(pair), len(FEATURES)), np.int32)
    for name, column in columns.items():
        features[:, FEATURES.index(name)] = column
    return features
