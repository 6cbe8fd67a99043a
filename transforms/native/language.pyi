from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def sums(data: Array, offsets: Array, whole: bool, model: Any, known: Any) -> tuple[Array, Array]: ...
