"""`transforms.scaffolding.words.vocabulary` in one walk over each page's words, and one over what was found."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

import numpy as np

from transforms.native.bits cimport edges, eight

cdef enum:  # as in the twin
    BUCKETS = 1 << 13
    KEY_SHIFT = 64 - 13
    KIND_SHIFT = 64 - 20
    LONG = 4
    SMALL = 1
    READER = 2
    SPEECH = 3
    OFTEN = 2

cdef uint64_t KEY_MIX = <uint64_t>0x9E3779B97F4A7C15
cdef uint64_t LOWER = <uint64_t>0x2020202020202020

# a comma or a full stop behind a word is no part of it: bits of what is neither an apostrophe nor a digit
cdef uint64_t NO_PART = ~(<uint64_t>1 << 39 | <uint64_t>0x3FF << 48)

cdef struct Word:
    uint64_t key
    bint long
    bint capital


def vocabulary(lines, titles, const uint8_t[::1] sentence, const uint8_t[::1] kinds, const uint8_t[::1] some):
    """The fields of `transforms.scaffolding.words.Vocabulary`.

    `kinds` tells the kind of a word by the first bits of its hash; `some`, which is small enough to stay in the cache,
    whether any word of a bucket has one.
    """
    small_, reader_, speech_, capital_, long_, known_, often_, titled_ = np.zeros((8, len(lines)), np.int64)
    cdef int64_t[::1] small = small_, reader = reader_, speech = speech_, capital = capital_
    cdef int64_t[::1] long = long_, known = known_, often = often_, titled = titled_
    cdef int64_t[::1] named = np.zeros(lines.pages, np.int64)
    cdef const uint8_t[::1] raw = lines.raw, title_raw = titles.raw
    cdef const uint64_t[::1] solid = lines.solid, title_solid = titles.solid
    cdef const int64_t[::1] offset = lines.offset, first = lines.first, words = lines.words
    cdef const int64_t[::1] title_offset = titles.offset
    cdef int64_t most = max(lines.size.max(initial=0), titles.size.max(initial=0)) // 2 + 1  # words of a page
    cdef int32_t[::1] word_starts = np.empty(most, np.int32), word_ends = np.empty(most, np.int32)
    cdef uint16_t[::1] met = np.empty(most, np.uint16)  # a page's long words
    cdef uint32_t[::1] told = np.zeros(BUCKETS, np.uint32)  # how often its sentences say them
    cdef uint8_t[::1] in_title = np.zeros(BUCKETS, np.uint8)
    cdef int64_t page, line, at, end, n, count, begun, pages = lines.pages
    cdef int64_t size = raw.shape[0], title_size = title_raw.shape[0]
    cdef int64_t smalls, readers, speeches, capitals, shared, longs
    cdef uint64_t bucket
    cdef uint32_t others
    cdef uint8_t kind, counts
    cdef Word word

    for page in range(pages):
        memset(&in_title[0], 0, BUCKETS)
        named[page] = edges(
            &title_solid[0], title_offset[page], title_offset[page + 1], &word_starts[0], &word_ends[0]
        )
        for n in range(named[page]):
            word = looked_at(&title_raw[0], title_size, word_starts[n], word_ends[n])
            in_title[word.key >> KEY_SHIFT] = 1

        begun = edges(&solid[0], offset[page], offset[page + 1], &word_starts[0], &word_ends[0])
        at, count = 0, 0
        for line in range(first[page], first[page + 1]):
            smalls, readers, speeches, capitals, shared, longs = 0, 0, 0, 0, 0, 0
            end = at + words[line] if at + words[line] < begun else begun
            for at in range(at, end):
                word = looked_at(&raw[0], size, word_starts[at], word_ends[at])
                bucket = word.key >> KEY_SHIFT
                kind = kinds[(word.key >> KIND_SHIFT) * some[bucket]] * some[bucket]
                smalls += kind == SMALL
                readers += kind == READER
                speeches += kind == SPEECH
                capitals += word.capital
                shared += in_title[bucket]
                counts = word.long & (kind != SMALL)
                met[count] = bucket
                count += counts
                longs += counts
                told[bucket] += counts & sentence[line]
            at = end
            small[line], reader[line], speech[line], capital[line] = smalls, readers, speeches, capitals
            titled[line], long[line] = shared, longs
        at = 0
        for line in range(first[page], first[page + 1]):
            for n in range(at, at + long[line]):
                others = told[met[n]] - sentence[line]  # less a sentence's own
                known[line] += others > 0
                often[line] += others > OFTEN
            at += long[line]
        for n in range(count):
            told[met[n]] = 0
    return small_, reader_, speech_, capital_, long_, known_, often_, titled_, np.asarray(named)


cdef inline Word looked_at(const uint8_t* raw, int64_t size, int64_t start, int64_t end) noexcept nogil:
    cdef Word word
    cdef int64_t length = end - start
    cdef uint64_t head = eight(raw, start, size), last = raw[end - 1]
    length -= (NO_PART >> (last & 63)) & (last < 64) & (length > 1)
    word.long = length >= LONG
    word.capital = is_capital(head & 0xFF, head >> 8 & 0xFF)
    word.key = ((head | LOWER) & ~<uint64_t>0 >> (64 - 8 * (length if length < 8 else 8))) * KEY_MIX
    return word


cdef inline bint is_capital(uint8_t first, uint8_t second) noexcept nogil:
    if first < 0xC3:
        return c"A" <= first <= c"Z"
    if first == 0xD0:  # Cyrillic
        return 0x81 <= second <= 0xAF
    if first == 0xCE:  # Greek
        return 0x86 <= second <= 0xAB
    return first == 0xC3 and 0x80 <= second <= 0x9E  # Latin-1
