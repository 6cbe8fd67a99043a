"""Loops in C for what NumPy needs many passes over memory for: an optional part, with the same results.

Each module here is a twin of a few NumPy functions that stay where they are, and are what runs where nothing could be
built: on a machine without a C compiler, or with `COPYDESK_NATIVE=0` in the environment. Tests compare the two.

`BUILT` says which it is.
"""

from __future__ import annotations

import os

try:
    if os.environ.get("COPYDESK_NATIVE") == "0":
        raise ImportError("switched off")
    from transforms.native import (
        candidates,
        classes,
        columns,
        coverage,
        encoding,
        finder,
        language,
        letters,
        lexicon,
        lines,
        lists,
        neighbours,
        score,
        sketch,
        surroundings,
        titles,
        tokens,
        trees,
        typo_words,
        words,
    )
except ImportError:
    BUILT = False
else:
    BUILT = True

__all__ = [
    "BUILT",
    "candidates",
    "classes",
    "columns",
    "coverage",
    "encoding",
    "finder",
    "language",
    "letters",
    "lexicon",
    "lines",
    "lists",
    "neighbours",
    "score",
    "sketch",
    "surroundings",
    "titles",
    "tokens",
    "trees",
    "typo_words",
    "words",
]
