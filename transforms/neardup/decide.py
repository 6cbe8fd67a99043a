"""Decisions: which stories of a cluster stay, once its edges are known.

- `decide`: edges and facts in, `schemas.sketch.RELATION` out

Candidates pair the stories of a crowd with a few of them alone, and not always with the one that is best kept: it may
have three edges where a shorter one has a hundred. So the story which lets most of those be dropped that it is compared
with is compared with all of its cluster; then the choice is made, with that evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.neardup.clusters import clusters
from transforms.neardup.relation import relations, unlinked
from transforms.neardup.rules import Rules

Array = np.ndarray[Any, Any]


def decide(edges: Array, facts: pa.Table, compare: Callable[[Array], Array], rules: Rules) -> pa.Table:
    """What each document that has an edge, and each round-up, is to the story kept; sorted by document.

    `edges`: dtype `schemas.sketch.EDGE`, each pair once; `facts`: columns `schemas.sketch.FACTS` of their documents.
    `compare` gives the records (`EDGE`) of pairs (uint64, n x 2) that no edge compares, whether they are linked or not.
    """
    for sparse in (True, False):
        members = clusters(edges, facts, rules, sparse)
        if len(pairs := unlinked(members, edges)):
            edges = np.concatenate((edges, compare(pairs)))
    return relations(members, edges, rules)
