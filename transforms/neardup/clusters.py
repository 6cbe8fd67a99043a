"""Clusters: which linked stories belong together, and which of them is kept.

- `clusters`: edges and facts in, `schemas.sketch.MEMBERS` out
- `components`: connected components of a graph given as arrays
- `roundups`: pages that carry several stories
- `once`, `of_earlier_run`: edges without repeats; which documents an index holds

Components over verified edges beat stars around the longest page, but one page that carries two stories would make them
one: such pages are found first, and their edges join nobody.

A story of an earlier run (its document is 2^63 or more) is kept before all others. By default that story of a cluster
is kept which lets most others be dropped, for nearly all of their words stand in it; among equals the one that shares
most words with another member (not the longest: what no one else has may be scaffolding), then the earliest, then the
lowest id.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.sketch import EARLIER_RUN, MEMBERS
from transforms.neardup.rules import Rules

Array = np.ndarray[Any, Any]

UNDATED = np.iinfo(np.int64).max


def clusters(edges: Array, facts: pa.Table, rules: Rules | None = None, sparse: bool = False) -> pa.Table:
    """Every document that has an edge, sorted, with the story kept for its cluster.

    `edges`: dtype `schemas.sketch.EDGE`, each pair once; those that are not linked join nobody, but tell what a story
    lets be dropped. `facts`: the columns `schemas.sketch.FACTS` of the documents of all edges, in any order. `sparse`:
    few edges are there yet, so a story counts by the share that it lets be dropped of those it is compared with, not by
    their number. A document alone in its cluster is in the table only if it is a round-up.
    """
    rules = rules or Rules()
    flagged = roundups(edges, rules)
    used = _may_join(edges, flagged, rules) | ~edges["linked"]
    documents, ends = np.unique(np.concatenate((edges["a"][used], edges["b"][used])), return_inverse=True)
    a, b = np.split(ends, 2)
    linked = edges["linked"][used]
    root = components(len(documents), a[linked], b[linked])
    order = np.lexsort((*reversed(_preference(edges, used, a, b, documents, facts, rules, sparse)), root))
    starts = np.flatnonzero(np.concatenate(([True], root[order][1:] != root[order][:-1]))) if len(order) else order
    sizes = np.diff(np.append(starts, len(order)))
    kept = np.empty_like(documents)
    kept[order] = np.repeat(documents[order[starts]], sizes)
    size, rank = np.empty(len(documents), np.int32), np.empty(len(documents), np.int32)
    size[order] = np.repeat(sizes, sizes)
    rank[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    alone = flagged[~_among(flagged, documents)]
    return pa.table(
        [
            np.concatenate((documents, alone)),
            np.concatenate((kept, alone)),
            np.concatenate((size, np.ones(len(alone), np.int32))),
            np.concatenate((rank, np.zeros(len(alone), np.int32))),
            np.concatenate((_among(documents, flagged), np.ones(len(alone), bool))),
        ],
        schema=MEMBERS,
    ).sort_by("document")


def components(nodes: int, a: Array, b: Array) -> Array:
    """The lowest node of the component of each of `nodes` nodes; `a` and `b` are the ends of the edges (int64).

    Each round hooks the higher of two roots to the lower and then lets every node point to its root, until no edge has
    two roots (Shiloach and Vishkin 1982). The result does not depend on the order of the edges.
    """
    root = np.arange(nodes)
    while len(a):
        one, other = root[a], root[b]
        apart = one != other
        a, b, one, other = a[apart], b[apart], one[apart], other[apart]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while True:
            further = root[root]
            if (further == root).all():
                break
            root = further
    return root


def roundups(edges: Array, rules: Rules) -> Array:
    """The documents that carry two or more stories unlike each other, sorted (uint64).

    A page carries a story where `join_at` per cent of the story stand in it. Two carried stories are unlike where they
    cover different parts of the page. Stories that cover nearly all of the page are its copies and say nothing.
    """
    pages, parts = _carried(edges, rules)
    if not len(pages):
        return np.empty(0, np.uint64)
    starts = np.flatnonzero(np.concatenate(([True], pages[1:] != pages[:-1])))
    # what all carried stories have in common settles it for nearly every page without a look at each of them
    common = np.bitwise_count(np.bitwise_and.reduceat(parts, starts))
    suspects = np.flatnonzero(4 * common <= np.minimum.reduceat(np.bitwise_count(parts), starts))
    ends = np.append(starts[1:], len(pages))
    return np.array(
        [pages[starts[n]] for n in suspects if _separate(parts[starts[n] : ends[n]].tolist())],
        np.uint64,
    )


def of_earlier_run(documents: Array) -> Array:
    """bool a document: it is a story of an earlier run, which an index holds."""
    return documents >= np.uint64(EARLIER_RUN)


def once(edges: Array) -> Array:
    """Each edge once, sorted: what a retried bundle gave again is the same to the byte."""
    a, b = edges["a"], edges["b"]
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    repeated = np.zeros(len(order), bool)
    repeated[1:] = (a[1:] == a[:-1]) & (b[1:] == b[:-1])
    return edges[order[~repeated]]


def _among(values: Array, known: Array) -> Array:
    """Which values are among `known`, which is sorted."""
    if not len(known):
        return np.zeros(len(values), bool)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values


MOST_PARTS = 61  # of 64: who covers more of a page is its copy
FEWEST_PARTS = 4


def _carried(edges: Array, rules: Rules) -> tuple[Array, Array]:
    """Pages and the parts of them that a story they carry covers, sorted by page."""
    found = []
    for page, story in (("a", "b"), ("b", "a")):
        parts = edges[f"parts_{page}"]
        carried = 100 * edges[f"covered_{story}"].astype(np.int64) >= rules.join_at * edges[f"words_{story}"].astype(
            np.int64
        )
        counts = np.bitwise_count(parts)
        told = edges["linked"] & carried & (counts >= FEWEST_PARTS) & (counts <= MOST_PARTS)
        found.append((edges[page][told], parts[told]))
    pages = np.concatenate([pages for pages, _ in found])
    parts = np.concatenate([parts for _, parts in found])
    order = np.lexsort((parts, pages))
    return pages[order], parts[order]


def _separate(parts: list[int]) -> bool:
    """Whether the covered parts fall into groups that overlap by no more than a quarter of the smaller."""
    groups: list[int] = []
    for mask in sorted(set(parts), key=lambda mask: (-mask.bit_count(), mask)):
        joined = mask
        apart = []
        for group in groups:
            if 4 * (group & mask).bit_count() > mask.bit_count():
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return len(groups) > 1


def _may_join(edges: Array, flagged: Array, rules: Rules) -> Array:
    """Which edges join: those between two stories, and those between two round-ups that are nearly the same page."""
    a, b = _among(edges["a"], flagged), _among(edges["b"], flagged)
    same = _has(edges, "a", rules.drop_at) & _has(edges, "b", rules.drop_at)
    return (~a & ~b) | (a & b & same)


def _has(edges: Array, side: str, per_cent: int) -> Array:
    """Whether so many per cent of a side's words stand in the other."""
    return 100 * edges[f"covered_{side}"].astype(np.int64) >= per_cent * edges[f"words_{side}"].astype(np.int64)


def _preference(
    edges: Array, used: Array, a: Array, b: Array, documents: Array, facts: pa.Table, rules: Rules, sparse: bool
) -> tuple[Array, ...]:
    """What members are ranked by, most important first, the lowest first.

    `a`, `b`: places in `documents` of the ends of those edges that are `used`.
    """
    lets_drop = np.zeros(len(documents), np.int64)
    shared = np.zeros(len(documents), np.int64)
    for one, side, other_side in ((a, "a", "b"), (b, "b", "a")):
        np.add.at(lets_drop, one, _has(edges, other_side, rules.drop_at)[used])
        np.maximum.at(shared, one, edges[f"covered_{side}"][used].astype(np.int64))
    if sparse:
        compared = np.bincount(np.concatenate((a, b)), minlength=len(documents))
        lets_drop = 1000 * lets_drop // compared  # each has an edge; a share of a thousand, as a float is no decision
    at = pc.index_in(pa.array(documents), facts["document"].combine_chunks())
    if at.null_count:
        missing = documents[np.flatnonzero(at.is_null().to_numpy(zero_copy_only=False))[0]]
        raise KeyError(f"document {missing} has an edge, but no facts of it were given")
    mine = facts.take(at)
    published = mine["published"].combine_chunks().cast(pa.int64()).fill_null(UNDATED).to_numpy()
    ids = mine["id"].combine_chunks().dictionary_encode()
    rank = pc.rank(ids.dictionary, tiebreaker="dense").to_numpy()[ids.indices.to_numpy()] if len(ids) else published
    by_length = (-lets_drop, -shared)
    chosen: dict[str, tuple[Array, ...]] = {
        "longest": (*by_length, published),
        # what follows a date must not depend on who else is there: two nights keep what one run over both keeps
        "earliest": (published, *(np.where(published == UNDATED, rank, 0) for rank in by_length)),
        "latest": (np.where(published == UNDATED, UNDATED, -published), *by_length),
        "preferred-sites": (_site_ranks(mine["site"].to_numpy(), rules.preferred), *by_length, published),
    }
    return ~of_earlier_run(documents), *chosen[rules.keep], rank, documents


def _site_ranks(sites: Array, preferred: tuple[int, ...]) -> Array:
    """Each site's place among the preferred ones, behind them all where it is none."""
    ranks = np.full(len(sites), len(preferred))
    for place, site in reversed(list(enumerate(preferred))):
        ranks[sites == np.uint64(site)] = place
    return ranks
