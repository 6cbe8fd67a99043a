"""A batch of texts read with a language's vocabulary: what each word is, before anything is doubted.

Alone useful: `Vocabulary` (a lexicon made ready for searching, built once) and `Passage.of` (words, looked up).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms import native
from transforms.typos.channel import Channel
from transforms.typos.context import Counts
from transforms.typos.forms import Forms
from transforms.typos.lexicon import UNKNOWN, Flags, Lexicon
from transforms.typos.memory import Memory
from transforms.typos.neighbours import Neighbours
from transforms.typos.tokens import WIDTH, Ints, Words

FAMILIAR = 330  # frequency from which a word outside the dictionary is taken for a word all the same


class Vocabulary:
    """A lexicon made ready for searching: the words that may be proposed, and those near a spelling."""

    def __init__(self, lexicon: Lexicon, counts: Counts, recorded: Counts) -> None:
        """counts: what stands side by side in news; recorded: rare words, with the lists that have them as bits."""
        self.lexicon = lexicon
        self.counts = counts
        self.recorded = recorded
        corrections = lexicon.corrections.flatten()
        length = pc.utf8_length(corrections)
        fits = pc.and_(pc.greater_equal(length, 2), pc.less_equal(length, WIDTH))
        rest = set(pc.unique(corrections.filter(fits)).to_pylist())
        self.proposals = lexicon.proposals + tuple(sorted(rest.difference(lexicon.proposals)))
        # the proposals that each listed misspelling may stand for, one list after another; UNKNOWN where it is none
        named = pc.index_in(corrections, value_set=pa.array(self.proposals, pa.string()))
        self.corrected = pc.fill_null(named, UNKNOWN).to_numpy()
        self.corrected_count = pc.list_value_length(lexicon.corrections).to_numpy()
        self.corrected_begin = np.cumsum(self.corrected_count) - self.corrected_count
        self.place = {word: row for row, word in enumerate(self.proposals)}
        self.neighbours = Neighbours(self.proposals)
        self.forms = Forms(lexicon, self.neighbours.rows, self.neighbours.size)
        self.channel = Channel(lexicon.misspellings, pc.list_element(lexicon.corrections, 0))
        self.oddity, self.strangeness = self.forms.letters(self.neighbours.rows, self.neighbours.size)
        self.keys = self.neighbours.keys
        found = lexicon.find(self.keys)
        self.frequency = np.where(found == UNKNOWN, 0, lexicon.frequency[found]).astype(np.int64)
        # by row of the lexicon; the last entry is for UNKNOWN
        familiar = (lexicon.listed == UNKNOWN) & (lexicon.frequency >= FAMILIAR)
        self.known = np.append(lexicon.dictionary | familiar, False)
        self.plain = self.known & ~np.append(lexicon.flags(lexicon.foreign_words), False)
        self.function = np.append(lexicon.flags(lexicon.function_words), False)
        self.listed = np.append(lexicon.listed != UNKNOWN, False)
        self.strange = ~self.known
        self.often = np.append(lexicon.frequency, 0).astype(np.int64)
        self.memory = Memory()


@dataclass(frozen=True)
class Passage:
    """A batch of words, each with its row in the lexicon (UNKNOWN where it has none); the rest is asked for by place.

    - `frequency`: how often the words are used
    - `known`: words of the language as far as the lexicon can tell; `plain`: those that are not rife in other languages
    - `function`: the commonest words
    """

    tokens: Words
    word: npt.NDArray[np.int32]
    vocabulary: Vocabulary

    @classmethod
    def of(cls, tokens: Words, vocabulary: Vocabulary) -> Passage:
        return cls(tokens, vocabulary.lexicon.find(tokens.key), vocabulary)

    def where(self, flags: Flags) -> Ints:
        """The places of words that have a flag, which are by row of the lexicon and the last one for UNKNOWN."""
        if native.BUILT:
            return native.lexicon.where(self.word, flags)
        return np.flatnonzero(flags[self.word])

    def frequency(self, at: Ints) -> Ints:
        return self.vocabulary.often[self.word[at]]

    def known(self, at: Ints) -> Flags:
        return self.vocabulary.known[self.word[at]]

    def plain(self, at: Ints) -> Flags:
        return self.vocabulary.plain[self.word[at]]

    def function(self, at: Ints) -> Flags:
        return self.vocabulary.function[self.word[at]]
