"""Logarithms and powers of two in integer arithmetic, so that they are the same on every CPU.

- `log2`: of whole arrays of integers, in `UNIT`ths
- `power_table`: 2 to the power of -i/`UNIT`, for turning differences of logarithms into proportions
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

UNIT = 256
"""Logarithms are counted in 1/256 of a bit."""

POWER_ONE = 1 << 40
"""What `power_table` has for 1."""

_MANTISSA_BITS = 12


def log2(numbers: Ints) -> Ints:
    """log2 of positive integers below 2**53, in `UNIT`ths, rounded down: int64 in, int64 out.

    The leading 13 bits decide; an error of 2**-12 of the number is less than a tenth of a unit.

    >>> log2(np.array([1, 2, 3, 1000])).tolist()
    [0, 256, 405, 2551]
    """
    mantissa, exponent = np.frexp(numbers.astype(np.float64))  # exact: no rounding below 2**53
    index = ((mantissa * 2 - 1) * (1 << _MANTISSA_BITS)).astype(np.int64)
    return (exponent.astype(np.int64) - 1) * UNIT + _MANTISSA_LOGS[index]


def _mantissa_logs() -> Ints:
    """log2(1 + i / 2**12) in units: how many powers of 2**(1/256) a number holds."""
    steps = np.array([_root_power(i, 61) for i in range(UNIT)], np.int64)
    numbers = (np.arange(1 << _MANTISSA_BITS, dtype=np.int64) + (1 << _MANTISSA_BITS)) << (61 - _MANTISSA_BITS)
    return np.searchsorted(steps, numbers, side="right") - 1


def power_table() -> Ints:
    """2**(-i/UNIT) * POWER_ONE for i of 0 to UNIT - 1: int64."""
    return np.array([POWER_ONE] + [_root_power(UNIT - i, 39) for i in range(1, UNIT)], np.int64)


def _root_power(i: int, bits: int) -> int:
    """2**(i/UNIT + bits), rounded down: UNIT is 2**8, so eight square roots give it."""
    number = 1 << (i + bits * UNIT)
    for _ in range(UNIT.bit_length() - 1):
        number = math.isqrt(number)
    return number


_MANTISSA_LOGS = _mantissa_logs()
