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
    """A file to read: `source` is its path relative to the input's root, `stamp` when it changed."""

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
    """Everything that decides the result; `identity` is a hash of it, and the same wherever the input lies.

    `fingerprint` is of where it lies and when it changed, too: only a run with the same one is continued.

    word_profile: checksum of the file of the words that earlier outputs write.
    profiles: folders of the site profiles of earlier runs; profile_folder: where this run's goes, if anywhere.
    run_name: the same for the same inputs and date. index: parts of earlier runs to compare with; index_state: of the
    index's pointer when the run was planned. left_out: folders of finished runs amid the inputs.
    """

    identity: str
    fingerprint: str
    versions: dict[str, str]
    settings: Settings
    rules: tuple[str, ...]
    exclude: tuple[str, ...]
    word_profile: str | None
    profiles: tuple[str, ...]
    profile_folder: str | None
    run_name: str
    index_folder: str | None
    index_state: str
    index: tuple[IndexPart, ...]
    inputs: tuple[Input, ...]
    left_out: tuple[str, ...]
    units: tuple[tuple[Span, ...], ...]

    @property
    def run_folder(self) -> str:
        """Name of the folder of what this run leaves to later ones: no run with other settings writes to it."""
        return f"{self.run_name}-{self.identity[:12]}"

    def described(self) -> dict[str, Any]:
        """The settings as `run.json` tells them: of files of rules and of the excluded only how many there are."""
        told = described(self.settings)
        return {**told, "rules": len(self.rules), "exclude": len(self.exclude), "word_profile": self.word_profile}


def described(settings: Settings) -> dict[str, Any]:
    """Settings without the paths in them: what the files say is part of the plan by itself."""
    return settings.model_dump(
        mode="json", exclude={"exclude": True, "scaffolding": {"rules"}, "typos": {"word_profile"}}
    )
