"""`transforms.typos.lexicon.Index.find`, some keys after others."""

from libc.stdint cimport int32_t

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
