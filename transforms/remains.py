"""What stays of a page once its scaffolding has gone: too little of it is no article.

- `noticed`: which pages said why there is none: an error, a wall of cookies or of payment, a script that does not run
- `bare`: which texts are too little to be one
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms import editing
from transforms.scaffolding.lines import split
from transforms.scaffolding.page import prose

Bools = npt.NDArray[np.bool_]

NOTICES = r"^(?:cookie/|error/|paywall/|media/script$)"  # rules
FEW_BYTES = 800  # more are never bare
FEW_WORDS, NOTICED_WORDS, NOTICED_SENTENCES = 20, 80, 2


def noticed(edits: pa.Table, pages: int) -> Bools:
    """bool a page: a rule of `NOTICES` removed something (`edits`: schema `BATCH_EDITS`)."""
    told = pc.match_substring_regex(edits["rule"], NOTICES).to_numpy()
    return np.bincount(editing.ints(edits, "row")[told], minlength=pages) > 0


def bare(texts: pa.Array, noticed: Bools) -> Bools:
    """bool a text: a few words without a sentence; or, beside a notice, not many with two sentences at most.

    A sentence is a line that `prose` takes for one: it may be a paragraph. A brief of one or two is an article, unless
    the page says that it is not to be had. `texts`: strings without nulls; `noticed`: bool a text.
    """
    out = np.zeros(len(texts), bool)
    short = np.flatnonzero(pc.binary_length(texts).to_numpy(zero_copy_only=False) < FEW_BYTES)
    lines = split(texts.take(pa.array(short)))
    words = np.bincount(lines.page, lines.words, lines.pages)
    sentences = np.bincount(lines.page, prose(lines)[0], lines.pages)
    few = (words < FEW_WORDS) & (sentences == 0)
    out[short] = few | (noticed[short] & (words < NOTICED_WORDS) & (sentences <= NOTICED_SENTENCES))
    return out
