"""What `transforms.scaffolding.columns` does line by line: page i has the lines `first[i]` to `first[i + 1]`."""

from libc.stdint cimport int32_t, int64_t, uint8_t

import numpy as np


def since(const uint8_t[::1] mark, const int64_t[::1] first, int64_t far):
    """`Page.since`, where `far` is FAR."""
    out_ = np.empty(mark.shape[0], np.int64)
    cdef int64_t[::1] out = out_
    cdef int64_t page, line, lines
    for page in range(first.shape[0] - 1):
        lines = far
        for line in range(first[page], first[page + 1]):
            lines = 0 if mark[line] else min(lines + 1, far)
            out[line] = lines
    return out_


def until(const uint8_t[::1] mark, const int64_t[::1] first, int64_t far):
    """`Page.until`, where `far` is FAR."""
    out_ = np.empty(mark.shape[0], np.int64)
    cdef int64_t[::1] out = out_
    cdef int64_t page, line, lines
    for page in range(first.shape[0] - 1):
        lines = far
        for line in range(first[page + 1] - 1, first[page] - 1, -1):
            lines = 0 if mark[line] else min(lines + 1, far)
            out[line] = lines
    return out_


def window(const int64_t[::1] total, const int64_t[::1] first, int64_t above, int64_t below):
    """`Sums.window`."""
    if above < -1 or below < -1:
        raise ValueError("a window begins at the next line at the latest, and ends at the one before at the earliest")
    out_ = np.empty(total.shape[0] - 1, np.int64)
    cdef int64_t[::1] out = out_
    cdef int64_t page, line, top, bottom
    for page in range(first.shape[0] - 1):
        top, bottom = first[page], first[page + 1]
        for line in range(top, bottom):
            out[line] = total[min(line + below + 1, bottom)] - total[max(line - above, top)]
    return out_


def best_stretch(const int64_t[::1] score, const int64_t[::1] first):
    """`best_stretch`: the first line, the last line and the sum of each page's."""
    begins_, sums_ = np.array(first[: first.shape[0] - 1]), np.zeros(first.shape[0] - 1, np.int64)
    ends_ = begins_ - 1
    cdef int64_t[::1] begins = begins_, ends = ends_, sums = sums_
    cdef int64_t page, line, total, lowest, begin
    for page in range(first.shape[0] - 1):
        begin, total, lowest = first[page], 0, 0
        for line in range(first[page], first[page + 1]):
            if total <= lowest:
                lowest, begin = total, line
            total += score[line]
            if total - lowest > sums[page]:
                begins[page], ends[page], sums[page] = begin, line, total - lowest
    return begins_, ends_, sums_


def repeats(const int32_t[::1] code, const int64_t[::1] first, int64_t distinct):
    """`Page.repeats` for codes below `distinct`."""
    out_ = np.empty(code.shape[0], np.int64)
    cdef int64_t[::1] out = out_, times = np.zeros(distinct, np.int64)
    cdef int64_t page, line
    for page in range(first.shape[0] - 1):
        for line in range(first[page], first[page + 1]):
            times[code[line]] += 1
        for line in range(first[page], first[page + 1]):
            out[line] = times[code[line]]
        for line in range(first[page], first[page + 1]):
            times[code[line]] = 0
    return out_
