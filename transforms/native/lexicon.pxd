"""What the loops over words share: their keys, and looking some up."""

from libc.stdint cimport int32_t, uint32_t, uint64_t

ctypedef fused Key:
    uint32_t
    uint64_t


cdef struct Table:  # `transforms.typos.lexicon.Index.table`
    const int32_t* begin
    Py_ssize_t slots
    Py_ssize_t count
    int shift


cdef inline void places(
    const Table* table, const Key* members, const Key* wanted, int32_t* found, Py_ssize_t count
) noexcept nogil:
    """`transforms.typos.lexicon.Index.find` of a few keys: their places among the members, -1 for none.

    Where to look comes first, of all: memory is far, and answers many questions in the time of one.
    """
    cdef Py_ssize_t n, slot
    cdef int32_t at
    for n in range(count):
        slot = wanted[n] >> table.shift
        found[n] = table.begin[slot if slot < table.slots else 0]
    for n in range(count):
        at = found[n]
        while members[at] < wanted[n]:  # the one behind the last member is above all
            at += 1
        found[n] = at if at < table.count and members[at] == wanted[n] else -1


cdef inline uint64_t mixed(uint64_t one, uint64_t two, uint64_t three, uint64_t beyond) noexcept nogil:
    """`transforms.typos.tokens._mix` of one word: its first three times eight bytes, and how many more it has."""
    one *= <uint64_t>0x9E3779B97F4A7C15
    one ^= one >> 32
    one += two * <uint64_t>0xC2B2AE3D27D4EB4F
    one ^= one >> 29
    one *= <uint64_t>0xFF51AFD7ED558CCD
    one += three * <uint64_t>0x165667B19E3779F9 + beyond
    one ^= one >> 33
    one *= <uint64_t>0xC4CEB9FE1A85EC53
    return one ^ one >> 33
