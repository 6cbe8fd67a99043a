"""Score a batch of texts: sample, normalise, cut into words, add up the words' n-grams, compare the languages.

- `detect`: texts in; languages and scores out

An n-gram never spans two words, so a word's score is the same wherever it stands: distinct words are scored once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2
import scipy.sparse
from langdetect.utils.ngram import NGram

from transforms import editing, native
from transforms.language.fixed import UNIT, power_table
from transforms.language.model import LETTER_BITS, SPACE, Ints, Letters, Model, load
from transforms.marks import marked_before

UNKNOWN = "und"
"""The language of a text that holds no letters, or that no language fits better than all others together."""

# langdetect draws n-grams until it is sure, which seldom takes more: what is beyond makes no score surer
EVIDENCE = 64

# A longer text is read in windows of so many bytes, spread over as much of it as langdetect reads (characters there)
WINDOW, WINDOWS, READ = 80, 10, 10_000

# Words whose scores are kept from batch to batch: 7 MB; more cost more to look through than they save
REMEMBERED = 1 << 15
LETTERS_REMEMBERED = 16  # longer words are added up each time, in C

_SPACES = np.array([SPACE, SPACE], np.uint64)
_POWERS = power_table()


def detect(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The language of each text, as an ISO 639-1 code, and how probable it is.

    texts: string, nulls allowed. Returns a string array and a float32 array of 0 to 1 in steps of .01. `UNKNOWN` comes
    with 0. The model is langdetect's (Shuyo 2010): naive Bayes over n-grams of one to three characters.
    """
    if not len(texts):
        return pa.array([], pa.string()), pa.array([], pa.float32())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    model = load()
    sums = _scored(model, texts)
    counts = sums[:, len(model.languages)]
    best, hundredths = _judge(model, sums[:, : len(model.languages)], counts)
    known = (counts > 0) & (hundredths >= 50)
    names = pa.array([*model.languages, UNKNOWN], pa.string())
    languages = names.take(pa.array(np.where(known, best, len(model.languages))))
    scores = np.where(known, hundredths, 0).astype(np.float32) / np.float32(100)
    return languages, pa.array(scores)


def _scored(model: Model, texts: pa.Array) -> Ints:
    """Each text's score for every language, and how many known n-grams it comes from: a row a text, as the weights."""
    if not native.BUILT:
        return _sums(model, _words(model, _samples(texts)))
    known = _known_words(model.weights.shape[1])
    sums, odd = native.language.sums(*editing.buffers(texts), False, model, known)
    rows = np.flatnonzero(odd)
    samples = pa.array(_samples(texts.take(pa.array(rows))), pa.string())
    sums[rows], _ = native.language.sums(*editing.buffers(samples), True, model, known)
    return sums


class KnownWords(NamedTuple):
    """Words whose scores are kept, for the loop in C: of words with the same hash the one that came last."""

    spelled: Letters  # a word a row, zeros behind
    scores: npt.NDArray[np.int32]  # a word a row, as the model's weights


@cache
def _known_words(width: int) -> KnownWords:
    """Room for the words of this process, none of which is known at first."""
    spelled, scores = np.zeros((REMEMBERED, LETTERS_REMEMBERED), np.uint16), np.zeros((REMEMBERED, width), np.int32)
    return KnownWords(spelled, scores)


class _Words(NamedTuple):
    """The words of a batch: the distinct ones, a space behind each; which each word is; where each text's begin."""

    distinct: pa.BinaryArray
    numbers: Ints
    bounds: Ints


def _samples(texts: pa.Array) -> Iterator[str]:
    """What is read of each text, without URLs and mail addresses."""
    data, offsets = editing.buffers(texts)
    view = memoryview(data.data)
    for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        if end - start <= WINDOW * WINDOWS:
            sample = str(view[start:end], "utf-8")
        else:
            step = (min(end - start, READ) - WINDOW) // (WINDOWS - 1)
            pieces = [view[at : at + WINDOW] for at in range(start, start + step * WINDOWS, step)]
            sample = str(b" ".join(pieces), "utf-8", "ignore")
        if "http" in sample or "@" in sample:
            sample = _MAIL.sub(" ", _URL.sub(" ", sample))
        if not sample.isascii() and _VIETNAMESE_TONE.search(sample):
            sample = NGram.normalize_vi(sample)
        yield sample


_URL = re.compile(r"https?://[-_.?&~;+=/#0-9A-Za-z]+")
_MAIL = re2.compile(r"[-_.0-9A-Za-z]+@[-_0-9A-Za-z][-_.0-9A-Za-z]+")
_VIETNAMESE_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def _words(model: Model, samples: Iterator[str]) -> _Words:
    parts = [(sample + " ").encode("utf-16-le") for sample in samples]
    raw, ends = _without_foreign_latin(
        np.frombuffer(b"".join(parts), np.uint16),
        np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)) // 2),
    )
    letters = model.letters[raw]
    inside = letters != SPACE
    behind = np.zeros(len(letters), np.bool_)  # the space behind each word; of several, one is enough
    np.greater(inside[:-1], inside[1:], out=behind[1:])
    bounds = np.searchsorted(np.flatnonzero(behind), ends)
    letters = letters[inside | behind]
    stops = (np.flatnonzero(letters == SPACE) + 1) * 2
    edges = np.concatenate([[0], stops]).astype(np.int32)
    words = pa.BinaryArray.from_buffers(
        pa.binary(), len(stops), [None, pa.py_buffer(edges), pa.py_buffer(letters)]
    ).dictionary_encode()
    return _Words(words.dictionary, words.indices.to_numpy().astype(np.int64), np.concatenate([[0], bounds]))


def _without_foreign_latin(raw: Letters, ends: Ints) -> tuple[Letters, Ints]:
    """The texts without their Latin letters where these are few: then they are names and brands in another script.

    As in langdetect, letters are all characters from A to z, and all characters from U+0300 on are another script's.
    """
    latin = raw - np.uint16(ord("A")) <= ord("z") - ord("A")
    starts = np.concatenate([[0], ends[:-1]])
    latin_counts, other_counts = (np.diff(marked_before(which, ends), prepend=0) for which in (latin, raw >= 0x300))
    foreign = (latin_counts * 2 < other_counts) & (latin_counts > 0)
    if not foreign.any():
        return raw, ends
    latin &= np.repeat(foreign, ends - starts)
    return raw[~latin], ends - np.cumsum(np.where(foreign, latin_counts, 0))


class _Scored(NamedTuple):
    """Words, and each one's scores: a row a word, as the model's weights."""

    words: pa.BinaryArray
    table: npt.NDArray[np.int32]

    def with_others(self, other: _Scored) -> _Scored:
        """These words, and behind them the others."""
        table = self.table.reshape(-1, other.table.shape[1])
        return _Scored(pa.concat_arrays([self.words, other.words]), np.concatenate([table, other.table]))


_NOTHING = _Scored(pa.array([], pa.binary()), np.zeros((0, 0), np.int32))
_remembered = _NOTHING  # the words that came first, which are those that come most; never changed in place


def _sums(model: Model, words: _Words) -> Ints:
    """Each text's scores: a row a text, as the model's weights.

    The scores of words of earlier batches are remembered, those of the others added up.
    """
    global _remembered
    row = pc.fill_null(pc.index_in(words.distinct, value_set=_remembered.words), -1).to_numpy().astype(np.int64)
    fresh = np.flatnonzero(row < 0)
    new = _add_up(model, words.distinct.take(pa.array(fresh)))
    row[fresh] = len(_remembered.words) + np.arange(len(fresh))
    scored = _remembered.with_others(new)
    if room := REMEMBERED - len(_remembered.words):
        _remembered = _remembered.with_others(_Scored(*(column[:room] for column in new)))
    sums: Ints = _ones(row[words.numbers], words.bounds, len(scored.table)) @ scored.table
    return sums


def _add_up(model: Model, words: pa.BinaryArray) -> _Scored:
    """The words' scores from their n-grams.

    The n-grams are those that end at each character, the space behind a word counted, and that begin no earlier than
    the space before it; none where two capitals stand side by side, and no space alone.
    """
    data, offsets = editing.buffers(words)
    letters = data[offsets[0] : offsets[-1]].view(np.uint16)
    last = letters.astype(np.uint64)
    middle = np.concatenate([_SPACES, last])[1:-1]
    first = np.concatenate([_SPACES, last])[:-2]
    small = ~(model.capitals[last] & model.capitals[middle])
    pairs = middle << np.uint64(LETTER_BITS) | last
    triples = first << np.uint64(2 * LETTER_BITS) | pairs
    rows = model.rows(triples * (middle != SPACE) * small)
    for shorter in (pairs * small, last * (last != SPACE) * small):
        unknown = np.flatnonzero(rows == 0)
        rows[unknown] = model.rows(shorter[unknown])
    bounds = np.append(np.flatnonzero(middle == SPACE), len(rows))
    return _Scored(words, _ones(rows, bounds, len(model.weights)) @ model.weights)


def _ones(columns: Ints, bounds: Ints, width: int) -> scipy.sparse.csr_array:
    """A sparse matrix that adds up the rows of what it is multiplied with: `columns` between two bounds, a sum each."""
    ones = np.ones(len(columns), np.int32)
    return scipy.sparse.csr_array((ones, columns, bounds), shape=(len(bounds) - 1, width))


def _judge(model: Model, sums: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The best language of each text, and its probability in hundredths."""
    best = sums.argmax(axis=1)
    behind = sums.max(axis=1)[:, None] - sums
    behind = behind * EVIDENCE // np.maximum(counts, EVIDENCE)[:, None]
    powers = _POWERS[behind % UNIT] >> np.minimum(behind // UNIT, 62)
    codes = np.unique(model.languages, return_inverse=True)[1]
    same = codes[best][:, None] == codes[None, :]
    share = np.where(same, powers, 0).sum(axis=1)
    total = powers.sum(axis=1)
    return best, (200 * share + total) // (2 * total)
