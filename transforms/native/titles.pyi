from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def compared(lines: object, titles: Array, offsets: Array, looked: Array, fewest: int) -> tuple[Array, Array]: ...
