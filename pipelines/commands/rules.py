"""`copydesk rules check FILE` and `copydesk rules try FILE PAGE`."""

from __future__ import annotations

import click

from pipelines import explain as explaining
from pipelines.options import UsageError
from pipelines.spool import readable
from pipelines.terminal import FAILED, PLACE, Command, colored
from schemas.settings import Scaffolding, Settings
from transforms import plan as plans
from transforms.clean import Desk
from transforms.scaffolding import RuleError
from transforms.scaffolding import check as check_rules


@click.group("rules")
def command() -> None:
    """Rule files: what is wrong with one, and what it would do."""


@command.command(cls=Command)
@click.argument("file", metavar="FILE", type=PLACE)
@click.pass_context
def check(ctx: click.Context, file: str) -> None:
    """Say what is wrong with a rule file: its keys, its patterns, its examples. Exit code 1 where something is."""
    problems = check_rules(_text(file))
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
    try:
        with readable(page) as path:
            for one in explaining.explain(path, settings, Desk.of(settings, (_text(file),))):
                click.echo(explaining.render(one, color=colored()))
    except RuleError as error:
        raise UsageError(f"{file}: {error}") from None
    except plans.NoInputError as error:
        raise UsageError(str(error)) from None


def _text(file: str) -> str:
    """A rule file as a run reads it. Raises UsageError."""
    try:
        return plans.read_text(file)
    except plans.NoInputError as error:
        raise UsageError(str(error)) from None
