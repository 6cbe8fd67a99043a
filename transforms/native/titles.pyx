"""Which lines say the title of their page, `transforms.scaffolding.page._compared` where letters are ASCII."""

from libc.stdint cimport int64_t, uint8_t, uint64_t

import numpy as np

cdef enum:
    MOST = 128  # different words of a text; who has more is left to the twin
    NO = 0
    YES = 1
    UNKNOWN = 2

cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15


def compared(lines, const uint8_t[::1] titles, const int64_t[::1] offsets, const int64_t[::1] looked, int64_t fewest):
    """For each page whether its title has fewer words than `fewest`, and for each line of `looked` whether it says the
    title: uint8 each, 1 for yes, 2 where that cannot be told here. Words are told apart by a hash of 64 bits.

    Page i has the title `titles[offsets[i]:offsets[i + 1]]`; `looked` are lines from top to bottom, page after page.
    """
    few_, says_ = np.full(lines.pages, UNKNOWN, np.uint8), np.full(len(looked), UNKNOWN, np.uint8)
    cdef uint8_t[::1] few = few_, says = says_
    cdef const uint8_t[::1] raw = lines.raw
    cdef const int64_t[::1] offset = lines.offset, start = lines.start, end = lines.end, pages = lines.page
    cdef const uint8_t[::1] letters = LETTERS
    cdef int64_t page, line, at = 0, n, own, shared, most
    cdef uint64_t[MOST] title, words
    for page in range(few.shape[0]):
        most = different(&titles[0], offsets[page], offsets[page + 1], &letters[0], title)
        if most >= 0:
            few[page] = YES if most < fewest else NO
        while at < looked.shape[0] and pages[looked[at]] == page:
            line = looked[at]
            own = different(&raw[0], offset[page] + start[line], offset[page] + end[line], &letters[0], words)
            if most >= 0 and own >= 0:
                shared = 0
                for n in range(own):
                    shared += among(words[n], title, most)
                says[at] = YES if own >= fewest and 10 * shared >= 8 * own and 2 * own >= most else NO
            at += 1
    return few_, says_


LETTERS = np.array([ord(chr(code).lower()) if chr(code).isalnum() else 0 for code in range(128)], np.uint8)


cdef inline int64_t different(
    const uint8_t* raw, int64_t at, int64_t end, const uint8_t* letters, uint64_t* words
) noexcept nogil:
    """The different words of a text, as hashes, and how many; -1 where one has a letter beyond ASCII, or too many do."""
    cdef int64_t count = 0
    cdef uint64_t word = 0
    cdef uint8_t letter
    while at < end:
        letter = 0
        if raw[at] < 0x80:
            letter = letters[raw[at]]
            at += 1
        elif raw[at] == 0xE2 and at + 2 < end and raw[at + 1] == 0x80:  # U+2000 to U+203F: spaces, dashes, quotes
            at += 3
        else:
            return -1
        if letter:
            word = (word ^ letter) * FACTOR
            word ^= word >> 32
            if at < end:
                continue
        if word and not among(word, words, count):
            if count == MOST:
                return -1
            words[count] = word
            count += 1
        word = 0
    return count


cdef inline bint among(uint64_t word, const uint64_t* words, int64_t count) noexcept nogil:
    cdef int64_t n
    for n in range(count):
        if words[n] == word:
            return True
    return False
