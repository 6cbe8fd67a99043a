from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def counts(lines: object, unit: Array) -> Array: ...
