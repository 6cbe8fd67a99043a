"""`copydesk diff OLD NEW`."""

from __future__ import annotations

import json

import click

from pipelines import diff as comparing
from pipelines.terminal import PLACE, Command

SHOWN = 40


@click.command("diff", cls=Command)
@click.argument("old", metavar="OLD", type=PLACE)
@click.argument("new", metavar="NEW", type=PLACE)
@click.option("--all", "every", is_flag=True, help=f"list all changes, not the first {SHOWN}")
@click.option("--json", "as_json", is_flag=True, help="all as JSON, for programs")
def command(old: str, new: str, every: bool, as_json: bool) -> None:
    """Show which pages two runs made different stories of, and by which rules.

    OLD and NEW are folders that copydesk run wrote, of the same pages, before and after a rule or setting was changed.
    """
    found = comparing.compare(old, new)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        click.echo(comparing.render(found, len(found.changes) if every else SHOWN))
