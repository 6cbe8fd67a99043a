"""Pages that must appear in no output: which of them a list of sites, URLs and ids names.

- `known_as`: what a list can name each page by, as hashes, so that they can be kept in an index
- `canonicals`: the URL that a page gives as its own
- `excluded`: a mask of the pages that a list names
"""

from __future__ import annotations

import functools
import json
import re
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

CANONICAL = "canonical"  # what readers of HTML call it among the other columns

ID, URL, SITE = range(3)
"""Seeds of the hashes: an id that reads like a site is none."""


def known_as(ids: Column, urls: Column, sites: Column, canonicals: Column) -> pa.Array:
    """xxh3-64 of each page's id, of its URLs however they are written, of their sites and each domain above them.

    All columns are strings of one length, and may hold nulls; `sites` are hosts in lower case without www.
    Gives lists of uint64, the type of the column of sketches.
    """
    hosts = sites.to_pylist()
    named = {host: [*_hashes(SITE, _domains(host or ""))] for host in set(hosts)}  # of few sites are many pages
    pages = zip(ids.to_pylist(), _plain_urls(urls).to_pylist(), hosts, strict=True)
    found = [[*_hashes(ID, (id,)), *_hashes(URL, (url,)), *named[host]] for id, url, host in pages]
    for hashes, url in zip(found, _plain_urls(canonicals).to_pylist(), strict=True):
        if url:
            hashes += [*_hashes(URL, (url,)), *_hashes(SITE, _domains(re.split("[/?:]", url)[0]))]
    return pa.array(found, SKETCH.field("known_as").type)


def canonicals(pages: pa.Table) -> Column:
    """The URL that an HTML page gives as its own, where it is known by another: a carried column, or in `extra`.

    pages: schema `PAGES` or `STORIES` with the carried columns; those of a library call may have neither column.
    """
    if CANONICAL in pages.column_names:
        return pages[CANONICAL].cast(pa.string())
    extras = pages["extra"] if "extra" in pages.column_names else pa.nulls(len(pages), pa.string())
    perhaps = pc.if_else(pc.match_substring(extras, f'"{CANONICAL}"'), extras, None)
    found = [json.loads(extra).get(CANONICAL) if extra else None for extra in perhaps.to_pylist()]
    return pa.array([url if isinstance(url, str) else None for url in found], pa.string())


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
