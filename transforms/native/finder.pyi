from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def find(raw: Array, begins: Array, ends: Array, pieces: Any, meant: Array, bounds: Array) -> Array: ...
