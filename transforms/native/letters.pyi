from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def taken(raw: Array, offsets: Array, letters: Array) -> tuple[Array, Array]: ...
