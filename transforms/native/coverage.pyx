"""Loops of `transforms.neardup.coverage`: what of one story stands in another, for many pairs one after the other.

Lists are as in `Lists` there: row i has `values[first[i]:first[i + 1]]`. Pairs are taken in the `order` given, which has
those of one other story in a row, as its values are put in a table once for all of them.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

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
    # A set of the values of a list: of at least twice as many cells, each value's place, from 1, stands in the first free
    # one, which is 0, from that on which the value's upper bits tell.
    const uint32_t* values
    uint32_t* cells
    uint32_t last
    int shift


def hits(
    const uint32_t[::1] values, const int64_t[::1] first,
    const int64_t[::1] rows, const int64_t[::1] others, const int64_t[::1] order,
):
    """How many values of each of the lists `rows` stand in that of `others`, int64."""
    counts_, cells_ = np.empty(rows.shape[0], np.int64), cells_for(first, others)
    cdef int64_t[::1] counts = counts_
    cdef uint32_t[::1] cells = cells_
    cdef Table table = Table(NULL, NULL, 0, 0)
    cdef Py_ssize_t n, pair, at
    cdef int64_t other = -1, count
    table.cells = &cells[0]
    for n in range(order.shape[0]):
        pair = order[n]
        if others[pair] != other:
            other = others[pair]
            fill(&table, &values[first[other]], first[other + 1] - first[other])
        count = 0
        for at in range(first[rows[pair]], first[rows[pair] + 1]):
            count += place(&table, values[at]) >= 0
        counts[pair] = count
    return counts_


def covered(
    const uint32_t[::1] values, const int64_t[::1] first,
    const int64_t[::1] rows, const int64_t[::1] words, const int64_t[::1] begins, Py_ssize_t total,
    const int64_t[::1] others, const int64_t[::1] other_words, const int64_t[::1] other_begins, Py_ssize_t other_total,
    const int64_t[::1] order,
):
    """`Coverage.flags` of pairs, of the stories `rows` and of `others`: the latter are as many as the former, have so many
    `words`, and the flags of pair n begin at `begins[n]`.

    Copies have long passages in common, so a shingle is looked for where the one before it stood first. Where the other
    story's stand is noted, which spares looking them up in turn.
    """
    flags_, other_flags_, cells_ = np.zeros(total, bool), np.zeros(other_total, bool), cells_for(first, others)
    longest = int(np.diff(first).max(initial=0))
    same_, met_, hit_ = np.empty(longest, np.int32), np.empty(longest, np.int32), np.empty(longest, np.uint8)
    cdef uint8_t[::1] flags = flags_.view(np.uint8), other_flags = other_flags_.view(np.uint8), hit = hit_
    cdef uint32_t[::1] cells = cells_
    cdef int32_t[::1] same = same_  # a shingle of the other story: the first place of one that is the same
    cdef int32_t[::1] met = met_  # which pair met it last, from 1
    cdef Table table = Table(NULL, NULL, 0, 0)
    cdef Py_ssize_t n, pair, at, size, other_size = 0
    cdef int64_t other = -1, found, following
    cdef const uint32_t* mine
    table.cells = &cells[0]
    for n in range(order.shape[0]):
        pair = order[n]
        size = first[rows[pair] + 1] - first[rows[pair]]
        if others[pair] != other:
            other = others[pair]
            other_size = first[other + 1] - first[other]
            clear(&table, &values[first[other]], other_size)
            for at in range(other_size):
                same[at] = add(&table, at)
                met[at] = 0
        mine, following = &values[first[rows[pair]]], 0
        for at in range(size):
            if following < other_size and table.values[following] == mine[at]:
                found = following
            else:
                found = place(&table, mine[at])
            hit[at] = found >= 0
            if found >= 0:
                met[same[found]] = n + 1
                following = found
            following += 1
        flag(&flags[begins[pair]], &hit[0], size, words[pair])
        for at in range(other_size):
            hit[at] = met[same[at]] == n + 1
        flag(&other_flags[other_begins[pair]], &hit[0], other_size, other_words[pair])
    return flags_, other_flags_


cdef inline void flag(uint8_t* flags, const uint8_t* hit, Py_ssize_t size, Py_ssize_t words) noexcept nogil:
    """Sets the flags of the words of two hits in a row, or of the only one."""
    cdef Py_ssize_t at, word, done = 0
    size = min(size, words)  # as it is wherever sketches are whole
    if size == 1 and hit[0]:
        memset(flags, 1, min(words, SHINGLE_WORDS))
    for at in range(1, size):
        if hit[at] and hit[at - 1]:
            for word in range(max(done, at - 1), at + SHINGLE_WORDS):
                flags[word] = 1
            done = at + SHINGLE_WORDS


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
    cdef Table table = Table(NULL, NULL, 0, 0)
    cdef Table[KINDS] by_kind
    cdef Py_ssize_t n, pair, at, word, kind, begin, size
    cdef const uint8_t* mark
    cdef int64_t other = -1
    table.cells = &cells[0]
    for kind in range(KINDS):
        by_kind[kind].cells = &seen[seen.shape[0] // KINDS * kind]
    for n in range(order.shape[0]):
        pair = order[n]
        begin, size = first[rows[pair]], first[rows[pair] + 1] - first[rows[pair]]
        if size == 0:
            continue
        if others[pair] != other:
            other = others[pair]
            fill(&table, &values[first[other]], first[other + 1] - first[other])
        for kind in range(KINDS):
            clear(&by_kind[kind], &values[begin], size)
        mark = &flags[begins[pair]]
        for at in range(size):
            word = places[begin + at]
            if word < 0 or word >= words[pair]:  # which is none wherever sketches are whole
                continue
            if place(&table, values[begin + at]) >= 0:
                kind = SHARED
            elif any_set(mark, max(word - SIDE, 0), word) and any_set(mark, word + 1, min(word + 1 + SIDE, words[pair])):
                kind = CONTRADICTED
            else:
                kind = UNKNOWN
            counts[kind, pair] += add(&by_kind[kind], at) == at
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


cdef inline void clear(Table* table, const uint32_t* values, Py_ssize_t size) noexcept nogil:
    """Makes it empty, for so many values."""
    cdef int bits = 1
    while size >> (bits - 1):
        bits += 1
    table.values = values
    table.last = <uint32_t>((<uint64_t>1 << bits) - 1)
    table.shift = 32 - bits
    memset(table.cells, 0, sizeof(uint32_t) << bits)


cdef inline int64_t place(const Table* table, uint32_t value) noexcept nogil:
    """Where the value stands in the list, -1 where it does not."""
    cdef uint32_t cell = value >> table.shift
    while table.cells[cell] != 0:
        if table.values[table.cells[cell] - 1] == value:
            return table.cells[cell] - <int64_t>1
        cell = (cell + 1) & table.last
    return -1


cdef inline int64_t add(Table* table, Py_ssize_t at) noexcept nogil:
    """Adds the value at this place of the list; gives the place of the same one that is there already, or its own."""
    cdef uint32_t cell = table.values[at] >> table.shift
    while table.cells[cell] != 0:
        if table.values[table.cells[cell] - 1] == table.values[at]:
            return table.cells[cell] - <int64_t>1
        cell = (cell + 1) & table.last
    table.cells[cell] = <uint32_t>(at + 1)
    return at


cdef inline void fill(Table* table, const uint32_t* values, Py_ssize_t size) noexcept nogil:
    """Makes it hold a list."""
    cdef Py_ssize_t at
    clear(table, values, size)
    for at in range(size):
        add(table, at)


cdef inline bint any_set(const uint8_t* mark, Py_ssize_t first, Py_ssize_t behind) noexcept nogil:
    cdef Py_ssize_t word
    for word in range(first, behind):
        if mark[word]:
            return True
    return False
