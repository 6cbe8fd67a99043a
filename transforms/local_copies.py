"""Files of an object store that are read again and again, on this machine's disk meanwhile.

- `buffer`: a file's bytes, mapped into memory

Keys are read a partition at a time and sketches some pairs at a time: from a store the whole file would come each time.
A copy has no name on the disk, so nothing is left of it when the process ends, however it ends.
"""

from __future__ import annotations

import mmap
import shutil
import tempfile
import threading
from collections import OrderedDict

import pyarrow as pa

from transforms import files

# A process; what was asked for longest ago goes first. A worker has a process a core and some 10 GB of disk for each.
KEPT_BYTES = 4 << 30
PIECE = 16 << 20

_copies: OrderedDict[tuple[str, str], pa.Buffer] = OrderedDict()
_lock = threading.Lock()


def buffer(path: str) -> pa.Buffer:
    """The bytes of a file as it is now: one that was written anew is fetched anew. Valid as long as it is held."""
    key = path, files.checksum(path)
    with _lock:
        if key not in _copies:
            _copies[key] = _fetch(path)
        _copies.move_to_end(key)
        while len(_copies) > 1 and sum(one.size for one in _copies.values()) > KEPT_BYTES:
            _copies.popitem(last=False)
        return _copies[key]


def _fetch(path: str) -> pa.Buffer:
    with tempfile.TemporaryFile() as copy, files.open_binary(path) as source:
        shutil.copyfileobj(source, copy, PIECE)
        if not copy.tell():
            return pa.py_buffer(b"")
        copy.flush()
        return pa.py_buffer(mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ))
