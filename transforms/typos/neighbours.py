"""The words that a slip of the fingers away from a spelling, and what kind of slip it was.

Alone useful: `Neighbours` (built once of the words that may be proposed; `near` finds those near each spelling) and
`describe` (what sets a spelling apart from a word). Both work on columns of words.

Two words one slip apart share a spelling with one letter left out (W. Garbe's symmetric deletes): each proposal is
filed under its own key and under those of its spellings with one letter less; a query asks for its own and the same.
Besides one letter too many, one too few, a wrong one or two swapped, this finds one letter that has moved. Two slips
are looked for only in long spellings that nothing else is near, among the words that begin and end like them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from transforms import native
from transforms.typos.lexicon import UNKNOWN, Flags, Index, runs
from transforms.typos.tokens import WIDTH, Bytes, Ints, Keys, matrix, matrix_keys, words_matrix

LONG = 8  # letters of a spelling that may have two slips
EXTRA, MISSING, WRONG, SWAPPED, FAR = range(5)
KINDS = ("extra", "missing", "wrong", "swapped", "far")

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiouy"
_SOUNDS = ("cs", "ck", "sz", "iy", "gj", "td", "mn", "bp", "vf", "cq", "kq", "xz")


class Pairs(NamedTuple):
    """Spellings and words near them: rows of the spellings asked for, rows of the proposals."""

    spelling: Ints
    proposal: Ints


class Neighbours:
    """The proposals, found by spellings one slip away."""

    def __init__(self, proposals: Sequence[str]) -> None:
        self.rows, self.size = words_matrix(proposals)
        owner, filed = _filed(self.rows, self.size)
        self.keys = filed[: len(self.size)]
        order = np.argsort(filed)
        filed, self._owner = filed[order], owner[order].astype(np.int32)
        first = np.flatnonzero(np.append(True, filed[1:] != filed[:-1])[: len(filed)])
        self._index, self._begin = Index(filed[first]), np.append(first, len(filed))
        ends = _ends(self.rows, self.size)
        self._by_ends = np.argsort(ends, kind="stable")
        self._ends, self._letters = ends[self._by_ends], _letters(self.rows[self._by_ends])

    def of(self, rows: Bytes, size: Ints) -> Pairs:
        """The proposals near each spelling, sorted by spelling and proposal; a spelling is not near itself."""
        if native.BUILT:
            return Pairs(
                *native.neighbours.one_slip(rows, size, self.keys, *self._index.table, self._begin, self._owner)
            )
        owner, asked = _filed(rows, size)
        place = self._index.find(asked)
        owner, place = owner[place != UNKNOWN], place[place != UNKNOWN]
        low, count = self._begin[place], self._begin[place + 1] - self._begin[place]
        packed: Ints = np.unique(np.repeat(owner, count) * len(self.size) + self._owner[runs(low, count)])
        pairs = Pairs(packed // max(1, len(self.size)), packed % max(1, len(self.size)))
        same = asked[pairs.spelling] == self.keys[pairs.proposal]  # the first asked for are the spellings themselves
        return Pairs(pairs.spelling[~same], pairs.proposal[~same])

    def near(self, rows: Bytes, size: Ints) -> Pairs:
        """The proposals one slip away from each spelling or, where there are none, two."""
        one = self.of(rows, size)
        alone = np.flatnonzero(np.bincount(one.spelling, minlength=len(size)) == 0)
        two = self.two_slips(rows[alone], size[alone])
        return Pairs(np.append(one.spelling, alone[two.spelling]), np.append(one.proposal, two.proposal))

    def two_slips(self, rows: Bytes, size: Ints) -> Pairs:
        """The proposals two slips away from each long spelling that have the same two letters at either end."""
        if native.BUILT:
            held = self.rows, self.size, self._ends, self._by_ends, self._letters
            return Pairs(*native.neighbours.two_slips(rows, size, *held, LONG))
        ends = _ends(rows, size)
        low, high = np.searchsorted(self._ends, ends), np.searchsorted(self._ends, ends, side="right")
        count = np.where(size >= LONG, high - low, 0)
        spelling, place = np.repeat(np.arange(len(size)), count), runs(low, count)
        proposal = self._by_ends[place]
        near = np.abs(size[spelling] - self.size[proposal]) <= 2
        near &= np.bitwise_count(_letters(rows)[spelling] ^ self._letters[place]) <= 4
        spelling, proposal = spelling[near], proposal[near]
        near = _two_apart(rows[spelling], size[spelling], self.rows[proposal], self.size[proposal])
        return Pairs(spelling[near], proposal[near])


@dataclass(frozen=True)
class Slips:
    """What sets each spelling apart from its word; all arrays have one entry a pair.

    - `kind`: EXTRA, MISSING, WRONG or SWAPPED letter, or FAR: more than one slip
    - `position`: letters before the first difference; `tail`: equal letters behind the last one
    - `doubled`: the letter too many or too few repeats its neighbour
    - `adjacent`: the wrong letter lies beside the right one on the keyboard, the extra one beside its neighbour
    - `before`, `typed`, `wanted`: the letter before the first difference, and what was typed and wanted there
    - `vowel`, `sound`: one vowel for another, or one letter for another that sounds alike
    """

    kind: Ints
    position: Ints
    tail: Ints
    doubled: Flags
    adjacent: Flags
    before: Bytes
    typed: Bytes
    wanted: Bytes
    vowel: Flags
    sound: Flags

    def where(self, keep: Flags | Ints) -> Slips:
        """The slips of some pairs only."""
        return Slips(**{field.name: getattr(self, field.name)[keep] for field in fields(self)})


def describe(spelling: Bytes, size: Ints, word: Bytes, length: Ints) -> Slips:
    """Compare spellings with words, both as rows of `tokens.matrix`."""
    head = _equal_run(spelling, word, np.minimum(size, length))
    tail = _equal_run(_backwards(spelling, size), _backwards(word, length), np.minimum(size, length) - head)
    here, next_ = _at(spelling, head), _at(spelling, head + 1)
    there, after = _at(word, head), _at(word, head + 1)
    kind = np.full(len(size), FAR)
    kind[(size == length + 1) & (head + tail == length)] = EXTRA
    kind[(size == length - 1) & (head + tail == size)] = MISSING
    same = size == length
    kind[same & (head + tail == size - 1)] = WRONG
    kind[same & (head + tail == size - 2) & (here == after) & (next_ == there)] = SWAPPED
    extra, missing, wrong = kind == EXTRA, kind == MISSING, kind == WRONG
    before = np.where(head > 0, _at(spelling, head - 1), np.uint8(0))
    doubled = (extra & ((here == before) | (here == next_))) | (missing & ((there == before) | (there == here)))
    adjacent = (wrong & _ADJACENT[here, there]) | (extra & (_ADJACENT[here, before] | _ADJACENT[here, next_]))
    vowel, sound = wrong & _VOWEL_PAIR[here, there], wrong & _SOUND_PAIR[here, there]
    return Slips(kind, head, tail, doubled, adjacent, before, here, there, vowel, sound)


def _filed(rows: Bytes, size: Ints) -> tuple[Ints, Keys]:
    """Keys of the words and of their spellings with one letter less, each with the row of its word."""
    owners, filed = [np.arange(len(size))], [matrix_keys(rows, size)]
    for at in range(int(size.max(initial=0))):
        owner = np.flatnonzero((size > at) & (size > 2))
        less = np.zeros((len(owner), WIDTH), np.uint8)
        less[:, :at] = rows[owner, :at]
        less[:, at:-1] = rows[owner, at + 1 :]
        owners.append(owner)
        filed.append(matrix_keys(less, size[owner] - 1))
    return np.concatenate(owners), np.concatenate(filed)


def _two_apart(spelling: Bytes, size: Ints, word: Bytes, length: Ints) -> Flags:
    """Whether a slip is left when the first of each pair, where spelling and word begin to differ, is mended."""
    head = _equal_run(spelling, word, np.minimum(size, length))
    at, columns = head[:, None], np.arange(WIDTH)
    before, here, wanted = columns < at, columns == at, _at(word, head)[:, None]
    less, more = (spelling[:, np.clip(columns + step, 0, WIDTH - 1)] for step in (1, -1))
    mended = (
        (np.where(before, spelling, less), size - 1),
        (np.where(before, spelling, np.where(here, wanted, more)), size + 1),
        (np.where(here, wanted, spelling), size),
        (np.where(here, less, np.where(columns == at + 1, more, spelling)), size),
    )
    apart = np.logical_or.reduce([describe(*one, word, length).kind != FAR for one in mended])
    return apart & (head < np.maximum(size, length))


def _ends(rows: Bytes, size: Ints) -> Ints:
    """The first two and the last two letters of each word as a number."""
    some = np.arange(len(size))
    first, last = rows[:, :2].astype(np.int64), rows[some[:, None], np.maximum(size[:, None] - [2, 1], 0)]
    return ((first[:, 0] << 8 | first[:, 1]) << 8 | last[:, 0]) << 8 | last[:, 1]


def _letters(rows: Bytes) -> Ints:
    """Which letters each word has, a bit each."""
    return np.bitwise_or.reduce(np.where(rows > 0, 1 << (rows & 31).astype(np.int64), 0), axis=1)


def _equal_run(one: Bytes, other: Bytes, limit: Ints) -> Ints:
    """How many bytes are equal from the left, at most `limit`."""
    differs = np.append(one != other, np.ones((len(one), 1), bool), axis=1)
    return np.minimum(differs.argmax(axis=1), limit)


def _backwards(rows: Bytes, size: Ints) -> Bytes:
    """The words read from their last letter; what is behind the first one belongs to no word."""
    letters, end = np.append(np.zeros(WIDTH, np.uint8), rows.ravel()), np.arange(WIDTH, rows.size + WIDTH, WIDTH) + size
    return matrix(letters, end - WIDTH, end)[0][:, ::-1]


def _at(rows: Bytes, column: Ints) -> Bytes:
    """The byte of each row at a column, 0 behind its end."""
    value = rows[np.arange(len(rows)), np.clip(column, 0, WIDTH - 1)]
    return np.where(column < WIDTH, value, 0).astype(np.uint8)


def _pairs(groups: Sequence[str]) -> Flags:
    table = np.zeros((256, 256), bool)
    for group in groups:
        for one in group:
            for other in group:
                table[ord(one), ord(other)] = one != other
    return table


def _adjacent() -> Flags:
    places = {
        letter: (row, 4 * column + row) for row, keys in enumerate(_KEYBOARD) for column, letter in enumerate(keys)
    }
    table = np.zeros((256, 256), bool)
    for one, (row, left) in places.items():
        for other, (low, right) in places.items():
            # rows are set off by about a quarter of a key
            table[ord(one), ord(other)] = (
                one != other and abs(row - low) <= 1 and abs(left - right) <= 4 + abs(row - low)
            )
    return table


_ADJACENT, _VOWEL_PAIR, _SOUND_PAIR = _adjacent(), _pairs([_VOWELS]), _pairs(_SOUNDS)
