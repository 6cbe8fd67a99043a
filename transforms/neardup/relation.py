"""Relations: what a member of a cluster is to the story kept for it, and whether it may go.

- `relations`: members and sketches in, `schemas.sketch.RELATION` out

Stories join a cluster at one threshold and are dropped at a stricter one: a member stays, as `overlapping`, if more of
its words are its own than `drop_at` allows, so that dropping deletes no reporting. One or two words that differ amid
words that both have are a slip or another wording, not reporting: only longer passages count as a story's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from schemas.sketch import RELATION
from transforms.neardup.coverage import Shingled, blocks, covered
from transforms.neardup.rules import Rules

Array = np.ndarray[Any, Any]


def relations(members: pa.Table, sketches: pa.Table, rules: Rules | None = None) -> pa.Table:
    """A row a row of `members` (`schemas.sketch.MEMBERS`), in their order.

    `sketches` holds those of the members and of the stories kept for them, in any order; others may be among them.
    Raises `KeyError` if one is missing.
    """
    rules = rules or Rules()
    documents, kept = members["document"].to_numpy(), members["kept_document"].to_numpy()
    stories = Shingled.of(sketches)
    rows, kept_rows = stories.rows(documents), stories.rows(kept)
    words, kept_words = stories.words[rows], stories.words[kept_rows]
    itself = documents == kept
    identical = stories.contents[rows] == stories.contents[kept_rows]
    mine, theirs = words.copy(), kept_words.copy()
    others = np.flatnonzero(~identical)
    for block in blocks((words + kept_words)[others]):
        cut = others[block]
        mine[cut] = covered(stories, rows[cut], kept_rows[cut]).without_slips().counts()
        theirs[cut] = covered(stories, kept_rows[cut], rows[cut]).without_slips().counts()
    enough = 100 * mine >= rules.drop_at * words
    same_url = (stories.urls[rows] == stories.urls[kept_rows]) & (stories.urls[rows] != 0)
    near = enough & (100 * theirs >= rules.drop_at * kept_words)
    names = np.select(
        [identical, same_url, near, enough],
        ["identical", "version", "near-identical", "contained"],
        "overlapping",
    )
    shorter = np.where(words <= kept_words, mine, theirs)
    similarity = np.where(identical, 100, 100 * shorter // np.maximum(np.minimum(words, kept_words), 1))
    return pa.table(
        [
            documents,
            kept,
            pa.array(names, pa.string(), mask=itself),
            similarity.astype(np.uint8),
            (words - mine).astype(np.int32),
            itself | ~(enough | identical),
        ],
        schema=RELATION,
    )
