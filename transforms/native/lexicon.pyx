"""`transforms.typos.lexicon.Index.find`, some keys after others; and `passage.Passage.where`."""

from libc.stdint cimport int32_t, int64_t, uint8_t

import numpy as np

from transforms.native.lexicon cimport Key, Table, places

cdef enum:
    BLOCK = 32  # keys


def find(const Key[::1] members, const int32_t[::1] begin, int shift, const Key[::1] wanted):
    """The place of each wanted key among the members, -1 where it is none of them (int32).

    `members`: sorted, and one more that is above all keys; `begin`: where those with each leading bits begin, which are
    what `shift` leaves of a key.
    """
    found_ = np.empty(wanted.shape[0], np.int32)
    cdef int32_t[::1] found = found_
    cdef Table table = Table(&begin[0], begin.shape[0], members.shape[0] - 1, shift)
    cdef Py_ssize_t at
    for at in range(0, wanted.shape[0], BLOCK):
        places(&table, &members[0], &wanted[at], &found[at], min(BLOCK, wanted.shape[0] - at))
    return found_


def where(const int32_t[::1] rows, flags):
    """The places of rows whose flag is set (int64); a row of -1 has the last flag."""
    found_ = np.empty(len(rows) + 1, np.int64)
    cdef int64_t[::1] found = found_
    cdef const uint8_t[::1] flag = flags.view(np.uint8)
    cdef Py_ssize_t at, row, count = 0
    for at in range(rows.shape[0]):
        row = rows[at]
        found[count] = at
        count += flag[row if row >= 0 else flag.shape[0] - 1]
    return found_[:count]
