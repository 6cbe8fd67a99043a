"""`copydesk explain PAGE`."""

from __future__ import annotations

import json
from typing import Any

import click

from pipelines import explain as explaining
from pipelines import looks
from pipelines.options import UsageError, merge
from pipelines.setting_options import PageCommand, typed
from pipelines.terminal import PLACE, colored
from transforms.index import IndexRefusedError


class _ExplainCommand(PageCommand):
    also = ("run_date", "window_days")


@click.command("explain", cls=_ExplainCommand)
@click.argument("page", metavar="PAGE", type=PLACE)
@click.option("--config", metavar="FILE", type=PLACE, help="copydesk.toml, as for copydesk run")
@click.option("--id", "wanted", metavar="ID", help="the page with this id; a file that is one page needs none")
@click.option("--index", metavar="FOLDER", type=PLACE, help="near-duplicate index: earlier stories to compare with")
@click.option("--json", "as_json", is_flag=True, help="a JSON object a page and line, for programs")
def command(page: str, config: str | None, wanted: str | None, index: str | None, as_json: bool, **values: Any) -> None:
    """Show a page with what goes struck out and what comes in marked, each with its rule.

    PAGE is what copydesk run reads: a file, a folder or glob of them, or - for standard input. Without --id all its
    pages are shown. Pages without an id or URL have one that tells their place in the INPUT of a run: name that INPUT.
    With --index it says which stories of earlier runs the page is a near-duplicate of: of all, or of those that a run
    of --run-date would look at.
    """
    settings, _, _, _ = merge(typed(values), config)
    shown = 0
    with looks.planned([page], settings) as plan:
        try:
            look_up = explaining.look_up(plan, index) if index else None
        except IndexRefusedError as error:
            raise UsageError(str(error)) from None
        for one in explaining.explain(plan, look_up, wanted):
            shown += 1
            text = json.dumps(one.as_json(), ensure_ascii=False) if as_json else None
            click.echo(text or explaining.render(one, color=colored()))
    if not shown:
        raise UsageError(f"{page} holds no page" + (f" with id {wanted}" if wanted else ""))
