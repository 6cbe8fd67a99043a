"""What the commands share: how they end, log and colour.

- `Command`: a command whose failures become a line, and mistakes of the user one of usage and exit code 2
- `PLACE`: the type of parameters that name a file or folder
- `colored`: whether what goes to standard output may hold colours
- `table`: rows for people on a terminal, with tabs for pipes
- `safe`: text without what a terminal would obey
- `cause`: what went wrong, in one line
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from pipelines.options import UsageError
from transforms.obeyed import OBEYED

FAILED, UNREADABLE, INTERRUPTED = 1, 3, 130  # exit codes; that of wrong usage, 2, is click's


class Command(click.Command):
    """A command that logs, in full where its parameter `verbose` is set, and ends with a line where it cannot go on.

    UsageError is wrong usage; a file or store that cannot be read or written is a failure.
    """

    def invoke(self, ctx: click.Context) -> Any:
        log(bool(ctx.params.get("verbose")))
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise click.UsageError(safe(str(error)), ctx) from None
        except BrokenPipeError:
            raise  # whoever read the output has enough: click ends without a word
        except OSError as error:
            click.echo(f"copydesk: {safe(cause(error))}", err=True)
            ctx.exit(FAILED)


class _Place(click.ParamType):
    """A file or folder, here or on a store: a shell completes it; whether it is there is found by whoever opens it."""

    name = "path"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]


PLACE = _Place()


def log(verbose: bool) -> None:
    """Log to standard error; Beam's own logs only where they are asked for, as what fails is told in one line."""
    logging.basicConfig()
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_Safe("%(name)s: %(message)s"))
    logging.getLogger().setLevel(logging.INFO if verbose else logging.ERROR)
    logging.getLogger("copydesk").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("apache_beam").setLevel(logging.INFO if verbose else logging.CRITICAL)


class _Safe(logging.Formatter):
    """Names of files and columns may hold anything."""

    def format(self, record: logging.LogRecord) -> str:
        return safe(super().format(record))


def colored() -> bool:
    """Colours are for terminals, and not for people who set NO_COLOR (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns in line, the last one wrapped, where standard output is a terminal; else with tabs between them."""
    told = [[safe(cell) for cell in row] for row in (header, *rows)]
    if not sys.stdout.isatty():
        return "\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) for row in told)
    widths = [max(len(row[n]) for row in told) for n in range(len(header) - 1)]
    indent = sum(widths) + 2 * len(widths)
    width = max(shutil.get_terminal_size().columns, indent + 30)
    lines = []
    for number, row in enumerate(told):
        front = "".join(f"{cell:{size}}  " for cell, size in zip(row, widths, strict=False))
        text = textwrap.fill(row[-1], width, initial_indent=front, subsequent_indent=" " * indent)
        lines.append(click.style(text, bold=True) if number == 0 and colored() else text.rstrip())
    return "\n".join(lines)


def safe(text: str) -> str:
    """Characters that a terminal would obey, told as escapes: controls, and marks that turn the direction of text."""
    return OBEYED.sub(lambda match: _escape(ord(match[0])), text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def cause(error: BaseException) -> str:
    """The last line of what went wrong: workers hand over whole tracebacks as text."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith((" ", "\t", "Traceback"))]
    last = (told or lines or [""])[-1].strip()
    return last if ": " in last else f"{type(error).__name__}: {last}"
