"""`copydesk steps`: what each step does, and its options."""

from __future__ import annotations

import json

import click

from pipelines import reference
from pipelines.terminal import Command, table


@click.command("steps", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="as JSON, for programs")
def command(as_json: bool) -> None:
    """List the steps of a run, in their order, with their options and defaults.

    Keys with a dot stand in a table of copydesk.toml: dedup.drop_at is drop_at under [dedup].
    """
    told = reference.steps()
    if as_json:
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    rows: list[tuple[str, ...]] = []
    for step in told:
        rows.append((step["step"], "", "", "", step["does"]))
        rows += [
            (step["step"], one["option"] or "", one["key"], one["default"] or "", one["help"])
            for one in step["settings"]
        ]
    click.echo(table(("step", "option", "key in copydesk.toml", "default", "what it does"), rows))
