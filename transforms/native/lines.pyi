from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def split(raw: Array, offsets: Array) -> tuple[Array, ...]: ...
