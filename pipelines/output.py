"""The output folder before a run: free, finished, begun by the same plan, or left by a dead run.

- `prepare`: make the folder ready for a plan, or say why it cannot be
"""

from __future__ import annotations

import json
import re

from apache_beam.io.filesystem import BeamIOError
from pydantic import ValidationError

from pipelines.lock import LOCK
from pipelines.options import UsageError
from schemas.datasets import DATASETS
from schemas.plan import Plan
from transforms import files
from transforms import plan as plans
from transforms.commit import REPORT, RUN

WORK = "_work"
PART = re.compile("(" + "|".join(dataset.name for dataset in DATASETS) + r")/part-\d{5,}\.parquet")
OWN_FILES = ("README.md", REPORT, RUN)


def work_of(output: str) -> str:
    return files.join(output, WORK)


def check(output: str, overwrite: bool) -> None:
    """Raises UsageError unless a run may write here."""
    if any(character in output for character in "*?["):
        raise UsageError(f"--output {output}: *, ? and [ cannot be in the path, as file systems read them as a glob")
    if files.exists(files.join(output, RUN)):
        if not overwrite:
            raise UsageError(f"{output} holds a finished run: choose another --output, or replace it with --overwrite")
        _listed(files.join(output, RUN))
    elif foreign := _foreign(output):
        raise UsageError(f"{output} holds files that no copydesk run wrote, {foreign} for one: choose another --output")


def prepare(output: str, plan: Plan) -> bool:
    """Clear away what an older run left and save the plan; whether an unfinished run of this plan is continued.

    Of a finished run only what its `run.json` lists is deleted, that file and the card. The order matters where this
    is interrupted: whatever is left is never taken for a run that can be continued.
    """
    work = work_of(output)
    run = files.join(output, RUN)
    spared = {one.path for one in plan.inputs}  # standard input waits there
    if files.exists(run):
        listed = _listed(run)
        files.delete_tree(work, spared)  # all that its run did not come to clear away
        files.delete([run])
        names = [name for name in listed if PART.fullmatch(name)] + list(OWN_FILES)
        files.delete([path for path in (files.join(output, name) for name in names) if files.exists(path)])
    elif _begun(work) == plan.fingerprint:
        plans.save(plan, work)  # the index may have moved on meanwhile
        return True
    else:
        files.delete([path for path in [plans.path_of(work)] if files.exists(path)])
        files.delete(
            [
                metadata.path
                for metadata in files.listing(files.join(output, "*", "part-*"))
                if _is_part(metadata.path, output)
            ]
        )
        files.delete_tree(work, spared)
    plans.save(plan, work)
    return False


def _listed(run: str) -> list[str]:
    """The files that a `run.json` lists. Raises UsageError where it is none of ours."""
    try:
        return [str(info["name"]) for info in json.loads(files.read_bytes(run))["result"]["files"]]
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{run} was not written by copydesk: choose another --output") from None


def _is_part(path: str, output: str) -> bool:
    return PART.fullmatch(path.removeprefix(output).lstrip("/")) is not None


def _begun(work: str) -> str | None:
    """The fingerprint of the plan that lies in the work folder, if one does."""
    try:
        if files.exists(plans.path_of(work)):
            return Plan.model_validate_json(files.read_bytes(plans.path_of(work))).fingerprint
    except (BeamIOError, OSError, ValidationError):
        pass  # a plan of another version: as good as none
    return None


def _foreign(output: str) -> str | None:
    """A file in the folder that is not of a run's making."""
    own = (WORK, *(dataset.name for dataset in DATASETS))
    for metadata in files.listing(files.join(output, "**")):
        relative = metadata.path.removeprefix(output).lstrip("/")
        if relative.partition("/")[0] not in own and relative not in (*OWN_FILES, LOCK):
            return relative
    return None
