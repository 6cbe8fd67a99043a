from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def cut(
    raw: Array, offsets: Array, kinds: Array, lower: Array, learn: Callable[[int], object]
) -> tuple[Array, Array, Array, Array, Array, Array]: ...
