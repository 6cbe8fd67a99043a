"""`transforms.scaffolding.features._counts` in one pass over the bytes of the lines."""

from libc.stdint cimport int64_t, uint8_t, uint64_t

import numpy as np

cdef enum:
    CLASSES = 8  # as many as a number has bytes: each counts the bytes of a class
    MOST = 255  # what such a byte can count to


def counts(lines, const uint64_t[::1] unit):
    """int64, a class x a line: its bytes in the class. `unit` is 1 << 8 * c for each byte of class c, 0 for others."""
    counts_ = np.empty((CLASSES, len(lines)), np.int64)
    cdef int64_t[:, ::1] counted = counts_
    cdef const uint8_t[::1] raw = lines.raw
    cdef const int64_t[::1] page = lines.page, offset = lines.offset, starts = lines.start, ends = lines.end
    cdef int64_t line, at, n, end, stop
    cdef int64_t[CLASSES] total
    cdef uint64_t few, more
    for line in range(page.shape[0]):
        at, end = offset[page[line]] + starts[line], offset[page[line]] + ends[line]
        for n in range(CLASSES):
            total[n] = 0
        while at < end:
            stop = min(at + MOST, end)
            few, more = 0, 0
            for n in range(at, stop - 1, 2):
                few += unit[raw[n]]
                more += unit[raw[n + 1]]
            if stop - at & 1:
                few += unit[raw[stop - 1]]
            at = stop
            for n in range(CLASSES):
                total[n] += (few + more) >> 8 * n & MOST
        for n in range(CLASSES):
            counted[n, line] = total[n]
    return counts_
