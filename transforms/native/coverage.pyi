from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def hits(values: Array, first: Array, rows: Array, others: Array, order: Array) -> Array: ...
def covered(
    values: Array,
    first: Array,
    rows: Array,
    words: Array,
    begins: Array,
    total: int,
    others: Array,
    other_words: Array,
    other_begins: Array,
    other_total: int,
    order: Array,
) -> tuple[Array, Array]: ...
def numbers(
    values: Array,
    first: Array,
    places: Array,
    rows: Array,
    others: Array,
    order: Array,
    flags: Array,
    words: Array,
    begins: Array,
) -> Array: ...
def counts_with_slips(flags: Array, words: Array, begins: Array, starts: Array) -> Array: ...
