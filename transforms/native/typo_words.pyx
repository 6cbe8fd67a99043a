"""`transforms.typos.tokens`: its `tokenize` in one pass over the bytes of each text and one over its words."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from transforms.native.bits cimport eight
from transforms.native.lexicon cimport mixed

cdef enum:  # as in `transforms.typos.tokens`
    WIDTH = 24
    WORD = 128
    FOREIGN = 8
    OTHER = 0
    BREAK = 1


def cut(
    const uint8_t[::1] text, const int64_t[::1] bounds, const uint8_t[::1] plain, const uint8_t[::1] latin,
    const uint8_t[::1] general
):
    """The fields of `transforms.typos.tokens.Words` for texts in UTF-8, from `lower` on but for `bounds`: text i has the
    bytes `bounds[i]` to `bounds[i + 1]` of `text`, which has WIDTH more.

    `plain`, `latin`, `general`: what each byte is, each second byte of U+0080 to U+00BF and each third of U+2000 to
    U+203F.
    """
    cdef Py_ssize_t texts = bounds.shape[0] - 1, most = (text.shape[0] + texts) // 2 + 1
    lower_, classes_ = np.empty(len(text), np.uint8), np.empty(len(text), np.uint8)
    start_, end_, begin_ = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(texts + 1, np.int64)
    key_, root_ = np.empty(most, np.uint64), np.empty(most, np.uint32)
    cdef int64_t[::1] edge = np.empty(np.diff(bounds).max(initial=0) + 2, np.int64)  # where words of a text begin, end
    cdef uint8_t[::1] lower = lower_, classes = classes_
    cdef int64_t[::1] start = start_, end = end_, begin = begin_
    cdef uint64_t[::1] key = key_
    cdef uint32_t[::1] root = root_
    cdef uint64_t[9] low  # the lowest bytes of a number
    cdef uint64_t one, two, three
    cdef int64_t at, size
    cdef Py_ssize_t row, n, edges, found = 0
    cdef uint8_t octet, kind, beyond = WORD | FOREIGN
    cdef bint inside, outside

    for n in range(8):
        low[n] = (<uint64_t>1 << 8 * n) - 1
    low[8] = ~<uint64_t>0
    for row in range(texts):
        edges, outside = 0, True
        for at in range(bounds[row], bounds[row + 1]):
            octet = text[at]
            kind = plain[octet]
            if octet >= 0x80:
                if octet >= 0xC0:  # the bytes of one character share its class
                    beyond = class_of(&text[at], latin, general)
                kind = beyond
            classes[at] = kind
            lower[at] = octet | (<uint8_t>(octet - c"A") < 26) << 5
            inside = kind >= WORD
            edge[edges] = at
            edges += inside == outside
            outside = not inside
        edge[edges] = bounds[row + 1]
        for n in range(0, edges, 2):
            start[found], end[found] = edge[n], edge[n + 1]
            size = edge[n + 1] - edge[n]
            at = edge[n]
            one = eight(&lower[at], 0, 8) & low[min(size, 8)]
            two = eight(&lower[at], 8, 16) & low[min(max(size - 8, 0), 8)]
            three = eight(&lower[at], 16, 24) & low[min(max(size - 16, 0), 8)]
            key[found], root[found] = mixed(one, two, three, max(size - WIDTH, 0)), <uint32_t>one
            found += 1
        begin[row + 1] = found
    lower_[bounds[texts] :], classes_[bounds[texts] :] = 0, 0
    return lower_, classes_, begin_, start_[:found], end_[:found], key_[:found], root_[:found]


def union(const uint8_t[::1] classes, const int64_t[::1] low, const int64_t[::1] high):
    """`transforms.typos.tokens._union`: the bits that occur in each span (uint8)."""
    found_ = np.zeros(len(low), np.uint8)
    cdef uint8_t[::1] found = found_
    cdef Py_ssize_t n
    cdef int64_t at
    cdef uint8_t bits
    for n in range(low.shape[0]):
        bits = 0
        for at in range(max(low[n], 0), min(high[n], classes.shape[0])):
            bits |= classes[at]
        found[n] = bits
    return found_


cdef inline uint8_t class_of(const uint8_t* lead, const uint8_t[::1] latin, const uint8_t[::1] general) noexcept:
    """What the character is that begins here."""
    if lead[0] == 0xC2:
        return latin[lead[1]]
    if lead[0] == 0xE2:
        return general[lead[2]] if lead[1] == 0x80 else OTHER
    if lead[0] == 0xE3:
        return BREAK if lead[1] == 0x80 else WORD | FOREIGN
    return OTHER if lead[0] >= 0xF0 else WORD | FOREIGN
