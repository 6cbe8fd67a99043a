"""The command `copydesk`: the list of its commands, each of which is loaded when it is asked for.

What exit codes mean is told in docs/how-to/scripts.md.
"""

from __future__ import annotations

import atexit
import difflib
import gc
import importlib
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

# Name of the command and of its module in pipelines/commands, and what help says of it: Beam and Arrow take a second
# to load, which nobody should wait for who asks for help.
COMMANDS = {
    "run": "Clean and deduplicate pages.",
    "preview": "Show what a run would remove, repair and filter, on pages spread over the input, in seconds.",
    "explain": "Show a page with what goes struck out and what comes in marked.",
    "show": "Show a page of a finished run before and after, each edit with its rule, and the cluster that it is in.",
    "diff": "Show which pages two runs made different stories of, and by which rules.",
    "profile": "Count the words of finished runs by site: what several sites write is no typing error to later runs.",
    "rules": "Rule files: what is wrong with one, and what it would do.",
    "steps": "List the steps of a run, in their order, with their options and defaults.",
    "schema": "List the columns of what a run writes, with what each means.",
    "init": "Write a commented copydesk.toml with every setting at its default.",
    "completion": "Print the script that completes commands and options in a shell.",
}


class _Lazy(click.Group):
    """A group that imports a command's module only when that command runs, or shows its own help."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        if args is None:  # those of the process, which is ours, then
            # Modules, rules and lexicons are many objects, which stay: looking for garbage among them took a sixth of
            # the time of a run on one page, and as long again when the process ended.
            gc.set_threshold(100_000)
            atexit.register(gc.freeze)
        return super().main(args, *rest, **more)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"pipelines.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        close = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if close and args[0] not in COMMANDS:
            raise click.UsageError(f"no such command: {args[0]} (did you mean {close[0]}?)", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [CompletionItem(name, help=help) for name, help in COMMANDS.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="copydesk")
def main() -> None:
    """News pages scraped from the web in, clean deduplicated stories out as Parquet."""
