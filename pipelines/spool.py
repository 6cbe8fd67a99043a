"""`-` for an input is standard input, kept in a file: a plan needs a size, and a second try the same bytes.

- `spooled`: standard input as a file under the output's work folder, where a run that was interrupted finds it again
- `readable`: a path as it is, or standard input in a file that is gone afterwards
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from pipelines.options import UsageError
from transforms import files

STANDARD_INPUT = "-"
NAME = "stdin"
"""What `source` calls it."""


@contextlib.contextmanager
def spooled(work: str, stream: BinaryIO | None = None) -> Iterator[str]:
    """The path of a file under `work` that holds what stands in `stream`, else in standard input.

    The file is named after its content: the same input again is the file that is there, so its run is continued. A new
    file goes, and the folder if it is all there is, where the block fails. Raises UsageError where there is nothing to
    read.
    """
    stream = stream or _standard_input()
    hidden = files.join(work, NAME, uuid.uuid4().hex)
    files.make_folder(files.parent(hidden))
    with FileSystems.create(hidden, files.BINARY, CompressionTypes.UNCOMPRESSED) as file:
        draft = files.Draft(file)
        shutil.copyfileobj(stream, draft)
    path = files.join(work, NAME, draft.checksum, NAME)
    known = files.exists(path)
    if known:
        files.delete([hidden])
    else:
        files.move(hidden, path)
    try:
        if not draft.size:
            raise UsageError("standard input is empty: pipe pages into it, or name files instead of -")
        yield path
    except BaseException:
        if not known:
            files.delete_tree(files.parent(path))
        if not files.listing(files.join(work, "**")):
            files.delete_tree(work)
        raise


@contextlib.contextmanager
def readable(path: str) -> Iterator[str]:
    """`path`, or for `-` a file that holds standard input until the block ends."""
    if path != STANDARD_INPUT:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / NAME
        with copy.open("wb") as file:
            shutil.copyfileobj(_standard_input(), file)
        yield str(copy)


def _standard_input() -> BinaryIO:
    if sys.stdin.isatty():
        raise UsageError("- is standard input, which is a terminal here: pipe pages into it, or name files")
    return sys.stdin.buffer
