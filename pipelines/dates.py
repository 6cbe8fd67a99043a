"""The run's date in paths: `gs://news/pages/{date}` is another folder every night.

- `fill`: `{date}` as `--run-date` says it, `{date:%Y/%m/%d}` in a form of one's own
"""

from __future__ import annotations

import datetime
import re

from pipelines.options import UsageError

DATE = re.compile(r"\{date(?::([^{}]*))?\}")


def fill(path: str, date: datetime.date | None) -> str:
    """The path with the date in it; `{date:...}` takes the codes of `strftime`. Raises UsageError without a date."""
    if date is None:
        if DATE.search(path):
            raise UsageError(f"{path}: which date? --run-date 2026-05-31, or today, or yesterday")
        return path
    return DATE.sub(lambda match: date.strftime(match[1]) if match[1] else date.isoformat(), path)
