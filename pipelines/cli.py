"""The command `copydesk`.

Exit codes: 0 done; 1 the run failed; 2 wrong usage; 3 done, but some input files could not be read.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import click

from pipelines.options import OptionSpec, UsageError, merge, option_specs, split_beam
from schemas.plan import Plan
from schemas.settings import Execution, Settings

FAILED, USAGE, UNREADABLE, INTERRUPTED = 1, 2, 3, 130
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(context_settings=HELP)
@click.version_option(importlib.metadata.version("copydesk"), prog_name="copydesk")
def main() -> None:
    """News pages scraped from the web in, clean deduplicated stories out as Parquet."""
    _log(verbose=False)


def _option(spec: OptionSpec) -> click.Option:
    """A field of the settings as an option; what it does not check here is checked with the settings."""
    names = [spec.flag, _name(spec)]
    if spec.switch:
        both = f"{spec.flag}/--no-{spec.flag[2:]}" if spec.default else spec.flag
        return click.Option([both, _name(spec)], is_flag=True, default=None, help=spec.help)
    kind = click.Choice(spec.choices) if spec.choices else click.STRING
    shown = ",".join(spec.default) if isinstance(spec.default, tuple) else spec.default
    text = f"{spec.help} [{shown}]" if shown not in (None, "") else spec.help
    metavar = None if spec.choices else spec.metavar
    return click.Option(names, type=kind, default=None, help=text, metavar=metavar)


def _name(spec: OptionSpec) -> str:
    return "_".join(spec.path)


class _RunCommand(click.Command):
    """A command with an option for each field of the settings; Beam's options are left to Beam."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.params += [_option(spec) for spec in option_specs()]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags = [flag for one in self.get_params(ctx) for flag in (*one.opts, *one.secondary_opts)]
        own = [flag for flag in flags if flag.startswith("--")]
        try:
            mine, ctx.obj = split_beam(args, own)
        except UsageError as error:
            raise click.UsageError(str(error), ctx) from None
        return super().parse_args(ctx, mine)


@main.command(cls=_RunCommand, context_settings=HELP)
@click.argument("inputs", metavar="INPUT...", nargs=-1)
@click.option("--config", metavar="FILE", help="copydesk.toml: every option, and those of the steps")
@click.option("--verbose", "-v", is_flag=True, help="log what each step does; show tracebacks")
@click.pass_context
def run(ctx: click.Context, inputs: tuple[str, ...], config: str | None, verbose: bool, **typed: Any) -> None:
    """Clean and deduplicate pages.

    INPUT are files, folders or globs, here or on gs:// or s3://, or @list.txt with one of them a line. Text, JSONL,
    Parquet, CSV, WET, WARC and HTML are read, plain or compressed. Options that are not listed go to Beam and its
    runner, as --runner=DataflowRunner --project=...
    """
    _log(verbose)
    given = {spec.path: typed[_name(spec)] for spec in option_specs() if typed[_name(spec)] is not None}
    try:
        settings, execution, configured, beam = merge(given, config)
        code = _run(inputs or tuple(configured), settings, execution, [*beam, *ctx.obj], verbose)
    except UsageError as error:
        raise click.UsageError(str(error), ctx) from None
    except KeyboardInterrupt:
        click.echo("copydesk: interrupted; the same command continues the run", err=True)
        code = INTERRUPTED
    except Exception as error:
        if verbose:
            traceback.print_exc()
        click.echo(f"copydesk: the run failed: {_cause(error)}", err=True)
        click.echo("The same command continues it where it stopped; -v shows the traceback.", err=True)
        code = FAILED
    ctx.exit(code)


@main.command(context_settings=HELP)
@click.argument("page", metavar="PAGE")
@click.option("--config", metavar="FILE", help="copydesk.toml, as for copydesk run")
@click.option("--id", "wanted", metavar="ID", help="the page with this id, where the file holds several")
@click.option("--json", "as_json", is_flag=True, help="a JSON object a page and line, for programs")
@click.pass_context
def explain(ctx: click.Context, page: str, config: str | None, wanted: str | None, as_json: bool) -> None:
    """Show a page with what goes struck out and what comes in marked, each with its rule.

    PAGE is a file of any kind that copydesk run reads; without --id all of its pages are shown.
    """
    from pipelines import explain as explaining
    from transforms import plan as plans
    from transforms.clean import Desk
    from transforms.scaffolding import RuleError

    try:
        settings, _, _, _ = merge({}, config)
        rules = tuple(plans.read_text(path) for path in settings.scaffolding.rules)
        shown = 0
        for one in explaining.explain(page, settings, Desk.of(settings, rules)):
            if wanted is None or one.id == wanted:
                shown += 1
                text = json.dumps(one.as_json(), ensure_ascii=False) if as_json else None
                click.echo(text or explaining.render(one, color=_colored()))
    except (UsageError, plans.NoInputError, RuleError) as error:
        raise click.UsageError(str(error), ctx) from None
    if not shown:
        raise click.UsageError(f"{page} holds no page" + (f" with id {wanted}" if wanted else ""), ctx)


@main.group(context_settings=HELP)
def rules() -> None:
    """Rule files: what is wrong with one, and what it would do."""


@rules.command(context_settings=HELP)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.pass_context
def check(ctx: click.Context, file: str) -> None:
    """Say what is wrong with a rule file: its keys, its patterns, its examples. Exit code 1 where something is."""
    from transforms.scaffolding import check as check_rules

    with open(file, encoding="utf-8", errors="replace") as content:
        problems = check_rules(content.read())
    for problem in problems:
        click.echo(f"{file}: {problem}")
    if not problems:
        click.echo(f"{file}: nothing wrong")
    ctx.exit(FAILED if problems else 0)


@rules.command("try", context_settings=HELP)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.argument("page", metavar="PAGE")
@click.pass_context
def try_rules(ctx: click.Context, file: str, page: str) -> None:
    """Show what copydesk would make of PAGE with the rules of FILE: as copydesk explain, without the other steps."""
    from pipelines import explain as explaining
    from schemas.settings import Scaffolding
    from transforms import plan as plans
    from transforms.clean import Desk
    from transforms.scaffolding import RuleError

    try:
        settings = Settings(steps=("scaffolding",), scaffolding=Scaffolding(rules=(file,)))
        for one in explaining.explain(page, settings, Desk.of(settings, (plans.read_text(file),))):
            click.echo(explaining.render(one, color=_colored()))
    except (UsageError, plans.NoInputError, RuleError) as error:
        raise click.UsageError(str(error), ctx) from None


def _run(inputs: Sequence[str], settings: Settings, execution: Execution, beam: list[str], verbose: bool) -> int:
    """Plan, run and report; the exit code."""
    from apache_beam.io.filesystem import BeamIOError
    from apache_beam.io.filesystems import FileSystems

    from pipelines import clean, output, summary
    from transforms import plan as plans
    from transforms.index import IndexRefusedError

    if not inputs:
        raise UsageError("no INPUT: name files, folders or globs to read")
    if execution.output is None and not execution.dry_run:
        raise UsageError("no --output: name a folder for what comes out")
    target = plans.absolute(execution.output) if execution.output else None
    engine = clean.engine_options(beam, execution.workers)
    FileSystems.set_options(engine)
    try:
        if target:
            output.check(target, execution.overwrite)
        plan = plans.make(inputs, settings, target, execution.site_profiles, execution.index)
        _check_rules(settings, plan)
        _check_languages(settings)
    except (plans.NoInputError, IndexRefusedError, ValueError) as error:
        raise UsageError(str(error)) from None
    if execution.dry_run:
        click.echo(summary.plan_screen(plan, target, beam))
        return 0
    assert target is not None
    try:
        continued = output.prepare(target, plan)
    except (OSError, BeamIOError) as error:
        raise UsageError(f"cannot write to --output {execution.output}: {_cause(error)}") from None
    if continued and not execution.quiet:
        click.echo(f"copydesk: continuing the unfinished run in {execution.output}", err=True)
    return _execute(plan, target, engine, execution, verbose)


def _check_rules(settings: Settings, plan: Plan) -> None:
    """A mistake in a rule file is found before the run, not on a worker. Raises UsageError."""
    if plan.rules:
        from transforms.scaffolding import check

        named = zip(settings.scaffolding.rules, plan.rules, strict=True)
        if problems := [f"{path}: {problem}" for path, text in named for problem in check(text)]:
            raise UsageError("\n".join(problems))


def _check_languages(settings: Settings) -> None:
    """A language that no page can have would filter every page. Raises UsageError."""
    if settings.languages:
        from transforms.language import UNKNOWN, model

        known = sorted({*model.load().languages, UNKNOWN})
        if unknown := [name for name in settings.languages if name not in known]:
            raise UsageError(
                f"--languages: {unknown[0]!r} is no language that can be told; these are: {', '.join(known)}"
            )


def _execute(plan: Plan, target: str, engine: Any, execution: Execution, verbose: bool) -> int:
    from pipelines import clean, output, progress, summary
    from transforms import files
    from transforms.commit import RUN

    started = time.monotonic()
    work = output.work_of(target)
    local = clean.is_local(engine)
    size = sum(one.size for one in plan.inputs)
    clean.use_workers(engine, execution.workers, size, os.cpu_count() or 1, verbose)
    shown = local and not execution.quiet and "://" not in target
    with progress.watching(work, len(plan.units)) if shown else contextlib.nullcontext():
        ended = clean.run(plan, target, work, engine)
    if not ended:
        click.echo("copydesk: the job was submitted; run.json appears in the output folder when it is done", err=True)
        return 0
    result: Mapping[str, Any] = json.loads(files.read_bytes(files.join(target, RUN)))["result"]
    seconds = time.monotonic() - started
    if execution.json_summary:
        click.echo(json.dumps({**result["counts"], "seconds": round(seconds, 3), "output": target}, ensure_ascii=False))
    elif not execution.quiet:
        click.echo(summary.screen(result, str(execution.output), seconds))
    return UNREADABLE if result["counts"]["unreadable"] else 0


def _colored() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _log(verbose: bool) -> None:
    """Log to standard error; Beam's own logs only where they are asked for, as what fails is told in one line."""
    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger().setLevel(logging.INFO if verbose else logging.ERROR)
    logging.getLogger("copydesk").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("apache_beam").setLevel(logging.INFO if verbose else logging.CRITICAL)


def _cause(error: BaseException) -> str:
    """The last line of what went wrong: workers hand over whole tracebacks as text."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith((" ", "\t", "Traceback"))]
    last = (told or lines or [""])[-1].strip()
    return last if ": " in last else f"{type(error).__name__}: {last}"
