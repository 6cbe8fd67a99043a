"""Which lines of a column hold the literals that patterns need, of all patterns at once.

- `Finder`: made of the literals of some patterns (as `literals.literals` gives them), finds what lines may match

Where C can be built, a line is looked at four bytes at a time: those of each literal that are the least common are
looked up, which most of a text passes by; else an Aho-Corasick automaton reads the lines, and their heads once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, chain, product
from math import prod
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ahocorasick_rs import Implementation

from transforms import editing, native
from transforms.scaffolding.lines import Array
from transforms.scaffolding.literals import HEAD, is_word

HEAD_BYTES = 80  # of a line's head that literals are looked for in
NO_WORD = r"^[^0-9A-Za-z_]+"
FORMS = 32  # ways to write a literal in upper and lower case
ODD = ("\u017f".encode(), "\u212a".encode())  # other cases of s and k: a line with one may match anything

PIECE = 4  # bytes of a literal that are looked up
HASH_BITS, SHELF_BITS = 17, 12
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SMALL = 0x20202020  # makes letters lower-case, and other characters something else
# How rare a byte is: letters and the space by their place here, the rest as rare as the letters in the middle
_COMMON = b" etaoinshrdlcumwfgypbvkjxqz"
_RARE = bytes(_COMMON.index(code) if code in _COMMON else 15 for code in range(256))


@dataclass(frozen=True)
class Finder:
    """Finds which of some patterns each line of a column may match; build it with `of`, once."""

    forms: tuple[bytes, ...]  # the literals, as `_forms` writes them
    meant: Array  # int64: what literals mean, one literal after the other
    bounds: Array  # int64, a literal and one: what it means is meant[bounds[n]] to meant[bounds[n + 1]]

    @classmethod
    def of(cls, needs: Mapping[int, Iterable[str]]) -> Finder:
        """A finder of these literals (as `literals` gives them), each a number's: that of its pattern."""
        owners: dict[bytes, set[int]] = {form: set(needs) for form in ODD}
        for number, texts in needs.items():
            for form in {form for text in texts for form in _forms(text)}:
                owners.setdefault(form, set()).add(number)
        return cls(
            tuple(owners),
            np.array([number for numbers in owners.values() for number in sorted(numbers)], np.int64),
            np.append(0, np.cumsum([len(numbers) for numbers in owners.values()])),
        )

    def find(self, texts: pa.StringArray, rows: Array) -> tuple[Array, Array]:
        """Pairs of a line, as index into `rows`, and a pattern that it may match; by rising line and then pattern.

        The lines looked at are those of `texts` that `rows` (int64) names.
        """
        if native.BUILT:
            data, offsets = editing.buffers(texts)
            found = native.finder.find(data, offsets[rows], offsets[rows + 1], self._pieces, self.meant, self.bounds)
            some = np.flatnonzero(found.any(axis=1))
            at, number = np.nonzero(np.unpackbits(found[some], axis=1, bitorder="little"))
            return some[at], number
        lines = texts.take(pa.array(rows)).cast(pa.binary())
        parts = pc.ascii_lower(pa.concat_arrays([pa.array([b""]), _heads(lines), lines]).view(pa.string()))
        joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(parts)], pa.int32()), parts), HEAD)
        raw = memoryview(joined[0].as_buffer()).cast("B")
        matches = self._automaton.find_matches_as_indexes(raw, overlapping=True)
        literal, _, end = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3).T
        ends = np.cumsum(pc.binary_length(parts).to_numpy() + 1, dtype=np.int64)
        at = (np.searchsorted(ends, end) - 1) % max(len(lines), 1)
        first, times = self.bounds[literal], np.diff(self.bounds)[literal]
        past = np.cumsum(times) - times
        number = self.meant[np.repeat(first - past, times) + np.arange(times.sum())]
        pairs = np.unique(np.repeat(at, times) << np.int64(32) | number)
        return pairs >> np.int64(32), pairs & np.int64(0xFFFFFFFF)

    @cached_property
    def _automaton(self) -> ahocorasick_rs.BytesAhoCorasick:
        return ahocorasick_rs.BytesAhoCorasick(list(self.forms), implementation=Implementation.DFA)

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces.of(self.forms)


class Pieces(NamedTuple):
    """Literals by a piece of each: its rarest bytes in a row, `PIECE` of them, or all that it has.

    A piece's key is its bytes with `_SMALL`, from the lowest on; above them, in four bits, how many bytes it lacks; and
    a bit for the literals of a line's head, whose pieces are their first bytes.
    """

    keys: Array  # uint64, a piece, sorted by the high bits of their hashes
    literal: Array  # int64, a piece: the literal that it is of
    back: Array  # int64, a piece: how many bytes of its literal stand before it
    first: Array  # int64, a value of the hash's `SHELF_BITS` high bits and one: its pieces are first[n] to first[n + 1]
    whole: Array  # uint8, a bit for each hash: there is a piece of `PIECE` bytes with it, which may stand anywhere
    short: Array  # uint8, a bit for each two bytes: a shorter piece that may stand anywhere begins with them
    text: Array  # uint8: the literals without `HEAD`, one after the other
    starts: Array  # int64, a literal and one: its bytes are text[starts[n]] to text[starts[n + 1]]

    @classmethod
    def of(cls, forms: tuple[bytes, ...]) -> Pieces:
        """Literals, as `_forms` writes them, filed."""
        back, keys = np.array([_piece(form) for form in forms], np.int64).T
        keys = keys.astype(np.uint64)
        hashes = keys * _FACTOR >> np.uint64(64 - HASH_BITS)
        order = np.argsort(hashes, kind="stable")
        whole = np.zeros(1 << HASH_BITS, bool)
        whole[hashes[keys >> np.uint64(8 * PIECE) == 0]] = True
        short = np.zeros((256, 256), bool)
        for form in forms:
            if len(form) < PIECE and not form.startswith(HEAD.encode()):
                one, *others = (byte | _SMALL & 0xFF for byte in form)
                short[others[0] if others else slice(None), one] = True
        texts = [form.removeprefix(HEAD.encode()) for form in forms]
        return cls(
            keys=keys[order],
            literal=order,
            back=back[order],
            first=np.searchsorted(hashes[order] >> np.uint64(HASH_BITS - SHELF_BITS), np.arange((1 << SHELF_BITS) + 1)),
            whole=np.packbits(whole, bitorder="little"),
            short=np.packbits(short, bitorder="little"),
            text=np.frombuffer(b"".join(texts), np.uint8),
            starts=np.array([*accumulate(map(len, texts), initial=0)], np.int64),
        )


@cache
def _piece(form: bytes) -> tuple[int, int]:
    """Where in a literal its piece begins, and the piece's key."""
    at_head = form.startswith(HEAD.encode())
    text, back = form[at_head:], 0
    if not at_head and len(text) > PIECE:
        rare = text.translate(_RARE)
        back = max(range(len(text) - PIECE + 1), key=lambda at: sum(rare[at : at + PIECE]))
    piece = text[back : back + PIECE]
    code = int.from_bytes(piece, "little") | _SMALL & (1 << 8 * len(piece)) - 1
    return back, code | PIECE - len(piece) << 8 * PIECE | at_head << 8 * PIECE + 4


def _heads(lines: pa.BinaryArray) -> pa.BinaryArray:
    """The head of each line, behind what is no letter, digit or underscore to RE2 (all of a Greek word is none)."""
    heads = pc.replace_substring_regex(pc.binary_slice(lines, 0, HEAD_BYTES), NO_WORD, "")
    cut = pc.and_(pc.less(pc.binary_length(heads), HEAD_BYTES // 2), pc.greater(pc.binary_length(lines), HEAD_BYTES))
    return pc.replace_with_mask(
        heads, cut, pc.binary_slice(pc.replace_substring_regex(lines.filter(cut), NO_WORD, ""), 0, HEAD_BYTES)
    )


@cache
def _forms(text: str) -> tuple[bytes, ...]:
    """A literal as it may stand in what `Finder.find` looks through, where ASCII letters are lower-case."""
    at_head = text.startswith(HEAD) and is_word(text[1])
    letters = [_cases().get(letter, (letter,)) for letter in text.removeprefix(HEAD).lower()]
    while prod(map(len, letters)) > FORMS:
        letters.pop()
    return tuple((HEAD * at_head + "".join(form)).encode() for form in product(*letters))


@cache
def _cases() -> dict[str, tuple[str, ...]]:
    """The upper and lower cases of letters beyond ASCII; those of ASCII letters beyond it are in ODD."""
    cases: dict[str, list[str]] = {}
    for letter in map(chr, range(0x80, 0x2200)):
        cases.setdefault(letter.casefold(), []).append(letter)
    return {letter: tuple(same) for same in cases.values() for letter in same if len(same) > 1}
