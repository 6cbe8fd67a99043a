"""`copydesk init`: a `copydesk.toml` to start from."""

from __future__ import annotations

import click

from pipelines import reference
from pipelines.options import UsageError
from pipelines.terminal import Command


@click.command("init", cls=Command)
@click.argument("file", default="copydesk.toml", metavar="[FILE]")
def command(file: str) -> None:
    """Write a commented copydesk.toml with every setting at its default.

    FILE is copydesk.toml here; - prints to standard output. A file that is there stays as it is.
    """
    if file == "-":
        click.echo(reference.config(), nl=False)
        return
    try:
        with open(file, "x", encoding="utf-8") as out:
            out.write(reference.config())
    except FileExistsError:
        raise UsageError(f"{file} is there already: name another file, or - to print") from None
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
    click.echo(f"wrote {file}; use it with: copydesk run --config {file}", err=True)
