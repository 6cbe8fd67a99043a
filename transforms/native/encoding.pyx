"""What `transforms.encoding.columns` looks for in every byte, in one pass: odd lines, and traces of damage."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy

import numpy as np

cdef enum:
    BLOCK = 8  # bytes that are looked at together

cdef uint64_t EACH = <uint64_t>0x0101010101010101  # times a byte: that byte eight times
cdef uint64_t HIGH = 0x80 * EACH


def odd_lines(const uint8_t[::1] data, const int64_t[::1] offsets, const uint8_t[::1] harmless):
    """The lines of texts in UTF-8 that are odd or end oddly, as `transforms.encoding.columns._OddLines` has them.

    Text i has the bytes `offsets[i]` to `offsets[i + 1]` of `data`; `harmless` tells of each character's code below
    U+10000 whether it is.
    """
    cdef const uint8_t* raw = start_of(data, offsets, harmless)
    cdef Py_ssize_t text, at, begin, end, line, tried, found = 0
    cdef int64_t size, line_end
    cdef bint odd, ends_oddly
    cdef int64_t[:, ::1] lines = np.empty((256, 6), np.int64)

    for text in range(offsets.shape[0] - 1):
        begin, end = offsets[text], offsets[text + 1]
        at = tried = begin
        while at < end:
            line, line_end, odd, ends_oddly = at, 0, False, False
            while at < end and not line_end:
                if at >= tried and end - at >= BLOCK:
                    if plain(raw + at):
                        at += BLOCK
                        continue
                    tried = at + BLOCK  # up to there byte by byte
                if raw[at] >= 0xC0:
                    odd |= not mild(raw, at, end, &harmless[0], &size)
                    if size == 3 and raw[at] == 0xE2 and raw[at + 1] == 0x80 and raw[at + 2] & 0xFE == 0xA8:
                        line_end, ends_oddly = 3, True  # U+2028, U+2029
                    at += size
                else:
                    if 0x0A <= raw[at] <= 0x0D:
                        line_end, ends_oddly = 1, raw[at] != 0x0A
                    else:
                        odd |= raw[at] >= 0x7F or raw[at] == c";" or (raw[at] < c" " and raw[at] != c"\t")
                    at += 1
            if odd or ends_oddly:
                if found == lines.shape[0]:
                    lines = np.concatenate((lines, np.empty_like(lines)))
                lines[found, 0], lines[found, 1], lines[found, 2] = text, line, at - line_end
                lines[found, 3], lines[found, 4], lines[found, 5] = at, odd, ends_oddly
                found += 1
    return np.ascontiguousarray(np.asarray(lines)[:found].T)


def traces(const uint8_t[::1] data, const int64_t[::1] offsets, const uint8_t[::1] harmless):
    """How many replacement characters each text holds, and how many characters beyond ASCII that are not harmless."""
    cdef const uint8_t* raw = start_of(data, offsets, harmless)
    cdef Py_ssize_t text, at, end, texts = offsets.shape[0] - 1
    cdef int64_t size
    counts = np.zeros((2, texts), np.int64)
    cdef int64_t[:, ::1] lost_beyond = counts

    for text in range(texts):
        at, end = offsets[text], offsets[text + 1]
        while at < end:
            if end - at >= BLOCK and ascii(raw + at):
                at += BLOCK
            elif raw[at] < 0xC0:
                at += 1
            else:
                lost_beyond[1, text] += not mild(raw, at, end, &harmless[0], &size)
                lost_beyond[0, text] += size == 3 and raw[at] == 0xEF and raw[at + 1] == 0xBF and raw[at + 2] == 0xBD
                at += size
    return counts[0], counts[1]


cdef const uint8_t* start_of(
    const uint8_t[::1] data, const int64_t[::1] offsets, const uint8_t[::1] harmless
) except? NULL:
    """The first byte, where all offsets lie within the bytes and the table has all codes."""
    cdef Py_ssize_t text, texts = offsets.shape[0] - 1
    cdef bint within = harmless.shape[0] == 0x10000 and texts >= 0 and offsets[0] >= 0 and offsets[texts] <= data.shape[0]
    for text in range(texts):
        within &= offsets[text] <= offsets[text + 1]
    if not within:
        raise ValueError("offsets leave the bytes")
    return &data[0] if data.shape[0] else NULL


cdef inline bint plain(const uint8_t* block) noexcept:
    """Whether eight bytes are all from 20 to 7E, none of them a semicolon."""
    cdef uint64_t each, others
    memcpy(&each, block, BLOCK)
    others = each ^ c";" * EACH
    return not (((each - c" " * EACH) & ~each | each + EACH | each | (others - EACH) & ~others) & HIGH)


cdef inline bint ascii(const uint8_t* block) noexcept:
    cdef uint64_t each
    memcpy(&each, block, BLOCK)
    return not each & HIGH


cdef inline bint mild(
    const uint8_t* raw, Py_ssize_t at, Py_ssize_t end, const uint8_t* harmless, int64_t* size
) noexcept:
    """Whether the character of two bytes or more that begins at `at` is harmless; its size."""
    cdef int32_t code
    size[0] = min(end - at, 2 if raw[at] < 0xE0 else 3 if raw[at] < 0xF0 else 4)
    if size[0] == 2 and raw[at] < 0xE0:
        code = (raw[at] & 0x1F) << 6 | raw[at + 1] & 0x3F
    elif size[0] == 3 and raw[at] < 0xF0:
        code = (raw[at] & 0x0F) << 12 | (raw[at + 1] & 0x3F) << 6 | raw[at + 2] & 0x3F
    else:
        return False
    return harmless[code]
