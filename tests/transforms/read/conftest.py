"""Reading a file made of given bytes, as the tests of all formats do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schemas.rejects import ERRORS, REJECTS
from transforms.read import Fields, FilePiece, Limits, page_schema, read, whole_file


@dataclass(frozen=True)
class Outcome:
    """All that came out of a file."""

    pages: pa.Table
    rejects: pa.Table
    skipped: int
    batches: int

    def column(self, name: str) -> list[Any]:
        return self.pages[name].to_pylist()

    @property
    def errors(self) -> list[tuple[int | None, str]]:
        return [(row["position"], row["error"]) for row in self.rejects.to_pylist()]


def outcome(pieces: list[FilePiece], fields: Fields, limits: Limits) -> Outcome:
    batches = [batch for piece in pieces for batch in read(piece, fields, limits)]
    for batch in batches:
        assert batch.pages.schema == page_schema(fields)
        batch.pages.validate(full=True)
        batch.rejects.validate(full=True)
    rejects = pa.concat_tables([batch.rejects for batch in batches] or [REJECTS.schema.empty_table()])
    assert set(rejects["error"].to_pylist()) <= set(ERRORS)
    return Outcome(
        pages=pa.concat_tables([batch.pages for batch in batches] or [page_schema(fields).empty_table()]),
        rejects=rejects,
        skipped=sum(batch.skipped for batch in batches),
        batches=len(batches),
    )


ReadBytes = Callable[..., Outcome]


@pytest.fixture
def read_bytes(tmp_path: Path) -> ReadBytes:
    """`read_bytes(name, data, cuts=[...], **fields)`: what comes out of a file of that name and content."""

    def run(name: str, data: bytes, cuts: tuple[int, ...] = (), limits: Limits | None = None, **fields: Any) -> Outcome:
        path = tmp_path / name
        path.write_bytes(data)
        piece = whole_file(str(path))
        bounds = [0, *sorted(cuts), None]
        pieces = [replace(piece, start=start, end=end) for start, end in pairwise(bounds)]
        return outcome(pieces, Fields(**fields), limits or Limits())

    return run
