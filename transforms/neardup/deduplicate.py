"""Near-duplicates of a table in memory: all of `transforms.neardup` in a row, for a notebook and for measuring.

A run does the same with files and shuffles in between, and comes to the same result.
"""

from __future__ import annotations

import pyarrow as pa

from schemas.sketch import FACTS
from transforms.neardup.candidates import candidate_pairs, distinct_pairs
from transforms.neardup.decide import decide
from transforms.neardup.keys import keys
from transforms.neardup.rules import Rules
from transforms.neardup.sketch import sketch
from transforms.neardup.verify import compare, verify


def deduplicate(stories: pa.Table, rules: Rules | None = None) -> pa.Table:
    """`schemas.sketch.RELATION` of the stories that have copies, and of round-ups.

    `stories` has the columns document, id and text, and may have url, site and published. A story that is not in the
    table has no copy among them.

    >>> day = "the harbour was closed on Friday after a ferry ran aground at its mouth in thick fog"
    >>> stories = pa.table({"document": [1, 2, 3], "id": ["x", "y", "z"], "text": [day, day + " police said", "no"]})
    >>> deduplicate(stories).select(["document", "kept_document"]).to_pylist()
    [{'document': 1, 'kept_document': 1}, {'document': 2, 'kept_document': 1}]
    """
    sketches = sketch(stories)
    edges = verify(distinct_pairs([candidate_pairs(keys(sketches))]), sketches, rules)
    rules = rules or Rules()
    return decide(edges, sketches.select(FACTS), lambda pairs: compare(pairs, sketches, rules), rules)
