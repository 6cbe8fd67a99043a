"""`copydesk show OUTPUT ID`."""

from __future__ import annotations

import json

import click

from pipelines import show as showing
from pipelines.options import UsageError
from pipelines.terminal import PLACE, Command, colored


@click.command("show", cls=Command)
@click.argument("output", metavar="OUTPUT", type=PLACE)
@click.argument("id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="a JSON object a page and line, for programs")
def command(output: str, id: str, as_json: bool) -> None:
    """Show a page of a finished run before and after, each edit with its rule, and the cluster that it is in.

    OUTPUT is the folder that copydesk run wrote, ID what stands in the column id.
    """
    pages = list(showing.show(output, id))
    if not pages:
        raise UsageError(f"{output} holds no page with id {id}; a row of rejects/ has none")
    for page in pages:
        told = json.dumps(page.as_json(), ensure_ascii=False, default=str) if as_json else None
        click.echo(told or showing.render(page, color=colored()))
