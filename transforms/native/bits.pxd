"""Bytes eight at a time, and marks on bytes as bits, 64 to a word: bit `at & 63` of word `at >> 6` tells of byte `at`."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    #define lowest_bit(number) __builtin_ctzll(number)
    #define highest_bit(number) (63 - __builtin_clzll(number))
    #define bits_set(number) __builtin_popcountll(number)
    #define fetch(address) __builtin_prefetch(address)

    static inline uint64_t eight(const uint8_t *raw, int64_t at, int64_t end) {
        uint64_t number = 0;
        if (end - at >= 8) memcpy(&number, raw + at, 8);
        else if (end > at) memcpy(&number, raw + at, end - at);
    #if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        number = __builtin_bswap64(number);
    #endif
        return number;
    }
    """
    int lowest_bit(uint64_t) nogil  # of a number that is not 0
    int highest_bit(uint64_t) nogil  # likewise
    int bits_set(uint64_t) nogil
    void fetch(const void*) nogil  # into the cache, ahead of use
    uint64_t eight(const uint8_t* raw, int64_t at, int64_t end) nogil  # bytes from `at`, the first lowest; 0 from `end`


cdef inline int64_t next_set(const uint64_t* bits, int64_t at, int64_t end) noexcept nogil:
    """The first place from `at` on, before `end`, that is marked; `end` where there is none."""
    if at >= end:
        return end
    cdef int64_t word = at >> 6, last = end - 1 >> 6
    cdef uint64_t left = bits[word] & ~<uint64_t>0 << (at & 63)
    while not left:
        if word == last:
            return end
        word += 1
        left = bits[word]
    at = (word << 6) + lowest_bit(left)
    return at if at < end else end


cdef inline int64_t last_set(const uint64_t* bits, int64_t end) noexcept nogil:
    """The last place before `end` that is marked, of which there is one."""
    cdef int64_t word = end - 1 >> 6
    cdef uint64_t left = bits[word] & ~<uint64_t>0 >> (63 - (end - 1 & 63))
    while not left:
        word -= 1
        left = bits[word]
    return (word << 6) + highest_bit(left)


cdef inline int64_t edges(const uint64_t* bits, int64_t at, int64_t end, int32_t* starts, int32_t* ends) noexcept nogil:
    """Where each run of marks begins and ends, between `at` and `end`; how many there are."""
    cdef int64_t word, last = end - 1 >> 6, begun = 0, ended = 0
    cdef uint64_t here, before = 0, behind, found
    for word in range(at >> 6, last + 1 if at < end else at >> 6):
        here = bits[word]
        if word == at >> 6:
            here &= ~<uint64_t>0 << (at & 63)
        if word == last:
            here &= ~<uint64_t>0 >> (63 - (end - 1 & 63))
            behind = 0
        else:
            behind = bits[word + 1] << 63
        found = here & ~(here << 1 | before)
        while found:
            starts[begun] = (word << 6) + lowest_bit(found)
            found &= found - 1
            begun += 1
        found = here & ~(here >> 1 | behind)
        while found:
            ends[ended] = (word << 6) + lowest_bit(found) + 1
            found &= found - 1
            ended += 1
        before = here >> 63
    return begun
