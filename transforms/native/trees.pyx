"""`transforms.scaffolding.trees.Trees.scores`, some lines at a time: what the trees ask about stays in the cache."""

from libc.stdint cimport int16_t, int32_t, int64_t, uintptr_t

import numpy as np

cdef enum:
    LEVELS = 6  # of a tree, at most
    BLOCK = 256  # lines at a time
    NEVER = 32767  # no number is above it

ctypedef const int16_t* Row


def scores(
    rows, const int16_t[:, ::1] feature, const int16_t[:, ::1] threshold, const int16_t[:, ::1] leaf, int32_t bias
):
    """int32, one a column of the rows, which are arrays of int16 of one length; the others are fields of `Trees`."""
    cdef int64_t trees = feature.shape[0], levels = feature.shape[1], count = len(rows[0]), tree, low
    if levels > LEVELS or threshold.shape[0] != trees or threshold.shape[1] != levels:
        raise ValueError("a tree has up to six questions, a feature and a threshold each")
    if leaf.shape[0] != trees or leaf.shape[1] != 1 << levels:
        raise ValueError("a tree has a leaf for all that can be answered to its questions")
    if any(len(row) != count for row in rows):
        raise ValueError("rows are of one length")
    cdef const int16_t[::1] row
    starts = []
    for row in rows:
        starts.append(<uintptr_t>&row[0])
    # a tree of fewer questions asks about the first row in vain
    asked_, above_ = np.full((trees, LEVELS), starts[0], np.uintp), np.full((trees, LEVELS), NEVER, np.int16)
    asked_[:, :levels], above_[:, :levels] = np.array(starts, np.uintp)[np.asarray(feature)], threshold
    cdef const uintptr_t[:, ::1] asked = asked_
    cdef const int16_t[:, ::1] above = above_
    cdef int32_t[::1] out = np.full(count, bias, np.int32)
    for low in range(0, count, BLOCK):
        for tree in range(trees):
            add(&out[low], low, min(count - low, BLOCK), &asked[tree, 0], &above[tree, 0], &leaf[tree, 0])
    return np.asarray(out)


cdef inline void add(
    int32_t* out, int64_t low, int64_t count, const uintptr_t* asked, const int16_t* above, const int16_t* leaf
) noexcept nogil:
    """Adds what one tree says of so many lines from `low` on."""
    cdef Row a = <Row>asked[0] + low, b = <Row>asked[1] + low, c = <Row>asked[2] + low
    cdef Row d = <Row>asked[3] + low, e = <Row>asked[4] + low, f = <Row>asked[5] + low
    cdef int16_t ta = above[0], tb = above[1], tc = above[2], td = above[3], te = above[4], tf = above[5]
    cdef int16_t[BLOCK] place
    cdef int64_t n
    for n in range(count):  # compilers compare eight and more lines at once here
        place[n] = (
            (a[n] > ta) | (b[n] > tb) << 1 | (c[n] > tc) << 2 | (d[n] > td) << 3 | (e[n] > te) << 4 | (f[n] > tf) << 5
        )
    for n in range(count):
        out[n] += leaf[place[n]]
