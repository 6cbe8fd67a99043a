"""Loops of `transforms.neardup.coverage`: what of one story stands in another, for many pairs one after the other.

Lists are as in `Lists` there: row i has `values[first[i]:first[i + 1]]`. Pairs are taken in the `order` given, which has
those of one other story in a row, as its values are put in a table once for all of them.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

import numpy as np

cdef enum:  # as in `transforms.neardup.coverage`
    SLIP = 2
    SIDE = 6
    SHINGLE_WORDS = 3

cdef enum:  # what another story says to a number
    SHARED
    CONTRADICTED
    UNKNOWN
    KINDS

cdef struct Table:
    # A set: at least twice as many cells as values, each value in the first free one from that on which its upper bits
    # tell. A free one is 0, so whether that is a value is told apart.
    uint32_t* cells
    uint32_t last
    int shift
    bint zero


def taken(const uint32_t[::1] values, const int64_t[::1] first, const int64_t[::1] rows):
    """The lists of `rows`: `Lists.take`."""
    ends_ = np.zeros(rows.shape[0] + 1, np.int64)
    cdef int64_t[::1] ends = ends_
    cdef Py_ssize_t n
    for n in range(rows.shape[0]):
        ends[n + 1] = ends[n] + first[rows[n] + 1] - first[rows[n]]
    found_ = np.empty(ends[rows.shape[0]], np.uint32)
    cdef uint32_t[::1] found = found_
    for n in range(rows.shape[0]):
        if ends[n] < ends[n + 1]:
            memcpy(&found[ends[n]], &values[first[rows[n]]], (ends[n + 1] - ends[n]) * sizeof(uint32_t))
    return found_, ends_


def sampled(const uint32_t[::1] values, const int64_t[::1] first, uint32_t mask):
    """The values that have no bit of `mask`, and which of them are whose."""
    found_, behind_ = np.empty(values.shape[0] + 1, np.uint32), np.zeros(first.shape[0], np.int64)
    cdef uint32_t[::1] found = found_
    cdef int64_t[::1] behind = behind_
    cdef Py_ssize_t row, at, count = 0
    for row in range(first.shape[0] - 1):
        for at in range(first[row], first[row + 1]):
            found[count] = values[at]
            count += not values[at] & mask
        behind[row + 1] = count
    return found_[:count], behind_


def hits(
    const uint32_t[::1] values, const int64_t[::1] first,
    const int64_t[::1] rows, const int64_t[::1] others, const int64_t[::1] order,
):
    """How many values of each of the lists `rows` stand in that of `others`, int64."""
    counts_, cells_ = np.empty(rows.shape[0], np.int64), cells_for(first, others)
    cdef int64_t[::1] counts = counts_
    cdef uint32_t[::1] cells = cells_
    cdef Table table
    cdef Py_ssize_t n, pair, at
    cdef int64_t other = -1, count
    table.cells = &cells[0]
    for n in range(order.shape[0]):
        pair = order[n]
        if others[pair] != other:
            other = others[pair]
            fill(&table, &values[0], first[other], first[other + 1])
        count = 0
        for at in range(first[rows[pair]], first[rows[pair] + 1]):
            count += has(&table, values[at])
        counts[pair] = count
    return counts_


def covered(
    const uint32_t[::1] values, const int64_t[::1] first,
    const int64_t[::1] rows, const int64_t[::1] others, const int64_t[::1] order,
    const int64_t[::1] words, const int64_t[::1] begins, Py_ssize_t total,
):
    """`Coverage.flags` of pairs, of the stories `rows` with so many `words`; those of pair n begin at `begins[n]`."""
    flags_, cells_ = np.zeros(total, bool), cells_for(first, others)
    cdef uint8_t[::1] flags = flags_.view(np.uint8)
    cdef uint32_t[::1] cells = cells_
    cdef Table table
    cdef Py_ssize_t n, pair, at, size, word, done
    cdef const uint32_t* mine
    cdef uint8_t* mark
    cdef int64_t other = -1
    cdef bint hit, before
    table.cells = &cells[0]
    for n in range(order.shape[0]):
        pair = order[n]
        size = min(first[rows[pair] + 1] - first[rows[pair]], words[pair])  # which is more wherever sketches are whole
        if size <= 0:
            continue
        if others[pair] != other:
            other = others[pair]
            fill(&table, &values[0], first[other], first[other + 1])
        mine, mark = &values[first[rows[pair]]], &flags[begins[pair]]
        if size == 1:
            if has(&table, mine[0]):
                memset(mark, 1, min(words[pair], SHINGLE_WORDS))
            continue
        before, done = False, 0
        for at in range(size):
            hit = has(&table, mine[at])
            if hit and before:
                for word in range(max(done, at - 1), at + SHINGLE_WORDS):
                    mark[word] = 1
                done = at + SHINGLE_WORDS
            before = hit
    return flags_


def numbers(
    const uint32_t[::1] values, const int64_t[::1] first, const int32_t[::1] places,
    const int64_t[::1] rows, const int64_t[::1] others, const int64_t[::1] order,
    const uint8_t[::1] flags, const int64_t[::1] words, const int64_t[::1] begins,
):
    """How many distinct numbers of each pair's story the other has, contradicts and does not know: int64, 3 x pairs.

    `places`: the words that the numbers are; `flags`, `words` and `begins` as in `covered`.
    """
    counts_ = np.zeros((KINDS, rows.shape[0]), np.int64)
    cells_, seen_ = cells_for(first, others), cells_for(first, rows, KINDS)
    cdef int64_t[:, ::1] counts = counts_
    cdef uint32_t[::1] cells = cells_, seen = seen_
    cdef Table table
    cdef Table[KINDS] by_kind
    cdef Py_ssize_t n, pair, at, word, kind, size
    cdef const uint8_t* mark
    cdef int64_t other = -1
    table.cells = &cells[0]
    for kind in range(KINDS):
        by_kind[kind].cells = &seen[seen.shape[0] // KINDS * kind]
    for n in range(order.shape[0]):
        pair = order[n]
        size = first[rows[pair] + 1] - first[rows[pair]]
        if size == 0:
            continue
        if others[pair] != other:
            other = others[pair]
            fill(&table, &values[0], first[other], first[other + 1])
        for kind in range(KINDS):
            clear(&by_kind[kind], size)
        mark = &flags[begins[pair]]
        for at in range(first[rows[pair]], first[rows[pair] + 1]):
            word = places[at]
            if word < 0 or word >= words[pair]:  # which is none wherever sketches are whole
                continue
            if has(&table, values[at]):
                kind = SHARED
            elif any_set(mark, max(word - SIDE, 0), word) and any_set(mark, word + 1, min(word + 1 + SIDE, words[pair])):
                kind = CONTRADICTED
            else:
                kind = UNKNOWN
            counts[kind, pair] += add(&by_kind[kind], values[at])
    return counts_


def counts_with_slips(const uint8_t[::1] flags, const int64_t[::1] words, const int64_t[::1] begins, const int64_t[::1] starts):
    """How many words of each story, from `starts` on, are covered or in a gap of at most `SLIP` amid such, int64."""
    counts_ = np.zeros(words.shape[0], np.int64)
    cdef int64_t[::1] counts = counts_
    cdef Py_ssize_t story, word, last, count
    cdef const uint8_t* mark
    for story in range(words.shape[0]):
        mark = &flags[begins[story]]
        count, last = 0, -SLIP - 2
        for word in range(words[story]):
            if mark[word]:
                if word - last <= SLIP + 1:  # a gap counts as far as it stands behind the start
                    count += max(word - max(last + 1, starts[story]), 0)
                count += word >= starts[story]
                last = word
        counts[story] = count
    return counts_


cdef cells_for(first, lists, tables=1):
    """Cells for so many tables of the longest of the lists."""
    longest = int(np.diff(first)[lists].max(initial=0))
    return np.empty(tables << longest.bit_length() + 1, np.uint32)


cdef inline void clear(Table* table, int64_t size) noexcept nogil:
    """Makes it empty, for so many values."""
    cdef int bits = 1
    while size >> (bits - 1):
        bits += 1
    table.last = <uint32_t>((<uint64_t>1 << bits) - 1)
    table.shift = 32 - bits
    table.zero = False
    memset(table.cells, 0, sizeof(uint32_t) << bits)


cdef inline bint has(const Table* table, uint32_t value) noexcept nogil:
    cdef uint32_t cell
    if value == 0:
        return table.zero
    cell = value >> table.shift
    while table.cells[cell] != 0:
        if table.cells[cell] == value:
            return True
        cell = (cell + 1) & table.last
    return False


cdef inline bint add(Table* table, uint32_t value) noexcept nogil:
    """Whether it was not yet there."""
    cdef uint32_t cell
    if value == 0:
        cell = table.zero
        table.zero = True
        return not cell
    cell = value >> table.shift
    while table.cells[cell] != 0:
        if table.cells[cell] == value:
            return False
        cell = (cell + 1) & table.last
    table.cells[cell] = value
    return True


cdef inline void fill(Table* table, const uint32_t* values, int64_t first, int64_t behind) noexcept nogil:
    """Makes it hold a list."""
    cdef Py_ssize_t at
    clear(table, behind - first)
    for at in range(first, behind):
        add(table, values[at])


cdef inline bint any_set(const uint8_t* mark, Py_ssize_t first, Py_ssize_t behind) noexcept nogil:
    cdef Py_ssize_t word
    for word in range(first, behind):
        if mark[word]:
            return True
    return False
