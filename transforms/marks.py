"""Marks on long columns (bytes, words), counted as bits.

- `marked_before`: how many marks stand before each of some places
- `as_bits`, `as_marks`: marks as bits, 64 to a word, and back
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def marked_before(mask: Array, at: Array) -> Array:
    """int64 for each place: how many entries of `mask` (bool, or whole numbers of a byte) before it are not 0.

    `at` are whole numbers of 0 to the mask's length. An entry is a bit, 64 to a machine's word: what the words before
    hold is summed, and of the place's own word the bits below it are counted. A cumulative sum takes ten times as long.
    """
    bits = as_bits(mask)
    total = np.append(0, np.cumsum(np.bitwise_count(bits), dtype=np.int64))
    word, below = at >> 6, (np.uint64(1) << (at & 63).astype(np.uint64)) - np.uint64(1)
    found: Array = total[word] + np.bitwise_count(bits[word] & below)
    return found


def as_bits(mask: Array) -> Array:
    """uint64, (mask's length >> 6) + 1 words: entry i of a mask is bit i & 63 of word i >> 6."""
    bits = np.zeros((len(mask) >> 6) + 1, "<u8")
    packed = np.packbits(mask, bitorder="little")
    bits.view(np.uint8)[: len(packed)] = packed
    return bits


def as_marks(bits: Array, count: int) -> Array:
    """bool: the first `count` of what `as_bits` packed."""
    return np.unpackbits(bits.view(np.uint8), count=count, bitorder="little").view(bool)
