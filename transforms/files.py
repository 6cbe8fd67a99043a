"""Files that appear under their final name only when they are whole, on any file system that Beam knows.

- `Draft`: a file being written beside the work, renamed into place when it is whole
- `gathered`: the same for many small pieces
- `write_bytes`, `read_bytes`: small files, whole
- `move`, `delete`, `delete_tree`, `listing`, `exists`, `checksum`, `join`: whole files and folders
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator
from typing import IO, Any

import pyarrow as pa
import xxhash
from apache_beam.io.filesystem import CompressionTypes, FileMetadata
from apache_beam.io.filesystems import FileSystems

from transforms import object_stores

BINARY = "application/octet-stream"
GATHERED = 1 << 16  # bytes


class Draft:
    """A file object for writing that knows its size and, if `hashed`, its xxh3-128 checksum; bytes go on to `file`."""

    def __init__(self, file: IO[bytes], hashed: bool = True) -> None:
        self._file = file
        self._hash = xxhash.xxh3_128() if hashed else None
        self.size = 0
        self.closed = False

    def write(self, data: Any) -> int:
        self._file.write(data)
        if self._hash is not None:
            self._hash.update(data)
        length = memoryview(data).nbytes
        self.size += length
        return length

    def flush(self) -> None:
        """Nothing to do: the file is flushed when it is closed."""

    def tell(self) -> int:
        return self.size

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """pyarrow closes what it was given; the real file is closed by `draft`."""

    @property
    def checksum(self) -> str:
        assert self._hash is not None
        return self._hash.hexdigest()


@contextlib.contextmanager
def draft(path: str, work: str, hashed: bool = True) -> Iterator[Draft]:
    """Write a file under `work`; it is renamed to `path` where the block ends well, and removed where it does not."""
    hidden = join(work, "drafts", uuid.uuid4().hex)
    make_folder(join(work, "drafts"))
    make_folder(parent(path))
    file = FileSystems.create(hidden, BINARY, CompressionTypes.UNCOMPRESSED)
    try:
        with file:
            writer = Draft(file, hashed)
            yield writer
    except BaseException:
        with contextlib.suppress(Exception):
            FileSystems.delete([hidden])
        raise
    FileSystems.rename([hidden], [path])


@contextlib.contextmanager
def gathered(path: str, work: str) -> Iterator[pa.NativeFile]:
    """A draft for Arrow to write many small pieces to: a call of Python each would cost more than what is written."""
    with draft(path, work, hashed=False) as file, pa.BufferedOutputStream(pa.PythonFile(file, "w"), GATHERED) as stream:
        yield stream


def write_bytes(path: str, data: bytes, work: str) -> None:
    with draft(path, work) as file:
        file.write(data)


def read_bytes(path: str) -> bytes:
    with open_binary(path) as file:
        return bytes(file.read())


def open_binary(path: str) -> IO[bytes]:
    """A seekable file object of the file's bytes as they are, never decompressed."""
    return FileSystems.open(path, BINARY, CompressionTypes.UNCOMPRESSED)


def join(base: str, *parts: str) -> str:
    # Beam looks through its file systems for every path, at ten times the price of joining
    return FileSystems.join(base, *parts) if "://" in base else os.path.join(base, *parts)


def parent(path: str) -> str:
    return FileSystems.split(path)[0]


def exists(path: str) -> bool:
    return bool(FileSystems.exists(path))


def checksum(path: str) -> str:
    """What the file system knows of a file's content without reading it: another content has another."""
    return str(FileSystems.checksum(path))


def make_folder(path: str) -> None:
    """The folder, unless it is there: file systems that have no folders need none."""
    with contextlib.suppress(Exception):  # Beam raises one class for "exists" and for "cannot": writing will tell
        FileSystems.mkdirs(path)


def listing(pattern: str) -> list[FileMetadata]:
    """What matches a glob (`*` within a folder, `**` below it), sorted by path."""
    return sorted(FileSystems.match([pattern])[0].metadata_list, key=lambda metadata: metadata.path)


def replace(path: str, data: bytes, expected: str, state_of: Callable[[bytes | None], str], work: str) -> bool:
    """Write a small file if its content still has the state `expected`; whether it had.

    On a local file system, Google Cloud Storage and S3 no other process can come between the look and the write.
    """
    if (on_store := object_stores.replacer(path)) is not None:
        return on_store(path, data, expected, state_of)
    make_folder(parent(path))
    with contextlib.ExitStack() as stack:
        if "://" not in path:
            lock = stack.enter_context(open(f"{path}.lock", "wb"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        if state_of(read_bytes(path) if exists(path) else None) != expected:
            return False
        write_bytes(path, data, work)
        return True


def state_of(content: bytes | None) -> str:
    """A hash of a small file's content, empty where there is no file: what `replace` expects."""
    return xxhash.xxh3_128_hexdigest(content) if content is not None else ""


def delete(paths: list[str]) -> None:
    """Files, or folders with all in them, which have to be there."""
    for path in paths:
        if "://" not in path:
            # Beam takes it for a pattern, at ten times the price of deleting
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    if stored := [path for path in paths if "://" in path]:
        FileSystems.delete(stored)


def move(source: str, target: str) -> None:
    """Rename a whole file; whatever has the target's name is replaced."""
    make_folder(parent(target))
    FileSystems.rename([source], [target])


def delete_tree(folder: str, spared: Collection[str] = ()) -> None:
    """The folder and all in it but the files `spared`; nothing where it is not there."""
    paths = [metadata.path for metadata in listing(join(folder, "**"))]
    gone = [path for path in paths if path not in spared]
    delete(gone)
    if len(gone) == len(paths) and exists(folder):  # a file system with folders keeps them when they are empty
        delete([folder])
