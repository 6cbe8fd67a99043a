"""The output folder before a run: free, finished, begun by the same plan, or left by a dead run.

- `prepare`: make the folder ready for a plan, or say why it cannot be
"""

from __future__ import annotations

from apache_beam.io.filesystem import BeamIOError
from pydantic import ValidationError

from pipelines.lock import LOCK
from pipelines.options import UsageError
from schemas.datasets import DATASETS
from schemas.plan import Plan
from transforms import files, publish
from transforms import plan as plans
from transforms.publish import OWN_FILES, PART, RUN

WORK = "_work"


def work_of(output: str) -> str:
    return files.join(output, WORK)


def check(output: str, overwrite: bool) -> None:
    """Raises UsageError unless a run may write here."""
    if any(character in output for character in "*?["):
        raise UsageError(f"--output {output}: *, ? and [ cannot be in the path, as file systems read them as a glob")
    if files.exists(files.join(output, RUN)):
        if not overwrite:
            raise UsageError(f"{output} holds a finished run: choose another --output, or replace it with --overwrite")
        try:
            publish.parts_of(files.read_bytes(files.join(output, RUN)))
        except ValueError as error:
            raise UsageError(f"{files.join(output, RUN)} was {error}: choose another --output") from None
    elif foreign := _foreign(output):
        raise UsageError(f"{output} holds files that no copydesk run wrote, {foreign} for one: choose another --output")


def prepare(output: str, plan: Plan) -> bool:
    """Clear away what a dead run left and save the plan; whether an unfinished run of this plan is continued.

    A finished run stays as it is until this one takes its place. The order matters where this is interrupted: whatever
    is left is never taken for a run that can be continued.
    """
    work, run = work_of(output), files.join(output, RUN)
    if _begun(work) == plan.fingerprint and not publish.is_done(output, work):
        plans.save(plan, work)  # the index may have moved on meanwhile
        return True
    files.delete([path for path in [plans.path_of(work)] if files.exists(path)])
    older = files.read_bytes(run) if files.exists(run) else None
    if older is None:
        found = [metadata.path for metadata in files.listing(files.join(output, "*", "part-*"))]
        files.delete([path for path in found if _is_part(path, output)])
    files.delete_tree(work, {one.path for one in plan.inputs})  # but standard input, which waits there
    if older is not None:
        publish.will_replace(older, work)
    plans.save(plan, work)
    return False


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
    """A file in the folder, which holds no finished run, that no dead run left: one leaves its work folder, too."""
    found = [metadata.path.removeprefix(output).lstrip("/") for metadata in files.listing(files.join(output, "**"))]
    tops = {relative.partition("/")[0] for relative in found}
    own = {LOCK, WORK, *OWN_FILES, *(dataset.name for dataset in DATASETS)} if WORK in tops else {LOCK}
    return next((relative for relative in found if relative.partition("/")[0] not in own), None)
