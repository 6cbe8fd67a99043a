"""`copydesk run INPUT...`: its options, and how it ends.

Beam is loaded when the run begins: help and completion do not wait for it.
"""

from __future__ import annotations

import traceback
from typing import Any

import click

from pipelines.options import UsageError, merge, split_beam
from pipelines.setting_options import options, typed
from pipelines.specs import specs
from pipelines.terminal import FAILED, INTERRUPTED, PLACE, Command, cause


class _RunCommand(Command):
    """A command with an option for each field of the settings; Beam's options are left to Beam."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.params += options(specs())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags = [flag for one in self.get_params(ctx) for flag in (*one.opts, *one.secondary_opts)]
        own = [flag for flag in flags if flag.startswith("--")]
        try:
            mine, ctx.obj = split_beam(args, own)
        except UsageError as error:
            raise click.UsageError(str(error), ctx) from None
        return super().parse_args(ctx, mine)


@click.command("run", cls=_RunCommand)
@click.argument("inputs", metavar="INPUT...", nargs=-1, type=PLACE)
@click.option("--config", metavar="FILE", type=PLACE, help="copydesk.toml: every option, and those of the steps")
@click.option("--verbose", "-v", is_flag=True, help="log what each step does; show tracebacks")
@click.pass_context
def command(ctx: click.Context, inputs: tuple[str, ...], config: str | None, verbose: bool, **values: Any) -> None:
    """Clean and deduplicate pages.

    INPUT are files, folders or globs, here or on gs:// or s3://, @list.txt with one of them a line, or - for standard
    input. Text, JSONL, Parquet, CSV, WET, WARC and HTML are read, plain or compressed. Options that are not listed go
    to Beam and its runner, as --runner=DataflowRunner --project=...
    """
    given = typed(values)
    try:
        settings, execution, configured, beam = merge(given, config)
        from pipelines import run

        code = run.run(inputs or tuple(configured), settings, execution, [*beam, *ctx.obj], verbose)
    except UsageError:
        raise
    except KeyboardInterrupt:
        click.echo("copydesk: interrupted; the same command continues the run", err=True)
        code = INTERRUPTED
    except Exception as error:
        if verbose:
            traceback.print_exc()
        click.echo(f"copydesk: the run failed: {cause(error)}", err=True)
        click.echo("The same command continues it where it stopped; -v shows the traceback.", err=True)
        code = FAILED
    ctx.exit(code)
