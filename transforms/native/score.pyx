"""`transforms.typos.score.Model._walk`, a tree after another."""

from libc.stdint cimport int32_t, int64_t

import numpy as np

cdef enum:
    BLOCK = 64  # rows that a tree is walked for before the next one: their values stay in the cache


def walk(
    const int32_t[:, ::1] values, const int32_t[:, ::1] feature, const int32_t[:, ::1] limit, const int64_t[:, ::1] leaf
):
    """The sum of the leaves that each row of values comes to (int64).

    `feature` and `limit` have a row a tree, with what is asked at its nodes, level after level; `leaf` has one with
    where it ends. What is asked for must be among the values.
    """
    cdef Py_ssize_t rows = values.shape[0], trees = feature.shape[0], width = values.shape[1]
    cdef Py_ssize_t begin, row, tree
    cdef int32_t node, nodes = feature.shape[1]
    cdef const int32_t* value
    cdef const int32_t* asked
    cdef const int32_t* most
    cdef const int64_t* ends
    cdef int64_t* sums
    total_ = np.zeros(rows, np.int64)
    cdef int64_t[::1] total = total_
    if not rows or not trees or not nodes:
        return total_ + np.sum(leaf)
    sums = &total[0]
    for begin in range(0, rows, BLOCK):
        for tree in range(trees):
            asked, most, ends = &feature[tree, 0], &limit[tree, 0], &leaf[tree, 0]
            value = &values[begin, 0]
            for row in range(begin, min(begin + BLOCK, rows)):
                node = 0
                while node < nodes:
                    node = 2 * node + 1 + (value[asked[node]] > most[node])
                sums[row] += ends[node - nodes]
                value += width
    return total_
