"""The searches of `transforms.typos.neighbours.Neighbours`, a spelling after another.

Spellings and words are rows of `tokens.matrix` with their lengths; what is found are rows of both (int64).
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy, memmove

import numpy as np

from transforms.native.bits cimport bits_set, eight
from transforms.native.lexicon cimport Table, mixed, places

cdef enum:
    WIDTH = 24  # letters of a word, as in `transforms.typos.tokens`
    ROOM = 32  # bytes for a word with a letter more
    DISTINCT = 4  # letters that only one of two words may have, if they are two slips apart


def one_slip(
    const uint8_t[:, ::1] rows, const int64_t[::1] sizes, const uint64_t[::1] keys,
    const uint64_t[::1] members, const int32_t[::1] begin, int shift, const int64_t[::1] first, const int32_t[::1] filed
):
    """`Neighbours.of`. `keys`: those of the words; `members`, `begin`, `shift`: an index of the keys that they are
    filed under, of which member m has the words `filed[first[m]]` to `filed[first[m + 1]]`."""
    spelling_, word_ = np.empty(2 * len(rows), np.int64), np.empty(2 * len(rows), np.int64)
    cdef int64_t[::1] spelling = spelling_, word = word_
    cdef Py_ssize_t row, at, n, ways, count, low, found = 0
    cdef Table table = Table(&begin[0], begin.shape[0], members.shape[0] - 1, shift)
    cdef const uint8_t* typed
    cdef uint64_t asked[WIDTH + 1]
    cdef int32_t place[WIDTH + 1]
    cdef uint8_t less[WIDTH]

    for row in range(rows.shape[0]):
        typed = &rows[row, 0]
        asked[0], ways = key(typed), 1
        if sizes[row] > 2:
            memcpy(less, typed + 1, WIDTH - 1)
            less[WIDTH - 1] = 0
            for at in range(min(sizes[row], WIDTH)):  # without the letter there
                asked[ways] = key(less)
                ways += 1
                less[at] = typed[at]
        places(&table, &members[0], asked, place, ways)
        count = 0
        for n in range(ways):
            if place[n] >= 0:
                count += first[place[n] + 1] - first[place[n]]
        if found + count > spelling.shape[0]:
            spelling_, word_ = grown(spelling_, count), grown(word_, count)
            spelling, word = spelling_, word_
        low = found
        for n in range(ways):
            if place[n] >= 0:
                for at in range(first[place[n]], first[place[n] + 1]):
                    if keys[filed[at]] != asked[0] and put(&word[0], low, found, filed[at]):
                        spelling[found] = row
                        found += 1
    return spelling_[:found], word_[:found]


def two_slips(
    const uint8_t[:, ::1] rows, const int64_t[::1] sizes, const uint8_t[:, ::1] words, const int64_t[::1] lengths,
    const int64_t[::1] ends, const int64_t[::1] by_ends, const int64_t[::1] letters, int64_t least
):
    """`Neighbours.two_slips`. `ends`, sorted: the first and last two letters of words as a number; `by_ends`,
    `letters`: which words these are, and which letters they have; `least`: letters of a spelling that is looked at."""
    spelling_, word_ = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    cdef int64_t[::1] spelling = spelling_, word = word_
    cdef Py_ssize_t row, at, low, high, other, found = 0
    cdef int64_t size, wanted, own
    cdef const uint8_t* typed

    for row in range(rows.shape[0]):
        size, typed = min(sizes[row], WIDTH), &rows[row, 0]
        if size < max(least, 2):
            continue
        wanted = <int64_t>typed[0] << 24 | <int64_t>typed[1] << 16 | <int64_t>typed[size - 2] << 8 | typed[size - 1]
        low, high = 0, ends.shape[0]
        while low < high:
            at = (low + high) // 2
            if ends[at] < wanted:
                low = at + 1
            else:
                high = at
        own = 0
        for at in range(WIDTH):
            if typed[at]:
                own |= <int64_t>1 << (typed[at] & 31)
        while low < ends.shape[0] and ends[low] == wanted:
            other = by_ends[low]
            if (
                bits_set(own ^ letters[low]) <= DISTINCT
                and -2 <= size - lengths[other] <= 2
                and two_apart(typed, size, &words[other, 0], min(lengths[other], WIDTH))
            ):
                if found == spelling.shape[0]:
                    spelling_, word_ = grown(spelling_, 1), grown(word_, 1)
                    spelling, word = spelling_, word_
                spelling[found], word[found] = row, other
                found += 1
            low += 1
    return spelling_[:found], word_[:found]


cdef inline uint64_t key(const uint8_t* row) noexcept nogil:
    """`tokens.matrix_keys` of a row."""
    return mixed(eight(row, 0, WIDTH), eight(row, 8, WIDTH), eight(row, 16, WIDTH), 0)


cdef grown(array, Py_ssize_t more):
    """An array twice as long, and some more."""
    return np.append(array, np.empty(len(array) + more, array.dtype))


cdef inline bint put(int64_t* sorted, Py_ssize_t low, Py_ssize_t high, int64_t value) noexcept nogil:
    """Put a value in its place between two others, `high` being free; False if it is there."""
    cdef Py_ssize_t at = high
    while at > low and sorted[at - 1] > value:
        at -= 1
    if at > low and sorted[at - 1] == value:
        return False
    memmove(sorted + at + 1, sorted + at, (high - at) * sizeof(int64_t))
    sorted[at] = value
    return True


cdef bint two_apart(const uint8_t* typed, int64_t size, const uint8_t* word, int64_t length) noexcept nogil:
    """`neighbours._two_apart` of a pair: where they begin to differ, one slip is mended; is another left?"""
    cdef uint8_t mended[ROOM]
    cdef int64_t head = 0
    cdef uint8_t wanted, here, after
    while head < size and head < length and typed[head] == word[head]:
        head += 1
    if head == size == length:
        return False
    wanted = word[head] if head < length else 0
    here = typed[head] if head < size else 0
    after = typed[head + 1] if head + 1 < size else 0
    memcpy(mended, typed, WIDTH)
    if head < size:
        memmove(mended + head, typed + head + 1, size - head - 1)
    if slipped(mended, size - 1, word, length):
        return True
    memcpy(mended, typed, WIDTH)
    mended[head] = wanted
    if slipped(mended, size, word, length):
        return True
    mended[head], mended[head + 1] = after, here
    if slipped(mended, size, word, length):
        return True
    mended[head] = wanted
    memcpy(mended + head + 1, typed + head, size - head)
    return slipped(mended, size + 1, word, length)


cdef bint slipped(const uint8_t* typed, int64_t size, const uint8_t* word, int64_t length) noexcept nogil:
    """Whether `neighbours.describe` sees one slip between them."""
    cdef int64_t head = 0, tail = 0, least = min(size, length)
    while head < least and typed[head] == word[head]:
        head += 1
    while tail < least - head and typed[size - 1 - tail] == word[length - 1 - tail]:
        tail += 1
    if size != length:
        return -1 <= size - length <= 1 and head + tail == least
    if head + tail == size - 2:
        return typed[head] == word[head + 1] and typed[head + 1] == word[head]
    return head + tail == size - 1
