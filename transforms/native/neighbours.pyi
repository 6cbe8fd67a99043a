from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def one_slip(
    rows: Array, sizes: Array, keys: Array, members: Array, begin: Array, shift: int, first: Array, filed: Array
) -> tuple[Array, Array]: ...
def two_slips(
    rows: Array,
    sizes: Array,
    words: Array,
    lengths: Array,
    ends: Array,
    by_ends: Array,
    letters: Array,
    least: int,
) -> tuple[Array, Array]: ...
