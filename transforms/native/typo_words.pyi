from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def cut(
    text: Array, bounds: Array, plain: Array, latin: Array, general: Array
) -> tuple[Array, Array, Array, Array, Array, Array, Array]: ...
def union(classes: Array, low: Array, high: Array) -> Array: ...
