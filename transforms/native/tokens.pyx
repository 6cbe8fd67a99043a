"""`transforms.tokens.tokenize` in one pass over the bytes."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memset

import numpy as np

cdef enum Kind:  # as in `transforms.tokens`
    UNKNOWN
    SEPARATOR
    WORD
    ALONE

cdef enum:
    CHUNK = 8  # bytes of a word that are looked at at a time

cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15


def cut(
    const uint8_t[::1] raw, const int64_t[::1] offsets, const uint8_t[::1] kinds, const int32_t[::1] lower, learn
):
    """The fields of `transforms.tokens.Tokens` for texts in UTF-8: text i has the bytes `offsets[i]` to
    `offsets[i + 1]` of `raw`.

    `kinds` and `lower` tell of each character's code what it is and its lower-case form, which has as many bytes;
    `learn` is called with a code whose kind is unknown, and sets both.
    """
    cdef Py_ssize_t texts = offsets.shape[0] - 1, most = (raw.shape[0] + texts) // 2 + 1
    hashes_, initials_, capital_ = np.empty(most, np.uint64), np.empty(most, np.int32), np.empty(most, bool)
    starts_, ends_, first_ = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(texts + 1, np.int64)
    cdef uint64_t[::1] hashes = hashes_
    cdef int32_t[::1] initials = initials_
    cdef uint8_t[::1] capital = capital_.view(np.uint8)
    cdef int64_t[::1] starts = starts_, ends = ends_, first = first_
    cdef Py_ssize_t text, at, begin, end, found = 0
    cdef int64_t size, n
    cdef int32_t code, low
    cdef uint8_t kind
    cdef uint8_t[256] plain  # the letters and digits of ASCII, in lower case
    cdef uint64_t number = 0, chunk = 0
    cdef int filled = 0
    cdef const uint8_t* bytes = &raw[0] if raw.shape[0] else NULL
    cdef const uint8_t* kinds_of = &kinds[0]

    for n in range(0x80):
        plain[n] = lower[n] if kinds[n] == WORD else 0
    memset(plain + 0x80, 0, 0x80)
    for text in range(texts):
        begin, end = offsets[text], offsets[text + 1]
        at = begin
        while at < end:
            code = character(bytes + at, end - at, &size, kinds_of, learn)
            kind, low = kinds_of[code], lower[code]
            at += size
            if kind == SEPARATOR:
                continue
            # a token begins here: its first character, then all that belong to it
            starts[found], initials[found], capital[found] = at - size - begin, low, low != code
            number, chunk, filled = 0, 0, 0
            while True:
                for n in range(size):
                    chunk |= <uint64_t>(low if size == 1 else encoded(low, size, n)) << 8 * filled
                    filled += 1
                    if filled == CHUNK:
                        number, chunk, filled = mixed(number ^ chunk), 0, 0
                if kind == ALONE:
                    break
                while at < end and plain[bytes[at]]:
                    chunk |= <uint64_t>plain[bytes[at]] << 8 * filled
                    at += 1
                    filled += 1
                    if filled == CHUNK:
                        number, chunk, filled = mixed(number ^ chunk), 0, 0
                if at == end:
                    break
                code = character(bytes + at, end - at, &size, kinds_of, learn)
                kind, low = kinds_of[code], lower[code]
                if kind != WORD:
                    if not (kind == SEPARATOR and size == 1 and at + 1 < end and joins(bytes + at)):
                        break
                    kind, low = WORD, code
                at += size
            hashes[found] = mixed(number ^ chunk) if filled else number
            ends[found] = at - begin
            found += 1
        first[text + 1] = found
    return hashes_[:found], initials_[:found], capital_[:found], starts_[:found], ends_[:found], first_


cdef inline int32_t character(
    const uint8_t* at, Py_ssize_t left, int64_t* size, const uint8_t* kinds, learn
) except -1:
    """The code of the character that begins here, whose kind is known then, and its size."""
    cdef int32_t code = at[0]
    size[0] = 1
    if code >= 0x80:
        code = decoded(at, left, size)
        if kinds[code] == UNKNOWN:
            learn(code)
    return code


cdef inline int32_t decoded(const uint8_t* at, Py_ssize_t left, int64_t* size) noexcept:
    """The code of the character of two bytes or more that begins here, `left` bytes before its text ends; its size."""
    cdef int32_t code = at[0]
    cdef int64_t n
    if code < 0xE0:
        size[0], code = 2, code & 0x1F
    elif code < 0xF0:
        size[0], code = 3, code & 0x0F
    else:
        size[0], code = 4, code & 0x07
    if size[0] > left:  # no column of strings holds such a text; were there one, nothing beyond it is read
        size[0] = left
    for n in range(1, size[0]):
        code = code << 6 | at[n] & 0x3F
    return code if code < 0x110000 else 0xFFFD


cdef inline uint8_t encoded(int32_t code, int64_t size, int64_t n) noexcept:
    """Byte n of a character of `size` bytes, two or more."""
    cdef int32_t bits = code >> 6 * (size - 1 - n)
    if n:
        return bits & 0x3F | 0x80
    return bits & 0x1F | (0xC0 if size == 2 else 0xE0 if size == 3 else 0xF0)


cdef inline bint joins(const uint8_t* at) noexcept:
    """Whether a comma or full stop stands here between two digits; the character before belongs to the token."""
    return (at[0] == c"." or at[0] == c",") and digit((at - 1)[0]) and digit(at[1])


cdef inline bint digit(uint8_t byte) noexcept:
    return <uint8_t>(byte - c"0") < 10


cdef inline uint64_t mixed(uint64_t number) noexcept:
    number *= FACTOR
    return number ^ number >> 32
