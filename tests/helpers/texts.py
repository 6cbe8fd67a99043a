"""Texts and edits that tests make."""

import pyarrow as pa
from hypothesis import strategies as st

from transforms.editing import difference, edits

HOSTILE = '<script>document.title = "owned"</script><img src=x onerror="document.title = 1">'
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
"""An emoji of three that zero-width joiners hold together."""

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def editor(befores: list[str], afters: list[str]) -> pa.Table:
    """Edits that lead from each string to the one beside it."""
    rows, starts, ends, new = [], [], [], []
    for row, (before, after) in enumerate(zip(befores, afters, strict=True)):
        for start, end, replacement in difference(before, after):
            rows.append(row)
            starts.append(len(before[:start].encode()))
            ends.append(len(before[:end].encode()))
            new.append(replacement)
    return edits(rows, starts, ends, new, ["test/rule"] * len(rows), [99] * len(rows))
