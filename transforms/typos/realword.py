"""Real words in the wrong place: *Ion a report*, *if you styles do not load*.

A word that exists is doubted only if it does not fit its neighbours and another, which is easily written for it, does.
What words these are is data: groups of words that people confuse, and rare words one slip from a function word.
`Confusions` holds them; `doubts` finds where a batch has one that stands oddly, and describes each pair of word written
and word meant (`FEATURES`) for a trained score of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.typos import context, neighbours
from transforms.typos.evidence import Evidence, Features, Passage, Vocabulary
from transforms.typos.lexicon import UNKNOWN
from transforms.typos.neighbours import EXTRA, FAR, MISSING, Flags
from transforms.typos.tokens import APOSTROPHE, BREAK, COMMA, JOIN, LOWER, UPPER, Ints, Keys, keys, words_matrix

RARE = (100, 440)  # frequencies of a word that may be a slip of a function word
FUNCTION_AT_LEAST = 560  # frequency of a function word that a rare word may be a slip of

_SIDES = ("left", "right", "web_left", "web_right", "left_triple", "middle_triple", "right_triple")
FEATURES = (
    *(f"{name}_typed" for name in _SIDES),
    *(f"{name}_meant" for name in _SIDES),
    *("common", "seen", "group", "extra", "missing", "wrong", "swapped", "doubled", "adjacent", "first_letter"),
    *("title", "comma", "next_capital", "previous_capital", "next_unknown", "previous_unknown", "next_function"),
    *("previous_function", "length", "meant"),
)


@dataclass(frozen=True)
class Confusions:
    """Which words are doubted, and for which: `begin` and `count` are by row of the lexicon, the rest by pair."""

    begin: Ints
    count: Ints
    meant: Ints  # row of the vocabulary's proposals
    group: Flags  # whether the pair is of a group, not a rare word and a function word
    number: Ints  # of the word written and the word meant, in the order of the groups; 0 for rare words
    slips: neighbours.Slips

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Confusions:
        """All pairs of a vocabulary."""
        lexicon = vocabulary.lexicon
        grouped = list(dict.fromkeys(word for group in lexicon.confusions for word in group))
        pairs = {
            (written, meant): True
            for group in lexicon.confusions
            for written in group
            for meant in group
            if written != meant and meant in vocabulary.place
        }
        common = [
            word
            for word in lexicon.function_words
            if word in vocabulary.place and vocabulary.frequency[vocabulary.place[word]] >= FUNCTION_AT_LEAST
        ]
        near = vocabulary.neighbours.of(*words_matrix(common))
        for row, proposal in zip(near.spelling.tolist(), near.proposal.tolist(), strict=True):
            written = vocabulary.proposals[proposal]
            if RARE[0] <= vocabulary.frequency[proposal] <= RARE[1] and (written, common[row]) not in pairs:
                pairs[written, common[row]] = False
        listed = list(pairs)
        row = lexicon.find(keys([written for written, _ in listed]))
        slips = neighbours.describe(
            *words_matrix([written for written, _ in listed]), *words_matrix([meant for _, meant in listed])
        )
        group = np.array(list(pairs.values()), bool)
        kept = np.flatnonzero((row != UNKNOWN) & (group | ~_grammar(slips)))
        order = kept[np.argsort(row[kept], kind="stable")]
        count = np.bincount(row[order], minlength=len(lexicon.frequency))
        number = np.array([grouped.index(m) + 1 if g else 0 for (_, m), g in zip(listed, group, strict=True)], np.int64)
        return cls(
            np.cumsum(count) - count,
            count,
            np.array([vocabulary.place[meant] for _, meant in listed])[order],
            group[order],
            number[order],
            slips.where(order),
        )


def _grammar(slips: neighbours.Slips) -> Flags:
    """Pairs that differ in their ending only, which is grammar and no slip, or by more than one slip."""
    ends = (slips.tail == 0) & ((slips.kind == EXTRA) | (slips.kind == MISSING))
    return ends | (slips.kind == FAR)


def doubts(passage: Passage, vocabulary: Vocabulary, confusions: Confusions) -> Evidence:
    """Words that stand oddly where a word they are confused with would not, with what each could mean."""
    tokens = passage.tokens
    present = np.flatnonzero(passage.word != UNKNOWN)
    doubted = present[confusions.count[passage.word[present]] > 0]
    plain = (tokens.rest[doubted] <= LOWER) & (
        (tokens.first[doubted] == LOWER)
        | (tokens.first[doubted] == UPPER) & (tokens.gap[doubted] & BREAK > 0) & (tokens.after[doubted] & BREAK == 0)
    )
    apart = (tokens.gap[doubted] | tokens.after[doubted]) & (APOSTROPHE | JOIN) == 0
    token = doubted[plain & apart]
    symbol = context.symbols(tokens)
    beside = _Neighbourhood(passage, vocabulary, symbol, token)
    own = tokens.key[token]
    odd = (beside.level("left", own) == 0) | (beside.level("right", own) == 0)
    token, own = token[odd], own[odd]
    beside = _Neighbourhood(passage, vocabulary, symbol, token)

    count = confusions.count[passage.word[token]]
    suspect = np.repeat(np.arange(len(token)), count)
    begin = confusions.begin[passage.word[token]]
    pair = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(len(suspect))
    meant = confusions.meant[pair]
    fits = beside.level("middle_triple", vocabulary.keys[meant], suspect) > 0
    fits |= (beside.level("left", vocabulary.keys[meant], suspect) > 0) & (
        beside.level("right", vocabulary.keys[meant], suspect) > 0
    )
    suspect, pair, meant = suspect[fits], pair[fits], meant[fits]
    return Evidence(token, suspect, meant, _describe(passage, vocabulary, confusions, beside, token, suspect, pair))


class _Neighbourhood:
    """What stands beside some words, and how often a word was seen there."""

    def __init__(self, passage: Passage, vocabulary: Vocabulary, symbol: Keys, token: Ints) -> None:
        tokens, self._counts = passage.tokens, vocabulary.counts
        self.left, self.right = context.before(tokens, symbol, token), context.after(tokens, symbol, token)
        before, behind = np.maximum(token - 1, 0), np.minimum(token + 1, len(tokens) - 1)
        self._second = np.where(self.left == context.END, context.END, context.before(tokens, symbol, before))
        self._fourth = np.where(self.right == context.END, context.END, context.after(tokens, symbol, behind))

    def level(self, side: str, word: Keys, at: Ints | slice = slice(None)) -> Ints:
        """The count's level of a word in each place on one of the _SIDES."""
        left, right = self.left[at], self.right[at]
        if side == "left":
            key = context.pair_keys(left, word)
        elif side == "right":
            key = context.pair_keys(word, right)
        elif side == "web_left":
            key = context.pair_keys(left ^ context.WEB, word)
        elif side == "web_right":
            key = context.pair_keys(word ^ context.WEB, right)
        elif side == "left_triple":
            key = context.triple_keys(self._second[at], left, word)
        elif side == "middle_triple":
            key = context.triple_keys(left, word, right)
        else:
            key = context.triple_keys(word, right, self._fourth[at])
        return self._counts.level(key)


def _describe(
    passage: Passage,
    vocabulary: Vocabulary,
    confusions: Confusions,
    beside: _Neighbourhood,
    token: Ints,
    suspect: Ints,
    pair: Ints,
) -> Features:
    tokens = passage.tokens
    at, meant = token[suspect], confusions.meant[pair]
    before, behind = np.maximum(at - 1, 0), np.minimum(at + 1, len(tokens) - 1)
    tied_left, tied_right = tokens.gap[at] & BREAK == 0, tokens.after[at] & BREAK == 0
    lower = tokens.first == LOWER
    slips = confusions.slips.where(pair)
    columns = {
        **{f"{side}_typed": beside.level(side, tokens.key[at], suspect) for side in _SIDES},
        **{f"{side}_meant": beside.level(side, vocabulary.keys[meant], suspect) for side in _SIDES},
        "common": vocabulary.frequency[meant],
        "seen": passage.frequency[at],
        "group": confusions.group[pair],
        **{name: slips.kind == kind for kind, name in enumerate(neighbours.KINDS[:FAR])},
        "doubled": slips.doubled,
        "adjacent": slips.adjacent,
        "first_letter": slips.position == 0,
        "title": tokens.first[at] == UPPER,
        "comma": (tokens.gap[at] | tokens.after[at]) & COMMA > 0,
        "next_capital": tied_right & (tokens.first[behind] == UPPER),
        "previous_capital": tied_left & (tokens.first[before] == UPPER),
        "next_unknown": tied_right & lower[behind] & ~passage.known[behind],
        "previous_unknown": tied_left & lower[before] & ~passage.known[before],
        "next_function": tied_right & passage.function[behind],
        "previous_function": tied_left & passage.function[before],
        "length": tokens.end[at] - tokens.start[at],
        "meant": confusions.number[pair],
    }
    features = np.zeros((len(pair), len(FEATURES)), np.int32)
    for name, column in columns.items():
        features[:, FEATURES.index(name)] = column
    return features
