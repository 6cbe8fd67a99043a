"""Loops of `transforms.neardup.candidates`: keys bucket by bucket, and the votes of their pairs."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t

import numpy as np

from schemas.sketch import KEY

cdef enum:  # as in `transforms.neardup.candidates` and `keys`
    LENGTH_BITS = 16
    KIND_BITS = 2
    FEW = 4
    CAP = 8
    SIZES = 3
    PLACE_BITS = 4
    ROW_BITS = 30

cdef uint64_t FACTOR = <uint64_t>0x9E3779B97F4A7C15

cdef packed struct Key:
    uint64_t key
    uint64_t document

cdef packed struct Vote:
    uint64_t a
    uint64_t b
    uint32_t votes
    uint16_t words


def grouped(const Key[::1] keys):
    """Keys by bucket, length and document, each once; many that are alone in their bucket are left out.

    They are put into cells by their upper bits, more cells than keys, so a cell is sorted at once.
    """
    cdef int shift = 64 - (2 * len(keys) + 1).bit_length()
    behind_ = np.zeros(1 << 64 - shift, np.int32)
    cdef int32_t[::1] behind = behind_  # a cell: its keys, then where they begin and, put there one by one, where they end
    cdef Py_ssize_t n, cell, count = 0, kept = 0, begin = 0
    cdef int32_t size
    for n in range(keys.shape[0]):
        behind[keys[n].key >> shift] += 1
    for cell in range(behind.shape[0]):
        size = behind[cell]
        if size > 1:
            behind[cell] = count
            count += size
        else:
            behind[cell] = -1
    found_ = np.empty(count, KEY)
    cdef Key[::1] found = found_
    for n in range(keys.shape[0]):
        cell = keys[n].key >> shift
        if behind[cell] >= 0:
            found[behind[cell]] = keys[n]
            behind[cell] += 1
    for cell in range(behind.shape[0]):
        if behind[cell] < 0:
            continue
        sort(&found[begin], behind[cell] - begin)
        for n in range(begin, behind[cell]):
            if n == begin or before(&found[n - 1], &found[n]):
                found[kept] = found[n]
                kept += 1
        begin = behind[cell]
    return found_[:kept]


def distinct(const Key[::1] keys):
    """The documents of keys, each once, in the order in which they come; their words; and which is each key's."""
    cdef int shift = 64 - (2 * len(keys) + 1).bit_length()
    documents_, words_ = np.empty(keys.shape[0], np.uint64), np.empty(keys.shape[0], np.uint16)
    which_, cells_ = np.empty(keys.shape[0], np.int64), np.zeros(1 << 64 - shift, np.uint32)
    cdef uint64_t[::1] documents = documents_
    cdef uint16_t[::1] words = words_
    cdef int64_t[::1] which = which_
    cdef uint32_t[::1] cells = cells_  # a hash of the document: which it is, from 1; or one of the next such cells
    cdef uint64_t cell, last = cells.shape[0] - 1
    cdef Py_ssize_t n, count = 0
    for n in range(keys.shape[0]):
        cell = keys[n].document * FACTOR >> shift
        while cells[cell] != 0 and documents[cells[cell] - 1] != keys[n].document:
            cell = cell + 1 & last
        if cells[cell] == 0:
            documents[count], words[count] = keys[n].document, <uint16_t>keys[n].key
            count += 1
            cells[cell] = <uint32_t>count
        which[n] = cells[cell] - 1
    return documents_[:count], words_[:count], which_


def paired(const Key[::1] keys, const int64_t[::1] at, const int64_t[::1] votes, int64_t own, int64_t every):
    """The pairs of each bucket that vote, packed: two places of documents and one in the table `votes`.

    `keys` as `grouped` gives them, and the place of each one's document among `every` one, `own` of which are of this
    run.
    """
    cdef Py_ssize_t total = 0, count = 0, begin, end, one, other
    cdef int64_t longest, middle, first, place
    cdef bint emit = False
    packed_ = np.empty(0, np.uint64)
    cdef uint64_t[::1] packed = packed_
    for emit in (False, True):
        if emit:
            packed_ = np.empty(total, np.uint64)
            packed = packed_
        end = 0
        while end < keys.shape[0]:
            begin = end
            while end < keys.shape[0] and keys[end].key >> LENGTH_BITS == keys[begin].key >> LENGTH_BITS:
                end += 1
            if not emit:
                total += (end - begin) * (end - begin - 1) // 2 if end - begin <= CAP else 4 * (end - begin)
                continue
            place = (keys[begin].key >> LENGTH_BITS & (1 << KIND_BITS) - 1) * SIZES
            place += (end - begin > FEW) + (end - begin > CAP)
            if end - begin <= CAP:
                for one in range(begin, end):
                    for other in range(one + 1, end):
                        count += put(&packed[count], at[one], at[other], place)
            elif votes[place] > 0:
                longest, middle, first = at[end - 1], at[begin + (end - begin) // 2], at[begin]
                for one in range(begin, end):
                    if (at[one] - own + every) % every < (first - own + every) % every:
                        first = at[one]
                for one in range(begin, end):
                    if one > begin:
                        count += put(&packed[count], at[one - 1], at[one], place)
                    count += put(&packed[count], longest, at[one], place)
                    count += put(&packed[count], middle, at[one], place)
                    count += put(&packed[count], first, at[one], place)
    return packed_[:count]


def counted(
    const uint64_t[::1] packed, const uint64_t[::1] documents, const uint16_t[::1] words, const int64_t[::1] votes, dtype
):
    """The votes (`dtype` is `VOTE`) of what `paired` gave, sorted; `words` are those of the documents."""
    cdef Py_ssize_t n, pairs = 0, last = -1
    cdef uint64_t a, b
    for n in range(packed.shape[0]):
        pairs += n == 0 or packed[n] >> PLACE_BITS != packed[n - 1] >> PLACE_BITS
    counted_ = np.empty(pairs, dtype)
    cdef Vote[::1] counted = counted_
    for n in range(packed.shape[0]):
        if n == 0 or packed[n] >> PLACE_BITS != packed[n - 1] >> PLACE_BITS:
            last += 1
            a = packed[n] >> PLACE_BITS + ROW_BITS
            b = packed[n] >> PLACE_BITS & (<uint64_t>1 << ROW_BITS) - 1
            counted[last].a, counted[last].b = documents[a], documents[b]
            counted[last].votes, counted[last].words = 0, min(words[a], words[b])
        counted[last].votes += votes[packed[n] & (1 << PLACE_BITS) - 1]
    return counted_


cdef inline bint put(uint64_t* packed, int64_t one, int64_t other, int64_t place) noexcept nogil:
    """Whether it is a pair: a document and itself are none."""
    packed[0] = (<uint64_t>min(one, other) << ROW_BITS | <uint64_t>max(one, other)) << PLACE_BITS | <uint64_t>place
    return one != other


cdef inline bint before(const Key* one, const Key* other) noexcept nogil:
    return one.key < other.key or (one.key == other.key and one.document < other.document)


cdef void sort(Key* keys, Py_ssize_t size) noexcept nogil:
    """Shell's: of few keys, as nearly all cells have, by insertion."""
    cdef Py_ssize_t gap = size, n, at
    cdef Key one
    while gap > 1:
        gap = (5 * gap - 1) // 11 if gap > 4 else 1  # Gonnet and Baeza-Yates 1991
        for n in range(gap, size):
            one, at = keys[n], n
            while at >= gap and before(&one, &keys[at - gap]):
                keys[at] = keys[at - gap]
                at -= gap
            keys[at] = one
