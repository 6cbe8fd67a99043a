"""How a process of a local run holds memory.

- `keep`: Arrow's columns and NumPy's arrays share the C library's heap, which keeps what is freed for the next batch
"""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa

# glibc's mallopt: from how many bytes on an array is mapped by itself, and how many that are free may stay at the top
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX = -3, -1, -8
KEPT = 256 << 20


def keep() -> None:
    """Once a process, before it works.

    By default an array of some megabytes is mapped anew for each step of each batch, and every page of it faults: a
    twelfth of all CPU time. Arrow's own allocator holds what it has freed beside what NumPy holds.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, KEPT)
        mallopt(M_TRIM_THRESHOLD, KEPT)
