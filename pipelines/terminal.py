"""What the commands share: how they end, log and colour.

- `Command`: a command whose mistakes of the user become a line of usage and exit code 2
- `colored`: whether what goes to standard output may hold colours
- `cause`: what went wrong, in one line
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import click

from pipelines.options import UsageError

FAILED, USAGE, UNREADABLE, INTERRUPTED = 1, 2, 3, 130


class Command(click.Command):
    """A command that logs, in full where its parameter `verbose` is set, and tells UsageError as wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        log(bool(ctx.params.get("verbose")))
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise click.UsageError(str(error), ctx) from None


def log(verbose: bool) -> None:
    """Log to standard error; Beam's own logs only where they are asked for, as what fails is told in one line."""
    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger().setLevel(logging.INFO if verbose else logging.ERROR)
    logging.getLogger("copydesk").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("apache_beam").setLevel(logging.INFO if verbose else logging.CRITICAL)


def colored() -> bool:
    """Colours are for terminals, and not for people who set NO_COLOR (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def cause(error: BaseException) -> str:
    """The last line of what went wrong: workers hand over whole tracebacks as text."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith((" ", "\t", "Traceback"))]
    last = (told or lines or [""])[-1].strip()
    return last if ": " in last else f"{type(error).__name__}: {last}"
