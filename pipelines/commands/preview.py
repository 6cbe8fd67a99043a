"""`copydesk preview INPUT...`."""

from __future__ import annotations

import json
from typing import Any

import click

from pipelines import looks
from pipelines import preview as previewing
from pipelines.options import UsageError, merge
from pipelines.setting_options import PageCommand, typed
from pipelines.terminal import PLACE


class _PreviewCommand(PageCommand):
    also = ("run_date",)


@click.command("preview", cls=_PreviewCommand)
@click.argument("inputs", metavar="INPUT...", nargs=-1, type=PLACE)
@click.option("--sample", default=200, show_default=True, metavar="N", type=click.IntRange(1), help="pages to look at")
@click.option("--config", metavar="FILE", type=PLACE, help="copydesk.toml, as for copydesk run")
@click.option("--json", "as_json", is_flag=True, help="as JSON, for programs")
def command(inputs: tuple[str, ...], sample: int, config: str | None, as_json: bool, **values: Any) -> None:
    """Show what a run would remove, repair and filter, on pages spread over the input, in seconds.

    INPUT as for copydesk run, and so are the options below --json. The same input gives the same sample.
    """
    settings, _, configured, _ = merge(typed(values), config)
    if not (inputs or configured):
        raise UsageError("no INPUT: name files, folders or globs to read")
    with looks.planned(inputs or configured, settings) as plan:
        seen = previewing.preview(plan, sample)
    click.echo(json.dumps(seen.as_json(), indent=1, ensure_ascii=False) if as_json else previewing.render(seen))
