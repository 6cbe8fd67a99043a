from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def scores(rows: Sequence[Array], feature: Array, threshold: Array, leaf: Array, bias: int) -> Array: ...
