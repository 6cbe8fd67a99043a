"""What `transforms.typos.surroundings` asks of many words of a batch, a word after another."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from transforms.native.bits cimport eight

cdef uint64_t SMALL = <uint64_t>0x8181818181818181  # the class of a small letter, as in `transforms.typos.tokens`
cdef uint64_t ODD = <uint64_t>0x9E3779B97F4A7C15


def shares(tokens, const int32_t[::1] word, plain, function, const int64_t[::1] token, low, high, int64_t reach):
    """Of the words around each token the shares that are plain, of those in lower case, and that are function words.

    In hundredths, int64 both. `tokens` are `Words`, `word` their rows in the lexicon, of which `plain` and `function`
    tell, and of none in the last place. Around a token are `reach` words on either side, of the same text, that begin
    behind the byte `low` and before `high`, one of each a token.
    """
    plain_, function_ = np.zeros(len(token), np.int64), np.zeros(len(token), np.int64)
    cdef int64_t[::1] plain_share = plain_, function_share = function_
    cdef const uint8_t[::1] is_plain = plain.view(np.uint8), is_function = function.view(np.uint8)
    cdef const uint8_t[::1] classes = tokens.classes
    cdef const int64_t[::1] start = tokens.start, end = tokens.end, begin = tokens.begin
    cdef const int64_t[::1] text = tokens.row(np.asarray(token)), after = low, before = high
    cdef int64_t n, at, octet, there, common, lower, known, row
    cdef uint64_t odd
    for n in range(token.shape[0]):
        there = common = lower = known = 0
        for at in range(
            max(token[n] - reach, begin[text[n]]), min(token[n] + reach + 1, begin[text[n] + 1])
        ):
            if at == token[n] or start[at] <= after[n] or start[at] >= before[n]:
                continue
            row = word[at] if word[at] >= 0 else is_plain.shape[0] - 1
            there += 1
            common += is_function[row]
            odd = 0
            for octet in range(start[at], end[at], 8):
                odd |= (eight(&classes[octet], 0, 8) ^ SMALL) << (8 * max(octet + 8 - end[at], 0))
            lower += odd == 0
            known += (odd == 0) & is_plain[row]
        plain_share[n], function_share[n] = 100 * known // max(lower, 1), 100 * common // max(there, 1)
    return plain_, function_


def screened(const uint32_t[::1] root, const int64_t[::1] begin, asked, int shift):
    """The words whose root is asked for on their page (int64), and some others: `surroundings._alike`.

    Page p has the words `begin[p]` to `begin[p + 1]`; `asked` has a flag for what `shift` leaves of a root on a page.
    """
    found_ = np.empty(len(root) + 1, np.int64)
    cdef int64_t[::1] found = found_
    cdef const uint8_t[::1] wanted = asked.view(np.uint8)
    cdef int64_t page, at, count = 0
    for page in range(begin.shape[0] - 1):
        for at in range(begin[page], begin[page + 1]):
            found[count] = at
            count += wanted[(root[at] ^ <uint64_t>page << 32) * ODD >> shift]
    return found_[:count]
