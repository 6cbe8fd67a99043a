"""`transforms.survey._letters` in one pass over the bytes."""

from libc.stdint cimport int64_t, uint8_t

import numpy as np


def taken(const uint8_t[::1] raw, const int64_t[::1] offsets, const uint8_t[::1] letters):
    """The letters of texts, one behind the other, and where each text's begin and end (int64, a text and one).

    Text i has the bytes `offsets[i]` to `offsets[i + 1]` of `raw`. `letters` gives for each byte what it is in small
    letters, 0 where it is none.
    """
    cdef int64_t texts = offsets.shape[0] - 1, text, at, found = 0
    taken_, bounds_ = np.empty(max(offsets[texts] - offsets[0], 1), np.uint8), np.zeros(texts + 1, np.int64)
    cdef uint8_t[::1] out = taken_
    cdef int64_t[::1] bounds = bounds_
    cdef uint8_t letter
    for text in range(texts):
        for at in range(offsets[text], offsets[text + 1]):
            letter = letters[raw[at]]
            out[found] = letter  # the next one takes its place if it is none
            found += letter != 0
        bounds[text + 1] = found
    return taken_[:found], bounds_
