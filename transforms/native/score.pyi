from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def walk(values: Array, feature: Array, limit: Array, leaf: Array) -> Array: ...
