"""How a process holds memory.

- `keep`: Arrow's columns and NumPy's arrays share the C library's heap, which keeps what is freed for the next batch
- `turn_to`: what is kept goes back to the system where the work changes
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pyarrow as pa

# glibc's mallopt: from how many bytes on an array is mapped by itself, and how many that are free may stay at the top
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX = -3, -1, -8
KEPT = 256 << 20
MOST = 32 << 20  # that threshold's upper limit by mallopt(3): some versions refuse more, newer ones take it

_last = ""  # the kind of work that this process did last


def keep() -> None:
    """Once a process of a local run, before it works.

    By default an array of some megabytes is mapped anew for each step of each batch, and every page of it faults: a
    twelfth of all CPU time. Arrow's own allocator holds what it has freed beside what NumPy holds.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if mallopt := _of_glibc("mallopt"):
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, KEPT) or mallopt(M_MMAP_THRESHOLD, MOST)
        mallopt(M_TRIM_THRESHOLD, KEPT)


def turn_to(work: str) -> None:
    """Before each piece of work that is much larger than a batch; `work` names its kind.

    What one kind has freed lies scattered, so the next, with arrays of other sizes, would grow the heap beside it: it
    goes back to the system, half of what a process holds. Pieces of one kind take what the last one has freed: given
    back between them every page of it faults anew, for a tenth of the time of cleaning small units.
    """
    global _last
    if work != _last and (malloc_trim := _of_glibc("malloc_trim")):
        malloc_trim(0)
    _last = work


def _of_glibc(name: str) -> Any:
    """A function that glibc has and other C libraries have not; None without it."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
