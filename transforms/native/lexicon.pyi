from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def find(members: Array, begin: Array, shift: int, wanted: Array) -> Array: ...
def where(rows: Array, flags: Array) -> Array: ...
