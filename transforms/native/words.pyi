from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

def vocabulary(lines: object, titles: object, sentence: Array, kinds: Array, some: Array) -> tuple[Array, ...]: ...
