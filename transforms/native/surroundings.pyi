from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def shares(
    tokens: object, word: Array, plain: Array, function: Array, token: Array, low: Array, high: Array, reach: int
) -> tuple[Array, Array]: ...
def screened(root: Array, begin: Array, asked: Array, shift: int) -> Array: ...
