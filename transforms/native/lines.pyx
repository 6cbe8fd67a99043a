"""`transforms.scaffolding.lines.split`: white space and line ends are marked first, then lines are walked."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcmp

import numpy as np

from transforms.native.bits cimport bits_set, eight, last_set, next_set

cdef enum:
    LINE_FEED = 10
    CARRIAGE_RETURN = 13

cdef uint64_t EACH = <uint64_t>0x0101010101010101
cdef uint64_t HIGH = <uint64_t>0x8080808080808080
cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15


def split(const uint8_t[::1] raw, const int64_t[::1] offsets):
    """The lines of texts in UTF-8, of which text i has the bytes `offsets[i]` to `offsets[i + 1]` of `raw`.

    Gives fields of `transforms.scaffolding.lines.Lines`: page, start, end, opening, second, blanks, words, code, first
    and solid; and where in `raw` the distinct lines begin and end.
    """
    cdef int64_t size = raw.shape[0], pages = offsets.shape[0] - 1
    solid_, breaks_ = np.zeros((size >> 6) + 1, np.uint64), np.zeros((size >> 6) + 1, np.uint64)
    cdef uint64_t[::1] solid = solid_, breaks = breaks_
    cdef int64_t most = pages + marked(&raw[0], size, &solid[0], &breaks[0])
    page_, start_, end_, opening_, second_, blanks_, words_ = (np.empty(most, np.int64) for _ in range(7))
    code_, first_, hashes_ = np.empty(most, np.int32), np.zeros(pages + 1, np.int64), np.empty(most, np.uint64)
    begins_, ends_ = np.empty(most, np.int64), np.empty(most, np.int64)
    slots_ = np.full(1 << int(3 * most // 2).bit_length(), -1, np.int32)
    cdef int64_t[::1] page = page_, start = start_, end = end_, opening = opening_, second = second_
    cdef int64_t[::1] blanks = blanks_, words = words_, first = first_, begins = begins_, ends = ends_
    cdef int32_t[::1] code = code_, slots = slots_
    cdef uint64_t[::1] hashes = hashes_
    cdef int64_t row, top, bottom, opens, at, begin, behind, above, second_above, found = 0, distinct = 0
    cdef uint64_t slot, number, mask = slots.shape[0] - 1
    cdef int32_t said

    for row in range(pages):
        top, bottom = offsets[row], offsets[row + 1]
        opens, above, second_above = top, 0, 0  # the line in hand, and the line ends above it
        while opens < bottom:
            at = next_set(&breaks[0], opens, bottom)
            begin = next_set(&solid[0], opens, at)
            if begin < at:
                behind = last_set(&solid[0], at) + 1
                page[found], start[found], end[found] = row, begin - top, behind - top
                opening[found], second[found] = opens - top, (second_above if above > 2 else opens) - top
                blanks[found], words[found] = above, runs(&solid[0], begin, behind)

                number = hashed(&raw[begin], behind - begin)
                slot = number & mask
                while slots[slot] >= 0:
                    said = slots[slot]
                    if (
                        hashes[said] == number
                        and ends[said] - begins[said] == behind - begin
                        and not memcmp(&raw[begins[said]], &raw[begin], behind - begin)
                    ):
                        break
                    slot = slot + 1 & mask
                else:
                    slots[slot], hashes[distinct], begins[distinct], ends[distinct] = distinct, number, begin, behind
                    distinct += 1
                code[found] = slots[slot]
                found += 1
                above = 0
            opens = at + 1
            above += 1
            if above == 2:
                second_above = opens
        first[row + 1] = found
    lines = (each[:found] for each in (page_, start_, end_, opening_, second_, blanks_, words_, code_))
    return *lines, first_, solid_, begins_[:distinct], ends_[:distinct]


cdef int64_t marked(const uint8_t* raw, int64_t size, uint64_t* solid, uint64_t* breaks) noexcept nogil:
    """Marks what is neither white space nor a control character, and what ends a line; how many there are of these."""
    cdef int64_t word, at, end, n, count = 0
    cdef uint64_t chunk, bits, wide, beyond
    cdef uint64_t[2] spaces = [0, 0]  # marks on white space beyond ASCII, which may reach into the next word
    for word in range((size >> 6) + 1):
        end = word + 1 << 6 if word + 1 << 6 < size else size
        bits, beyond = 0, 0
        for at in range(word << 6, end, 8):
            chunk = eight(raw, at, size)
            beyond |= chunk & HIGH
            wide = ((chunk & ~HIGH) + EACH * (0x7F - 32) | chunk) & HIGH  # bytes above a space
            bits |= ((wide >> 7) * <uint64_t>0x0102040810204080 >> 56) << (at & 63)  # a bit each, side by side
            if ((chunk & ~HIGH) + EACH * (0x7F - 31) | chunk) & HIGH != HIGH:  # bytes below a space
                for n in range(at, at + 8 if at + 8 < end else end):
                    if raw[n] == LINE_FEED or raw[n] == CARRIAGE_RETURN and (n + 1 == size or raw[n + 1] != LINE_FEED):
                        breaks[word] |= <uint64_t>1 << (n & 63)
                        count += 1
        spaces[0], spaces[1] = spaces[1], 0
        if beyond:
            for at in range(word << 6, end):
                for n in range(at, at + wide_space(raw, at, size)):
                    spaces[(n >> 6) - word] |= <uint64_t>1 << (n & 63)
        solid[word] = bits & ~spaces[0]
    return count


cdef inline int64_t wide_space(const uint8_t* raw, int64_t at, int64_t size) noexcept nogil:
    """Bytes of the white space beyond ASCII (`WIDE_SPACES` of the twin) that begins here, 0 for none."""
    cdef uint8_t lead = raw[at], last
    if lead == 0xC2:
        return 2 if at + 1 < size and (raw[at + 1] == 0x85 or raw[at + 1] == 0xA0) else 0
    if lead < 0xE2 or at + 2 >= size:
        return 0
    last = raw[at + 2]
    if lead == 0xE2 and raw[at + 1] == 0x80:
        return 3 if 0x80 <= last < 0x8C or last == 0xA8 or last == 0xA9 or last == 0xAF else 0
    if lead == 0xE3:
        return 3 if raw[at + 1] == 0x80 and last == 0x80 else 0
    return 3 if lead == 0xEF and raw[at + 1] == 0xBB and last == 0xBF else 0


cdef inline int64_t runs(const uint64_t* solid, int64_t begin, int64_t end) noexcept nogil:
    """How many runs of marks there are from `begin`, which is marked, to `end`."""
    cdef int64_t word, count = 0
    cdef uint64_t starts, before = 0
    for word in range(begin >> 6, (end - 1 >> 6) + 1):
        starts = solid[word]
        if word == begin >> 6:
            starts &= ~<uint64_t>0 << (begin & 63)
        if word == end - 1 >> 6:
            starts &= ~<uint64_t>0 >> (63 - (end - 1 & 63))
        count += bits_set(starts & ~(starts << 1 | before))
        before = starts >> 63
    return count


cdef inline uint64_t hashed(const uint8_t* raw, int64_t size) noexcept nogil:
    """In two chains, as each step waits for the one before."""
    cdef uint64_t even = size, odd = 0
    cdef int64_t at
    for at in range(0, size, 16):
        even = mixed(even ^ eight(raw, at, size))
        odd = mixed(odd ^ eight(raw, at + 8, size))
    return mixed(even ^ odd >> 1)


cdef inline uint64_t mixed(uint64_t number) noexcept nogil:
    number *= FACTOR
    return number ^ number >> 32
