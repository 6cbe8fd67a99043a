"""Lists that an article announces: "The dates are:", and then the dates.

`announced` is useful alone. To the model the items of such a list look like a menu; that a sentence of the article
leads up to them with a colon tells otherwise, in every script that puts spaces between words.
"""

from __future__ import annotations

import numpy as np

from transforms.scaffolding.lines import Array, Lines

FEWEST_WORDS = 5  # of the line that announces: "Tags:" and "Read more:" announce no list of the article's
ITEM_WORDS = 25  # at most
ITEMS = (3, 30)  # so many at least make a list, and so many at most are taken for its items
COLON = ord(":")

# What a line begins with: one kind for digits, capitals and small letters each, and one for any other first byte
KINDS = np.arange(256, dtype=np.int16)
for number, members in enumerate((b"0123456789", bytes(range(65, 91)), bytes(range(97, 123))), 256):
    KINDS[list(members)] = number


def announced(lines: Lines, stays: Array, listed: Array) -> Array:
    """bool a line: it is an item of a list that a line ending in a colon announces.

    `stays` is bool a line: it belongs to the article and may announce a list; `listed`: it may be an item. Items follow
    one another at once and begin alike.
    """
    at = np.arange(len(lines))
    base = lines.offset[lines.page]
    kind, colon = KINDS[lines.raw[lines.start + base]], lines.raw[lines.end + base - 1] == COLON
    listed = listed & (lines.words <= ITEM_WORDS)
    opens = np.flatnonzero(stays & colon & (lines.words >= FEWEST_WORDS))
    opens = opens[opens + 1 < lines.first[lines.page[opens] + 1]]
    opens = opens[listed[opens + 1]]
    alike = listed & np.append(False, (kind[1:] == kind[:-1]) & (lines.page[1:] == lines.page[:-1]))[: len(lines)]
    ends = np.append(at[~alike], len(lines))  # the lines that do not go on with the item above
    end = ends[np.searchsorted(ends, opens + 2)]
    long = end - opens > ITEMS[0]
    opens, end = opens[long], np.minimum(end, opens + 1 + ITEMS[1])[long]
    edges = np.zeros(len(lines) + 1, np.int64)
    np.add.at(edges, opens + 1, 1)
    np.add.at(edges, end, -1)
    return np.cumsum(edges[:-1]) > 0
