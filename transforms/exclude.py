"""Pages that must appear in no output: which of a batch a list of sites, URLs and ids names.

- `excluded`: a mask of the pages that are named
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bools = npt.NDArray[np.bool_]


def excluded(listed: frozenset[str], ids: Sequence[pa.Array], urls: pa.Array, sites: pa.Array) -> Bools:
    """bool a page: the list has one of its `ids`, its URL however it is written, its site or a domain above it.

    All columns are strings of one length, and may hold nulls; `sites` are hosts in lower case without www.
    """
    known = pa.array(sorted(listed), pa.string())
    hits = [pc.is_in(column, value_set=known) for column in ids]
    hits.append(pc.is_in(_plain_urls(urls), value_set=pc.unique(_plain_urls(known))))
    names = {one.lower().removeprefix("www.") for one in listed}
    of_site = [site is not None and not names.isdisjoint(_domains(site)) for site in sites.to_pylist()]
    masks = [np.asarray(hit.to_numpy(zero_copy_only=False), bool) for hit in hits]
    return np.logical_or.reduce([*masks, np.array(of_site, bool)])


def _plain_urls(urls: pa.Array) -> pa.Array:
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
