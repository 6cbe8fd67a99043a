"""The entry: a piece of a file in, batches of pages and rejects out, whatever the format."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.read.pieces import Batch, Fields, Limits, Piece


def whole_file(path: str, source: str | None = None) -> Piece:
    """The piece that is a whole file, its format recognised."""
    raise NotImplementedError


def read(piece: Piece, fields: Fields, limits: Limits) -> Iterator[Batch]:
    """The records of `piece`, in batches of about `limits.batch_bytes`, in the order of the file.

    Bad data raises nothing: a record that cannot be used is a row of `rejects`, and so is, with a null position, a file
    that cannot be read or not to its end; the records before the trouble stay. The records, and what each becomes, do
    not depend on how the file is cut into pieces.
    """
    raise NotImplementedError
