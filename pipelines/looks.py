"""What the commands that look at pages and write nothing have in common: `preview`, `explain`, `rules try`.

- `planned`: their input as a run would plan it, checked as a run's is
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from pipelines import checks, dates
from pipelines.options import UsageError
from pipelines.spool import readable
from schemas.plan import Plan
from schemas.settings import Settings
from transforms import plan as plans


@contextlib.contextmanager
def planned(inputs: Sequence[str], settings: Settings) -> Iterator[Plan]:
    """The plan of a look at `inputs`; what standard input held is there until the block ends.

    Raises UsageError for what the user can mend.
    """
    with contextlib.ExitStack() as stack:
        paths = [stack.enter_context(readable(dates.fill(path, settings.run_date))) for path in inputs]
        try:
            plan = plans.make(paths, settings)
            checks.check(settings, plan)
        except (plans.NoInputError, ValueError) as error:
            raise UsageError(str(error)) from None
        yield plan
