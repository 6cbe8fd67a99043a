"""`transforms.scaffolding.finder.Finder.find` in one pass over the lines."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from transforms.native.bits cimport eight

cdef enum:  # as in `transforms.scaffolding.finder`
    PIECE = 4
    HASH_BITS = 17
    SHELF_BITS = 12

cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15
cdef uint64_t SMALL = 0x20202020
cdef uint64_t AT_HEAD = <uint64_t>1 << 8 * PIECE + 4


cdef struct Filed:  # the literals, and what each means
    const uint64_t* keys
    const int64_t* literal
    const int64_t* back
    const int64_t* first
    const uint8_t* text
    const int64_t* starts
    const int64_t* meant
    const int64_t* bounds


def find(
    const uint8_t[::1] raw, const int64_t[::1] begins, const int64_t[::1] ends, pieces,
    const int64_t[::1] meant, const int64_t[::1] bounds
):
    """Which numbers are meant by a literal of each line: uint8, a row a line, eight numbers a byte, the lowest bit first.

    Line i has the bytes `begins[i]` to `ends[i]` of `raw`. `pieces` are `transforms.scaffolding.finder.Pieces`; literal
    n means the numbers `meant[bounds[n]]` to `meant[bounds[n + 1]]`.
    """
    cdef const uint64_t[::1] keys = pieces.keys
    cdef const int64_t[::1] literal = pieces.literal, back = pieces.back, first = pieces.first, starts = pieces.starts
    cdef const uint8_t[::1] whole = pieces.whole, short = pieces.short, text = pieces.text
    cdef Filed filed = Filed(&keys[0], &literal[0], &back[0], &first[0], &text[0], &starts[0], &meant[0], &bounds[0])
    cdef const uint8_t* wholes = &whole[0]
    cdef const uint8_t* shorts = &short[0]
    cdef const uint8_t* data = &raw[0] if raw.shape[0] else NULL
    cdef int64_t line, at, begin, end, lacks, most = 0, size = raw.shape[0], lines = begins.shape[0]
    cdef uint64_t four, hashed
    cdef bint inside = False
    cdef uint8_t* found
    for at in range(meant.shape[0]):
        most = max(most, meant[at])
    marks = np.zeros((lines, (most >> 3) + 1), np.uint8)
    cdef uint8_t[:, ::1] rows = marks

    for line in range(lines):
        begin, end = begins[line], ends[line]
        if not 0 <= begin <= end <= size:
            raise ValueError("a line leaves the bytes")
        found, inside = &rows[line, 0], False
        for at in range(begin, end):
            four = <uint32_t>eight(data, at, size) | SMALL
            hashed = four * FACTOR >> 64 - HASH_BITS
            if wholes[hashed >> 3] >> (hashed & 7) & 1:
                look_up(&filed, four, data, at, begin, end, found)
            if shorts[(four & 0xFFFF) >> 3] >> (four & 7) & 1:
                for lacks in range(1, PIECE):
                    look_up(&filed, shortened(four, lacks), data, at, begin, end, found)
            if not inside and of_word(data[at]):  # the line's head
                inside = True
                for lacks in range(PIECE):
                    look_up(&filed, shortened(four, lacks) | AT_HEAD, data, at, begin, end, found)
    return marks


cdef inline uint64_t shortened(uint64_t four, int64_t lacks) noexcept:
    """The key of a piece's first bytes."""
    return four & ~<uint64_t>0 >> 64 - 8 * (PIECE - lacks) | <uint64_t>lacks << 8 * PIECE


cdef void look_up(
    const Filed* filed, uint64_t key, const uint8_t* raw, int64_t at, int64_t begin, int64_t end, uint8_t* found
) noexcept:
    """Marks what is meant by the literals that stand here with a piece of this key at `at`."""
    cdef uint64_t shelf = key * FACTOR >> 64 - SHELF_BITS
    cdef int64_t piece, literal, start, size, n
    for piece in range(filed.first[shelf], filed.first[shelf + 1]):
        if filed.keys[piece] != key:
            continue
        literal, start = filed.literal[piece], at - filed.back[piece]
        size = filed.starts[literal + 1] - filed.starts[literal]
        if start < begin or size > end - start:
            continue
        for n in range(size):
            if small(raw[start + n]) != filed.text[filed.starts[literal] + n]:
                break
        else:
            for n in range(filed.bounds[literal], filed.bounds[literal + 1]):
                found[filed.meant[n] >> 3] |= 1 << (filed.meant[n] & 7)


cdef inline uint8_t small(uint8_t byte) noexcept:
    return byte | 0x20 if 65 <= byte <= 90 else byte


cdef inline bint of_word(uint8_t byte) noexcept:
    return 48 <= byte <= 57 or 97 <= (byte | 0x20) <= 122 or byte == 95
