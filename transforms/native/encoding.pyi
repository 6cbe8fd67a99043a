from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def odd_lines(data: Array, offsets: Array, harmless: Array) -> Array: ...
def traces(data: Array, offsets: Array, harmless: Array) -> tuple[Array, Array]: ...
