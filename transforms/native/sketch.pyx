"""The loop of `transforms.neardup.sketch`: what a sketch tells of a text, in one pass over its tokens."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

cdef enum:
    SHINGLE_WORDS = 3  # as in `transforms.neardup.sketch`
    HEADLINE = 30
    LINE_FEED = 0x0A  # as in `transforms.neardup.quotes`
    STRAIGHT = 0x22

cdef enum Digit:  # what a character is; 0 is one not yet looked at
    UNKNOWN
    OTHER
    DIGIT

cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15


def told(
    const uint8_t[::1] raw, const int64_t[::1] offsets,
    const uint64_t[::1] hashes, const int32_t[::1] initials, const uint8_t[::1] capital,
    const int64_t[::1] starts, const int64_t[::1] ends, const int64_t[::1] first,
    const uint8_t[::1] digits, learn,
):
    """As `transforms.neardup.sketch._told`, of texts in UTF-8 (as in `tokens.cut`) and the fields of their tokens.

    `digits` tells of each character's code what it is; `learn` is called with a code of which that is unknown, and sets
    it.
    """
    cdef Py_ssize_t texts = first.shape[0] - 1, tokens = hashes.shape[0]
    headlines_, bounds_ = np.zeros(texts, np.int32), np.zeros((3, texts + 1), np.int64)
    shingles_, named_, quotes_ = np.empty(tokens, np.uint32), np.empty(tokens, bool), np.empty(tokens + texts, np.int32)
    numbers_, places_ = np.empty(tokens, np.uint32), np.empty(tokens, np.int32)
    cdef int32_t[::1] headlines = headlines_, quotes = quotes_, places = places_
    cdef uint32_t[::1] shingles = shingles_, numbers = numbers_
    cdef uint8_t[::1] named = named_.view(np.uint8)
    cdef int64_t[:, ::1] bounds = bounds_
    cdef const uint8_t* here
    cdef Py_ssize_t text, t, begin, behind, size, shingled = 0, quoted = 0, numbered = 0
    cdef int64_t gap, end, headline
    cdef int32_t initial
    cdef uint64_t mixed
    cdef int is_name, names  # bit n: the word n before this one is a name
    cdef bint within, was

    for text in range(texts):
        here, size = &raw[offsets[text]], offsets[text + 1] - offsets[text]
        begin, behind = first[text], first[text + 1]
        end, headline, within, names = 0, -1, False, 0
        for t in range(begin, behind):
            was, gap = within, starts[t] - end
            if gap > 1 or (gap == 1 and here[end] != c" "):
                within = marked(here, end, starts[t], size, within, &headline, t - begin)
            if within != was:
                quotes[quoted] = t - begin
                quoted += 1
            is_name = capital[t] & (gap == 1) & (t > begin)
            names = (names << 1 | is_name) & 0b111
            if t >= begin + SHINGLE_WORDS - 1:
                mixed = (hashes[t - 2] * FACTOR + hashes[t - 1]) * FACTOR + hashes[t]
                shingles[shingled], named[shingled] = finished(mixed), names != 0
                shingled += 1
            initial = initials[t]
            if initial >= 0x80 and digits[initial] == UNKNOWN:
                learn(initial)
            if c"0" <= initial <= c"9" or (initial >= 0x80 and digits[initial] == DIGIT):
                numbers[numbered], places[numbered] = hashes[t] >> 32, t - begin
                numbered += 1
            end = ends[t]
        if within:
            quotes[quoted] = behind - begin
            quoted += 1
        if 0 < behind - begin < SHINGLE_WORDS:
            mixed = hashes[begin] * FACTOR
            if behind - begin == 2:
                mixed += hashes[begin + 1]
            shingles[shingled], named[shingled] = finished(mixed * FACTOR), names != 0
            shingled += 1
        if headline <= HEADLINE and 4 * headline <= behind - begin:
            headlines[text] = max(headline, 0)
        bounds[0, text + 1], bounds[1, text + 1], bounds[2, text + 1] = shingled, quoted, numbered
    return (
        headlines_,
        (shingles_[:shingled], named_[:shingled], bounds_[0]),
        (quotes_[:quoted].copy(), bounds_[1]),  # of few words: the rest of so much memory is not to wait with them
        (numbers_[:numbered].copy(), places_[:numbered].copy(), bounds_[2]),
    )


cdef inline bint marked(
    const uint8_t* here, int64_t at, int64_t behind, int64_t size, bint within, int64_t* headline, int64_t word
) noexcept nogil:
    """Whether what stands behind these bytes between two words is quoted, where what stands before them is `within`.

    Also sets the words of the `headline`, if it ends here.
    """
    while at < behind:
        if here[at] == LINE_FEED:
            within = False
            if headline[0] < 0:
                headline[0] = word
        elif here[at] == STRAIGHT:
            within = opens(here, at)
        elif here[at] == 0xE2 and at + 2 < size and here[at + 1] == 0x80 and 0x9C <= here[at + 2] <= 0x9E:
            within = opens(here, at)
        at += 1
    return within


cdef inline bint opens(const uint8_t* here, int64_t mark) noexcept nogil:
    """Whether a quotation mark opens one: it stands behind white space, a bracket or a dash."""
    cdef uint8_t before
    if mark == 0:
        return True
    before = here[mark - 1]
    if before in (0x20, 0x09, 0x0A, 0x0D, 0x28, 0x5B, 0x2D):
        return True
    if before == 0xA0:
        return mark > 1 and here[mark - 2] == 0xC2
    return 0x93 <= before <= 0x94 and mark > 2 and here[mark - 2] == 0x80 and here[mark - 3] == 0xE2


cdef inline uint32_t finished(uint64_t mixed) noexcept nogil:
    mixed ^= mixed >> 33
    mixed *= <uint64_t>0xFF51AFD7ED558CCD
    return mixed >> 32
