"""A batch of texts read with a language's vocabulary: what each word is, before anything is doubted.

Alone useful: `Vocabulary` (a lexicon made ready for searching, built once) and `Passage.of` (words, looked up).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.typos import context
from transforms.typos.context import Counts
from transforms.typos.forms import Forms
from transforms.typos.lexicon import UNKNOWN, Lexicon
from transforms.typos.neighbours import Flags, Neighbours
from transforms.typos.tokens import WIDTH, Ints, Keys, Tokens, keys

FAMILIAR = 330  # frequency from which a word outside the dictionary is taken for a word all the same


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
    symbol: Keys  # what it is to its neighbours, for counts

    @classmethod
    def of(cls, tokens: Tokens, vocabulary: Vocabulary) -> Passage:
        lexicon = vocabulary.lexicon
        word = lexicon.find(tokens.key)
        absent = word == UNKNOWN
        frequency = np.where(absent, 0, lexicon.frequency[word]).astype(np.int64)
        unlisted = absent | (lexicon.listed[word] == UNKNOWN)
        known = (~absent & lexicon.dictionary[word]) | (unlisted & (frequency >= FAMILIAR))
        plain = known & (absent | ~vocabulary.foreign[word])
        return cls(tokens, word, frequency, known, plain, ~absent & vocabulary.function[word], context.symbols(tokens))
