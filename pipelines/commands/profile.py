"""`copydesk profile OUTPUT... --to FILE`."""

from __future__ import annotations

import click

from pipelines import profile as profiling
from pipelines.terminal import PLACE, Command


@click.command("profile", cls=Command)
@click.argument("outputs", metavar="OUTPUT...", nargs=-1, required=True, type=PLACE)
@click.option(
    "--to", "target", metavar="FILE", required=True, type=PLACE, help="where the word profile is written (FILE.parquet)"
)
def command(outputs: tuple[str, ...], target: str) -> None:
    """Count the words of finished runs by site: what several sites write is no typing error to later runs.

    OUTPUT are folders that copydesk run wrote, and word profiles to join. Use it with copydesk run --word-profile FILE.
    """
    made = profiling.profile(outputs, target)
    click.echo(f"{made.stories:,} stories, {made.words:,} words, {made.shared:,} of them on several sites: {target}")
