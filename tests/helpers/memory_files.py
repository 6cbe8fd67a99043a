"""A Beam file system in memory, `mem://`, so that a test can see that no path is taken for a local one.

Importing the module registers it. It has no folders, as object stores have none, and files appear when they are closed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, ClassVar

from apache_beam.io.filesystem import BeamIOError, FileMetadata, FileSystem

SCHEME = "mem"


class _Written(io.BytesIO):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def close(self) -> None:
        if not self.closed:
            MemoryFileSystem.files[self._path] = self.getvalue()
        super().close()


class MemoryFileSystem(FileSystem):
    """`files` holds everything: path to bytes."""

    files: ClassVar[dict[str, bytes]] = {}

    @classmethod
    def scheme(cls) -> str:
        return SCHEME

    def join(self, basepath: str, *paths: str) -> str:
        return "/".join([basepath.rstrip("/"), *(path.strip("/") for path in paths)])

    def split(self, path: str) -> tuple[str, str]:
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path: str) -> None:
        raise NotImplementedError("there are no folders")

    def has_dirs(self) -> bool:
        return False

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for path in sorted(self.files):
            if path.startswith(dir_or_prefix):
                yield self.metadata(path)

    def create(self, path: str, *_: Any, **__: Any) -> io.BytesIO:
        return _Written(path)

    def open(self, path: str, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO(self._bytes(path))

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        for source, target in zip(source_file_names, destination_file_names, strict=True):
            self.files[target] = self._bytes(source)

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        self.copy(source_file_names, destination_file_names)
        self.delete(source_file_names)

    def exists(self, path: str) -> bool:
        return path in self.files

    def size(self, path: str) -> int:
        return len(self._bytes(path))

    def last_updated(self, path: str) -> float:
        return 1_700_000_000.0

    def checksum(self, path: str) -> str:
        return str(hash(self._bytes(path)))

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, self.size(path), self.last_updated(path))

    def delete(self, paths: list[str]) -> None:
        for path in paths:
            del self.files[path]

    def _bytes(self, path: str) -> bytes:
        if path not in self.files:
            raise BeamIOError(f"no file {path}")
        return self.files[path]
