"""`transforms.language.score._scored`: texts are sampled and cut into words, whose scores are kept in mind, in one pass."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint64_t
from libc.string cimport memcpy, memset

import numpy as np

from transforms.native.bits cimport fetch

cdef enum:  # as in `transforms.language.model` and `transforms.language.score`
    SPACE = 3
    LETTER_BITS = 13
    ROW_BITS = 17
    SLOT_BITS = 18
    WINDOW = 80
    WINDOWS = 10
    READ = 10000
    KNOWN_BITS = 15
    KNOWN_LETTERS = 16
    TOGETHER = 32  # letters of which the memory is fetched at a time
    PARTS = 4  # machine words that a known word has room in, 16 bits a letter

cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15
cdef uint64_t ROW = (<uint64_t>1 << ROW_BITS) - 1, LAST_SLOT = (<uint64_t>1 << SLOT_BITS) - 1


cdef struct Tables:  # of `transforms.language.model.Model`
    const uint64_t* slots
    const uint16_t* weights
    const uint8_t* capitals
    int64_t width


def sums(const uint8_t[::1] data, const int64_t[::1] offsets, bint whole, model, known):
    """Each text's score for every column of the model's weights (int32, a row a text), and whether the text holds what
    has to be taken out of it or composed before: then its score is 0.

    Text i has the bytes `offsets[i]` to `offsets[i + 1]` of `data`, in UTF-8. It is read in windows if it is long; or,
    with `whole`, as it is, whatever it holds. `model` is a `transforms.language.model.Model`, `known` the
    `transforms.language.score.KnownWords` of the process, which are replaced by those that come.
    """
    cdef const uint16_t[::1] read_as = model.letters
    cdef const uint64_t[::1] slots = model.slots
    cdef const uint16_t[:, ::1] weights = model.weights
    cdef const uint8_t[::1] capitals = model.capitals.view(np.uint8)
    cdef uint64_t[:, ::1] spelled = known.spelled.view(np.uint64)
    cdef int32_t[:, ::1] scores = known.scores
    cdef int64_t texts = offsets.shape[0] - 1, width = weights.shape[1]
    if read_as.shape[0] != 0x10000 or slots.shape[0] != 1 << SLOT_BITS or width % 8:
        raise ValueError("a model of another make")
    if (known.spelled.shape, known.scores.shape) != ((1 << KNOWN_BITS, KNOWN_LETTERS), (1 << KNOWN_BITS, width)):
        raise ValueError("room for another number of words")
    if texts < 0 or offsets[0] < 0 or offsets[texts] > data.shape[0] or (np.diff(offsets) < 0).any():
        raise ValueError("offsets leave the bytes")
    cdef int64_t room = (max(np.diff(offsets), default=0) if whole else WINDOW * WINDOWS) + WINDOWS
    sums_, odd_ = np.zeros((texts, width), np.int32), np.zeros(texts, bool)
    cdef uint16_t[::1] codes = np.empty(room, np.uint16), letters = np.empty(room, np.uint16)
    cdef uint64_t[:, ::1] words = np.empty((room // 2, PARTS), np.uint64)
    cdef uint64_t[::1] places = np.empty(room // 2, np.uint64)
    cdef int64_t[::1] first = np.empty(room // 2 + 1, np.int64)
    cdef int32_t[:, ::1] sums = sums_
    cdef uint8_t[::1] odd = odd_.view(np.uint8)
    cdef Tables tables = Tables(&slots[0], &weights[0, 0], &capitals[0], width)
    cdef int64_t text, begin, end, step, n, at, read, size, count
    cdef uint64_t place
    cdef uint64_t[PARTS] word
    cdef uint16_t letter
    cdef bint foreign

    for text in range(texts):
        begin, end, read = offsets[text], offsets[text + 1], 0
        if whole or end - begin <= WINDOW * WINDOWS:
            read = decoded(&data[0], begin, end, &codes[0], 0)
        else:
            step = (min(end - begin, READ) - WINDOW) // (WINDOWS - 1)
            for n in range(WINDOWS):
                read = decoded(&data[0], begin + n * step, begin + n * step + WINDOW, &codes[0], read)
        if not whole and is_odd(&codes[0], read):
            odd[text] = True
            continue
        foreign, count, size = few_latin(&codes[0], read), 0, 0
        first[0] = 0
        memset(word, 0, sizeof(word))
        for at in range(read):
            if foreign and is_latin(codes[at]):
                continue
            letter = read_as[codes[at]]
            if letter != SPACE:
                letters[size] = letter
                n = size - first[count]
                if n < KNOWN_LETTERS:
                    word[n >> 2] |= <uint64_t>letter << 16 * (n & 3)
                size += 1
            elif size > first[count]:
                place = places[count] = hashed(word)
                memcpy(&words[count, 0], word, sizeof(word))
                memset(word, 0, sizeof(word))
                fetch(&spelled[place, 0])
                for n in range(0, width, 16):
                    fetch(&scores[place, n])
                count += 1
                first[count] = size
        for n in range(count):
            size = first[n + 1] - first[n]
            if size > KNOWN_LETTERS:
                add_up(&tables, &letters[first[n]], size, &sums[text, 0])
                continue
            place = places[n]
            if not alike(&words[n, 0], &spelled[place, 0]):
                memcpy(&spelled[place, 0], &words[n, 0], sizeof(word))
                memset(&scores[place, 0], 0, width * sizeof(int32_t))
                add_up(&tables, &letters[first[n]], size, &scores[place, 0])
            add(&sums[text, 0], &scores[place, 0], width)
    return sums_, odd_


cdef int64_t decoded(const uint8_t* data, int64_t at, int64_t end, uint16_t* codes, int64_t found) noexcept:
    """Writes what whole characters there are as UTF-16, and a space, from `found` on; where it stops."""
    cdef uint8_t lead
    cdef int32_t code
    while at < end and data[at] & 0xC0 == 0x80:
        at += 1
    while at < end:
        lead = data[at]
        if lead < 0x80:
            codes[found] = lead
            at += 1
        elif lead < 0xE0 and end - at >= 2:
            codes[found] = (lead & 0x1F) << 6 | data[at + 1] & 0x3F
            at += 2
        elif 0xE0 <= lead < 0xF0 and end - at >= 3:
            codes[found] = (lead & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | data[at + 2] & 0x3F
            at += 3
        elif 0xF0 <= lead and end - at >= 4:
            code = (lead & 0x07) << 18 | (data[at + 1] & 0x3F) << 12 | (data[at + 2] & 0x3F) << 6 | data[at + 3] & 0x3F
            codes[found] = 0xD800 | code - 0x10000 >> 10
            found += 1
            codes[found] = 0xDC00 | code & 0x3FF
            at += 4
        else:
            break
        found += 1
    codes[found] = c" "
    return found + 1


cdef bint is_odd(const uint16_t* codes, int64_t size) noexcept:
    """Whether there may be URLs or mail addresses, or tones that Vietnamese letters are composed with."""
    cdef int64_t at
    for at in range(size):
        if codes[at] == c"@" or codes[at] & 0xFFC0 == 0x300 and codes[at] in (0x300, 0x301, 0x303, 0x309, 0x323):
            return True
        if codes[at] == c"p" and at >= 3 and codes[at - 1] == c"t" and codes[at - 2] == c"t" and codes[at - 3] == c"h":
            return True
    return False


cdef bint few_latin(const uint16_t* codes, int64_t size) noexcept:
    """Whether there are letters from A to z, and more than twice as many characters of other scripts."""
    cdef int64_t at, latin = 0, others = 0
    for at in range(size):
        latin += is_latin(codes[at])
        others += codes[at] >= 0x300
    return 0 < latin and latin * 2 < others


cdef inline bint is_latin(uint16_t code) noexcept:
    return c"A" <= code <= c"z"


cdef inline uint64_t hashed(const uint64_t* parts) noexcept:
    """Where a known word has its place."""
    cdef uint64_t number = 0
    cdef int64_t n
    for n in range(PARTS):
        number = (number ^ parts[n]) * FACTOR
        number ^= number >> 32
    return number * FACTOR >> 64 - KNOWN_BITS


cdef inline bint alike(const uint64_t* one, const uint64_t* other) noexcept:
    return not (one[0] ^ other[0] | one[1] ^ other[1] | one[2] ^ other[2] | one[3] ^ other[3])


cdef void add_up(const Tables* tables, const uint16_t* letters, int64_t size, int32_t* scores) noexcept:
    """Adds the scores of a word's n-grams, as `transforms.language.score._add_up` has them."""
    cdef uint64_t[TOGETHER] rows
    cdef uint64_t first, middle, last
    cdef int64_t at, stop, n, eight, k
    cdef const uint16_t* weights
    for at in range(0, size + 1, TOGETHER):
        stop = min(at + TOGETHER, size + 1)
        for n in range(at, stop):
            fetch(tables.slots + slot(ngram(letters, size, n, 3)))
        for n in range(at, stop):
            rows[n - at] = row(tables, letters, size, n)
            fetch(tables.weights + rows[n - at] * tables.width)
            fetch(tables.weights + rows[n - at] * tables.width + 32)
        for n in range(at, stop):
            weights = tables.weights + rows[n - at] * tables.width
            for eight in range(0, tables.width, 8):
                for k in range(8):
                    scores[eight + k] += weights[eight + k]


cdef inline uint64_t row(const Tables* tables, const uint16_t* letters, int64_t size, int64_t at) noexcept:
    """The row of the longest known n-gram that ends at a letter of the word or at the space behind it, 0 for none."""
    cdef uint64_t middle = letter_at(letters, size, at - 1), last = letter_at(letters, size, at), found = 0
    if tables.capitals[middle] and tables.capitals[last]:
        return 0
    if middle != SPACE:
        found = row_of(tables, ngram(letters, size, at, 3))
    if not found:
        found = row_of(tables, ngram(letters, size, at, 2))
    if not found and last != SPACE:
        found = row_of(tables, last)
    return found


cdef inline uint64_t ngram(const uint16_t* letters, int64_t size, int64_t at, int64_t length) noexcept:
    cdef uint64_t number = letter_at(letters, size, at - 1) << LETTER_BITS | letter_at(letters, size, at)
    return number | letter_at(letters, size, at - 2) << 2 * LETTER_BITS if length == 3 else number


cdef inline uint64_t letter_at(const uint16_t* letters, int64_t size, int64_t at) noexcept:
    return letters[at] if 0 <= at < size else SPACE


cdef inline uint64_t slot(uint64_t ngram) noexcept:
    return ngram * FACTOR >> 64 - SLOT_BITS


cdef inline uint64_t row_of(const Tables* tables, uint64_t ngram) noexcept:
    """The row of an n-gram, 0 for one that is not known."""
    cdef uint64_t at = slot(ngram), entry = tables.slots[at]
    while entry >> ROW_BITS != ngram:
        if not entry:
            return 0
        at = at + 1 & LAST_SLOT
        entry = tables.slots[at]
    return entry & ROW


cdef inline void add(int32_t* sums, const int32_t* numbers, int64_t size) noexcept:
    cdef int64_t eight, n
    for eight in range(0, size, 8):
        for n in range(8):
            sums[eight + n] += numbers[eight + n]
