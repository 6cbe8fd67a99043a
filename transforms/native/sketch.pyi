from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def told(
    raw: Array,
    offsets: Array,
    hashes: Array,
    initials: Array,
    capital: Array,
    starts: Array,
    ends: Array,
    first: Array,
    digits: Array,
    learn: Callable[[int], object],
) -> tuple[Array, tuple[Array, Array, Array], tuple[Array, Array], tuple[Array, Array, Array]]: ...
