"""Which words stand within quotation marks.

`quoted` is useful alone. Two reports on one speech share its quotations, though each reporter wrote a story; so
verification asks for a story's own prose apart.

Which of two straight quotation marks opens cannot be told by counting, for one that is lost turns all behind it inside
out. So each mark is judged by what stands before it: it opens behind white space, a bracket or a dash, and closes
otherwise; that settles the German, Swedish and typewriter habits as well. A line end closes what was left open.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from transforms.tokens import Tokens, bytes_of

Array = np.ndarray[Any, Any]

_LINE_FEED, _STRAIGHT = 0x0A, 0x22
_CURLY = (0x9C, 0x9D, 0x9E)  # last bytes of “ ” „, behind E2 80
_BEFORE_OPENING = (0x20, 0x09, 0x0A, 0x0D, 0x28, 0x5B, 0x2D)  # white space ( [ -
_DASHES = (0x93, 0x94)  # last bytes of – —, behind E2 80
_NO_BREAK_SPACE = 0xA0  # behind C2


def quoted(texts: pa.Array | pa.ChunkedArray, tokens: Tokens) -> Array:
    """Whether each token stands within double quotation marks, a bool a token.

    >>> from transforms.tokens import tokenize
    >>> texts = pa.array(['He said: "We will go," and went.'])
    >>> quoted(texts, tokenize(texts)).tolist()
    [False, False, True, True, True, False, False]
    """
    raw, offsets = bytes_of(texts)
    telling = np.flatnonzero((raw == _LINE_FEED) | (raw == _STRAIGHT) | (raw == 0xE2))
    marks, sizes = _marks(raw, telling)
    padded = np.concatenate((np.full(3, _LINE_FEED, np.uint8), raw))  # byte n of raw is byte n + 3 of padded
    before = marks + 2  # in padded: the last byte of the character before the mark
    opens = np.isin(padded[before], _BEFORE_OPENING)
    opens |= (padded[before] == _NO_BREAK_SPACE) & (padded[before - 1] == 0xC2)
    opens |= np.isin(padded[before], _DASHES) & (padded[before - 1] == 0x80) & (padded[before - 2] == 0xE2)
    opens |= np.isin(marks, offsets)
    marks = marks + sizes - 1

    ends = np.concatenate((telling[raw[telling] == _LINE_FEED], offsets[:-1]))
    at = np.concatenate((ends, marks))
    state = np.concatenate((np.zeros(len(ends), bool), opens))
    order = np.argsort(at, kind="stable")
    at, state = at[order], state[order]
    starts = tokens.starts + np.repeat(offsets[:-1], tokens.counts())
    if not len(starts):
        return np.empty(0, bool)
    # what a mark sets holds for the tokens up to the next one
    return np.repeat(state, np.diff(np.append(np.searchsorted(starts, at), len(starts))))


def _marks(raw: Array, telling: Array) -> tuple[Array, Array]:
    """Where double quotation marks begin, and of how many bytes they are; `telling` is where they may."""
    straight = telling[raw[telling] == _STRAIGHT]
    leads = telling[raw[telling] == 0xE2]
    curly = leads[(raw[leads + 1] == 0x80) & np.isin(raw[leads + 2], _CURLY)] if len(leads) else leads
    marks = np.concatenate((straight, curly))
    sizes = np.concatenate((np.ones(len(straight), np.int64), np.full(len(curly), 3)))
    return marks, sizes
