"""Signatures: datasketch's MinHash of many stories at once, so that whoever has an index can query it with datasketch.

- `signed`: sketches with their signatures, as the index keeps them
- `signatures`: the MinHash of each row of a list column

A signature is bit-equal to `datasketch.MinHash(num_perm=128, hashfunc=identity)` after an `update_batch` of the row's
shingles. One pass a permutation over the shingles of all stories (`minimum.reduceat`) costs a tenth of updating story
by story. Nothing within a run reads signatures: they are made for the stories that stay.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.index import INDEXED, PERMUTATIONS
from transforms.neardup.coverage import Lists

Array = np.ndarray[Any, Any]

EMPTY = 0xFFFFFFFF  # datasketch's signature of nothing

_BLOCK = 1 << 16  # shingles that stay in the processor's cache while 128 permutations pass over them


def signed(sketches: pa.Table) -> pa.Table:
    """Sketches (`schemas.sketch.SKETCH`) as `schemas.index.INDEXED`."""
    shingles = Lists.of(sketches["shingles"])
    return sketches.append_column(INDEXED.field("signature"), _fixed(signatures(shingles.values, shingles.first)))


def signatures(shingles: Array, first: Array) -> Array:
    """datasketch's MinHash (affine32, seed 1, 128 permutations) of each row's shingles: uint32, rows x 128.

    Row i has the shingles `first[i]` to `first[i + 1]`; a row without any gets 128 times `EMPTY`.
    """
    out = np.full((len(first) - 1, PERMUTATIONS), EMPTY, np.uint32)
    filled = np.flatnonzero(np.diff(first))
    if not len(filled):
        return out
    starts = first[filled]
    ends = first[filled + 1]
    multipliers, addends = _permutations()
    at = 0
    while at < len(filled):
        behind = max(at + 1, int(np.searchsorted(ends, starts[at] + _BLOCK, "right")))
        mixed = _premix(shingles[starts[at] : ends[behind - 1]])
        permuted = np.empty_like(mixed)
        minima = np.empty((PERMUTATIONS, behind - at), np.uint32)
        for n in range(PERMUTATIONS):
            np.multiply(mixed, multipliers[n], out=permuted)
            np.add(permuted, addends[n], out=permuted)
            np.minimum.reduceat(permuted, starts[at:behind] - starts[at], out=minima[n])
        out[filled[at:behind]] = minima.T
        at = behind
    return out


@cache
def _permutations() -> tuple[Array, Array]:
    from datasketch import MinHash  # takes a fifth of a second, which runs without an index need not wait

    multipliers, addends = MinHash(num_perm=PERMUTATIONS, seed=1).permutations
    return multipliers, addends


def _premix(values: Array) -> Array:
    """The finalizer of MurmurHash3 for 32 bits, which datasketch's affine32 applies before its permutations."""
    mixed = values ^ (values >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def _fixed(values: Array) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), type=INDEXED.field("signature").type)
