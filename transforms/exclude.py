"""Pages that must appear in no output: which of them a list of sites, URLs and ids names.

- `known_as`: what a list can name each page by, as hashes, so that they can be kept in an index
- `excluded`: a mask of the pages that a list names
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.sketch import SKETCH

Bools = npt.NDArray[np.bool_]
Column: TypeAlias = pa.Array | pa.ChunkedArray

ID, URL, SITE = range(3)
"""Seeds of the hashes: an id that reads like a site is none."""


def known_as(ids: Column, urls: Column, sites: Column) -> pa.Array:
    """xxh3-64 of each page's id, of its URL however it is written, of its site and each domain above it.

    All columns are strings of one length, and may hold nulls; `sites` are hosts in lower case without www.
    Gives lists of uint64, the type of the column of sketches.
    """
    hosts = sites.to_pylist()
    named = {host: [*_hashes(SITE, _domains(host or ""))] for host in set(hosts)}  # of few sites are many pages
    pages = zip(ids.to_pylist(), _plain_urls(urls).to_pylist(), hosts, strict=True)
    found = [[*_hashes(ID, (id,)), *_hashes(URL, (url,)), *named[host]] for id, url, host in pages]
    return pa.array(found, SKETCH.field("known_as").type)


def excluded(pages: Column, listed: frozenset[str]) -> Bools:
    """bool a page: the list has its id, its URL however it is written, its site or a domain above it.

    pages: as `known_as` gives them.
    """
    named = pc.is_in(pc.list_flatten(pages), value_set=_listed(listed))
    out = np.zeros(len(pages), bool)
    out[pc.list_parent_indices(pages).filter(named).to_numpy()] = True
    return out


@functools.lru_cache(maxsize=1)
def _listed(listed: frozenset[str]) -> pa.Array:
    """The hashes of what the entries of a list may be: each may be an id, a URL or a site, however it is written."""
    entries = sorted(listed)
    urls = _plain_urls(pa.array(entries, pa.string())).to_pylist()
    sites = [url.lstrip("*.") for url in urls]  # that of a page, which has a path, is no site's name
    hashes = {*_hashes(ID, entries), *_hashes(URL, urls), *_hashes(SITE, sites)}
    return pa.array(sorted(hashes), pa.uint64())


def _hashes(seed: int, names: Iterable[str | None]) -> list[int]:
    return [xxhash.xxh3_64_intdigest(name.encode(), seed) for name in names if name]


def _plain_urls(urls: Column) -> Column:
    """URLs without what does not tell one page from another: scheme, www., case of the host, a slash at the end."""
    parts = pc.extract_regex(urls, r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[Ww]{3}\.)?(?P<host>[^/?#]*)(?P<rest>[^#]*)")
    return pc.binary_join_element_wise(
        pc.utf8_lower(pc.struct_field(parts, "host")), pc.utf8_rtrim(pc.struct_field(parts, "rest"), "/"), ""
    )


def _domains(site: str) -> Iterator[str]:
    """A host and the domains that it is part of."""
    yield site
    while "." in site:
        site = site.partition(".")[2]
        yield site
