"""The plan of a run, as it lies in `_work/plan.json` before anything else is written.

A unit is what one worker reads, cleans and writes in one go. How the input is cut into units depends on the input
alone, never on workers or engine, so the same input gives the same documents everywhere.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas.index import IndexPart
from schemas.settings import Settings


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Input(_Frozen):
    """A file to read: `source` is its path relative to the input's root, `stamp` its etag or time of change."""

    path: str
    source: str
    format: str
    compression: str
    size: int
    stamp: str


class Span(_Frozen):
    """A part of an input: bytes `start` to `end` of input number `input`; `end` is null for a whole file."""

    input: int
    start: int
    end: int | None


class Plan(_Frozen):
    """Everything that decides the result; `identity` is a hash of it.

    profiles: folders of the site profiles of earlier runs; profile_target: where this run's goes, if anywhere.
    run_name: the same for the same inputs and date. index: parts of earlier runs to compare with; index_state: of the
    index's pointer when the run was planned.
    """

    identity: str
    versions: dict[str, str]
    settings: Settings
    rules: tuple[str, ...]
    exclude: tuple[str, ...]
    profiles: tuple[str, ...]
    profile_target: str | None
    run_name: str
    index_folder: str | None
    index_state: str
    index: tuple[IndexPart, ...]
    inputs: tuple[Input, ...]
    units: tuple[tuple[Span, ...], ...]

    def described(self) -> dict[str, Any]:
        """The settings as `run.json` tells them: without the excluded, who must appear in no output."""
        return self.settings.model_dump(mode="json", exclude={"exclude"}) | {"exclude": len(self.exclude)}
