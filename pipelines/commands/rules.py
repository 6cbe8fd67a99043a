"""`copydesk rules check FILE` and `copydesk rules try FILE PAGE`."""

from __future__ import annotations

import click

from pipelines import explain as explaining
from pipelines import looks
from pipelines.options import UsageError
from pipelines.terminal import FAILED, PLACE, Command, colored
from schemas.settings import Scaffolding, Settings
from transforms import plan as plans
from transforms.scaffolding import check as check_rules


@click.group("rules")
def command() -> None:
    """Rule files: what is wrong with one, and what it would do."""


@command.command(cls=Command)
@click.argument("file", metavar="FILE", type=PLACE)
@click.pass_context
def check(ctx: click.Context, file: str) -> None:
    """Say what is wrong with a rule file: its keys, its patterns, its examples. Exit code 1 where something is."""
    try:
        problems = check_rules(plans.read_text(file))
    except plans.NoInputError as error:
        raise UsageError(str(error)) from None
    for problem in problems:
        click.echo(f"{file}: {problem}")
    if not problems:
        click.echo(f"{file}: nothing wrong")
    ctx.exit(FAILED if problems else 0)


@command.command("try", cls=Command)
@click.argument("file", metavar="FILE", type=PLACE)
@click.argument("page", metavar="PAGE", type=PLACE)
def try_rules(file: str, page: str) -> None:
    """Show what copydesk would make of PAGE with the rules of FILE: as copydesk explain, without the other steps."""
    settings = Settings(steps=("scaffolding",), scaffolding=Scaffolding(rules=(file,)))
    with looks.planned([page], settings) as plan:
        for one in explaining.explain(plan):
            click.echo(explaining.render(one, color=colored()))
