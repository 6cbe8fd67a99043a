"""The headline out of the text, for ``--headline column``.

- `to_title`: the edits that do it, where the title has it
"""

from __future__ import annotations

import re

import pyarrow as pa

from transforms import editing

TO_COLUMN = "headline/to-column"
"""The rule of these edits."""


def to_title(texts: pa.Array, headlines: pa.Array, titles: pa.Array) -> pa.Table:
    """Edits that take each text's headline and the blank behind it away, where it is the text's first line.

    titles: the input's, which stay; a headline that its title does not have would be lost, so it stays in the text.
    """
    rows, ends = [], []
    columns = (column.to_pylist() for column in (texts, headlines, titles))
    for row, (text, headline, title) in enumerate(zip(*columns, strict=True)):
        first, _, rest = text.partition("\n")
        headline = (headline or "").strip()
        if headline and first.strip() == headline and rest.strip() and (title is None or _names(title, headline)):
            rows.append(row)
            ends.append(len(text.encode()) - len(rest.lstrip().encode()))
    n = len(rows)
    return editing.edits(rows, [0] * n, ends, [""] * n, [TO_COLUMN] * n, [100] * n)


def _names(title: str, headline: str) -> bool:
    """Whether the title is the headline, or has it in front of the site's name, say."""
    return re.search(rf"(?<!\w){re.escape(headline)}(?!\w)", title) is not None
