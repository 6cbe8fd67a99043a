"""Loops over lists as in `transforms.neardup.coverage.Lists`: row i has `values[first[i]:first[i + 1]]`."""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memcpy

import numpy as np

cdef enum:
    MOST = 0x7FFFFFFF  # of `ordered`


def taken(const uint32_t[::1] values, const int64_t[::1] first, const int64_t[::1] rows):
    """The lists of `rows`: `Lists.take`."""
    ends_ = np.zeros(rows.shape[0] + 1, np.int64)
    cdef int64_t[::1] ends = ends_
    cdef Py_ssize_t n
    for n in range(rows.shape[0]):
        ends[n + 1] = ends[n] + first[rows[n] + 1] - first[rows[n]]
    found_ = np.empty(ends[rows.shape[0]], np.uint32)
    cdef uint32_t[::1] found = found_
    for n in range(rows.shape[0]):
        if ends[n] < ends[n + 1]:
            memcpy(&found[ends[n]], &values[first[rows[n]]], (ends[n + 1] - ends[n]) * sizeof(uint32_t))
    return found_, ends_


def sampled(const uint32_t[::1] values, const int64_t[::1] first, uint32_t mask):
    """The values that have no bit of `mask`, and which of them are whose."""
    found_, behind_ = np.empty(values.shape[0] + 1, np.uint32), np.zeros(first.shape[0], np.int64)
    cdef uint32_t[::1] found = found_
    cdef int64_t[::1] behind = behind_
    cdef Py_ssize_t row, at, count = 0
    for row in range(first.shape[0] - 1):
        for at in range(first[row], first[row + 1]):
            found[count] = values[at]
            count += not values[at] & mask
        behind[row + 1] = count
    return found_[:count], behind_


def least(const uint32_t[::1] values, const int64_t[::1] first, Py_ssize_t reach):
    """As `transforms.neardup.keys._least`, row by row."""
    cdef Py_ssize_t row, n, size, begin, step, width, length, found, count = 0
    size = np.diff(first).max(initial=0)
    at_, rows_ = np.empty(values.shape[0] + 1, np.int64), np.empty(values.shape[0], np.int64)
    window_ = np.empty(size + 2 * reach, np.int32)
    cdef int64_t[::1] at = at_, rows = rows_
    cdef int32_t[::1] window = window_
    cdef int32_t* least = &window[0]  # least[n] is the least of so many as `width` from there on
    for row in range(first.shape[0] - 1):
        begin, size = first[row], first[row + 1] - first[row]
        for n in range(reach):
            least[n] = least[reach + size + n] = MOST
        for n in range(size):
            least[reach + n] = ordered(values[begin + n])
        width, length = 1, size + 2 * reach
        while width < 2 * reach + 1:
            step = min(width, 2 * reach + 1 - width)
            width, length = width + step, length - step
            for n in range(length):
                least[n] = min(least[n], least[n + step])
        found = count
        for n in range(size):
            at[count] = begin + n
            count += least[n] == ordered(values[begin + n])
        for n in range(found, count):
            rows[n] = row
    return at_[:count].copy(), rows_[:count].copy()


cdef inline int32_t ordered(uint32_t value) noexcept nogil:
    """A number in the same order, of a kind that processors compare many of at once."""
    return <int32_t>(value ^ <uint32_t>0x80000000)
