"""Both twins of a function at once: the loops in C and what NumPy does instead."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from transforms import native

Result = TypeVar("Result")

BUILT = native.BUILT  # which tests of one twin change meanwhile


def both(function: Callable[[], Result]) -> tuple[Result, Result]:
    """What the function gives in C, and with NumPy; skips the test where nothing was built."""
    if not BUILT:
        pytest.skip("needs the loops in C")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "BUILT", True)
        in_c = function()
        patch.setattr(native, "BUILT", False)
        return in_c, function()
