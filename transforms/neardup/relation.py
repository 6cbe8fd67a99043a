"""Relations: what a member of a cluster is to the story kept for it, and whether it may go.

- `relations`: members and their edges in, `schemas.sketch.RELATION` out
- `unlinked`: the members that no edge compares with the story kept for their cluster

Stories join a cluster at one threshold and are dropped at a stricter one: a member stays, as `overlapping`, if more of
its words are its own than `drop_at` allows, so that dropping deletes no reporting. One or two words that differ amid
words that both have are a slip or another wording, not reporting, and neither is another headline: only longer passages
of the text count as a story's own.

Two members that stay may be copies of each other. So members are asked in the order in which they are preferred, each
whether a story that stays and that it is linked with has nearly all of its words: that of its cluster, or another one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from schemas.sketch import RELATION
from transforms.neardup.clusters import of_earlier_run
from transforms.neardup.rules import Rules

Array = np.ndarray[Any, Any]


def unlinked(members: pa.Table, edges: Array) -> Array:
    """The pairs of a member (`schemas.sketch.MEMBERS`) and its cluster's kept story without an edge: uint64, n x 2."""
    documents, clusters = members["document"].to_numpy(), members["cluster"].to_numpy()
    linked = (documents == clusters) | of_earlier_run(documents)
    for one, other in (("a", "b"), ("b", "a")):
        at, known = _places(documents, edges[one])
        linked[at[known & (clusters[at] == edges[other])]] = True
    pairs = documents[~linked], clusters[~linked]
    return np.column_stack((np.minimum(*pairs), np.maximum(*pairs)))


def relations(members: pa.Table, edges: Array, rules: Rules | None = None) -> pa.Table:
    """A row a row of `members` (`schemas.sketch.MEMBERS`, sorted by document), in their order.

    `edges`: dtype `schemas.sketch.EDGE`, in any order; others may be among them. Raises `KeyError` if there is none
    between a member and the story kept for its cluster. A story of an earlier run stays, whatever it is to another.
    """
    rules = rules or Rules()
    documents, clusters, rank = (members[name].to_numpy() for name in ("document", "cluster", "rank"))
    stays = (documents == clusters) | of_earlier_run(documents)
    edges = _to_preferred(edges, documents, clusters, rank)
    member, other = (_places(documents, edges[side])[0] for side in "ab")
    told, words, other_told, other_words = (
        edges[name].astype(np.int64) for name in ("told_a", "words_a", "told_b", "words_b")
    )
    enough = (edges["same_text"] | (100 * told >= rules.drop_at * words)) & edges["linked"]

    goes, chosen = _decided(member, other, rank, enough, stays)
    if (missing := documents[(chosen < 0) & ~stays]).size:
        raise KeyError(f"document {missing[0]} is in a cluster, but no edge compares it with the story kept")
    near = enough & (100 * other_told >= rules.drop_at * other_words)
    names = np.select(
        [edges["same_text"], edges["same_url"], near, enough],
        ["identical", "version", "near-identical", "contained"],
        "overlapping",
    )
    shared = np.where(words <= other_words, told, other_told)
    similarity = np.where(edges["same_text"], 100, 100 * shared // np.maximum(np.minimum(words, other_words), 1))
    return pa.table(
        [
            *(members[name] for name in ("document", "cluster", "cluster_size", "roundup")),
            np.where(stays, documents, np.append(edges["b"], np.uint64(0))[chosen]),
            pa.array(np.append(names, "")[chosen], pa.string(), mask=stays),
            np.where(stays, 100, np.append(similarity, 100)[chosen]).astype(np.uint8),
            np.where(stays, 0, np.append(words - told, 0)[chosen]).astype(np.int32),
            ~goes,
        ],
        schema=RELATION,
    )


def _decided(member: Array, other: Array, rank: Array, enough: Array, stays: Array) -> tuple[Array, Array]:
    """Which members go, and which edge compares each with a kept story, -1 where none does.

    An edge: from `member` to `other`, the more preferred one, and whether `enough` of the former's words stand in the
    latter. A member: its `rank`, and whether it `stays` in any case.
    """
    chosen = np.full(len(rank), -1)
    to_kept = rank[other] == 0
    chosen[member[to_kept]] = np.flatnonzero(to_kept)
    goes = np.zeros(len(rank), bool)
    goes[member[to_kept & enough]] = True
    goes &= ~stays
    perhaps = np.flatnonzero(enough & ~stays[member] & ~goes[member] & ~goes[other])
    perhaps = perhaps[np.lexsort((rank[other[perhaps]], rank[member[perhaps]]))]
    for edge, one, another in zip(perhaps.tolist(), member[perhaps].tolist(), other[perhaps].tolist(), strict=True):
        if not goes[one] and not goes[another]:  # whether the other goes is settled, as it is the more preferred
            goes[one], chosen[one] = True, edge
    return goes, chosen


def _to_preferred(edges: Array, documents: Array, clusters: Array, rank: Array) -> Array:
    """The edges within clusters, turned so that `b` is the more preferred story."""
    (a, a_known), (b, b_known) = (_places(documents, edges[side]) for side in "ab")
    within = a_known & b_known & (clusters[a] == clusters[b])
    edges, turned = edges[within], (rank[a] < rank[b])[within]  # a copy, which is turned in place
    for name in ("", "words_", "covered_", "parts_", "told_"):
        one, other = (edges[f"{name}{side}"] for side in "ab")
        edges[f"{name}a"], edges[f"{name}b"] = np.where(turned, other, one), np.where(turned, one, other)
    return edges


def _places(documents: Array, wanted: Array) -> tuple[Array, Array]:
    """Where each wanted document stands among the sorted ones, and whether it is one of them."""
    if not len(documents):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(documents, wanted), len(documents) - 1)
    return at, documents[at] == wanted
