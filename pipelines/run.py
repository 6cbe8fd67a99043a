"""A run from its settings to its exit code: checked, planned, executed, told.

- `run`: what `copydesk run` does
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
import pyarrow.compute as pc
import pyarrow.parquet as pq
from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from pipelines import checks, clean, costs, dataflow, dates, lock, output, progress, spool, summary, workers
from pipelines.options import UsageError
from pipelines.terminal import UNREADABLE, cause, safe
from schemas.plan import Plan
from schemas.settings import Execution, Settings
from transforms import files, heap, publish
from transforms import plan as plans
from transforms.clean import prepare
from transforms.index import IndexRefusedError
from transforms.publish import RUN


def run(inputs: Sequence[str], settings: Settings, execution: Execution, beam: list[str], verbose: bool) -> int:
    """Plan, run and report; the exit code. Raises UsageError for what the user can mend."""
    if not inputs:
        raise UsageError("no INPUT: name files, folders or globs to read")
    if execution.output is None and not execution.dry_run:
        raise UsageError("no --output: name a folder for what comes out")
    inputs = [dates.fill(path, settings.run_date) for path in inputs]
    place = execution.output and dates.fill(execution.output, settings.run_date)
    execution = execution.model_copy(update={"output": place})
    target = plans.absolute(execution.output) if execution.output else None
    piped = spool.STANDARD_INPUT in inputs
    if piped:
        _check_piped(inputs, execution)
    engine = clean.engine_options(beam, execution.workers)
    FileSystems.set_options(engine)
    with _mendable():
        if dataflow.is_dataflow(engine):
            places = (place, execution.index, execution.site_profiles, settings.typos.word_profile)
            dataflow.check(engine, [*plans.expand_lists(inputs), *filter(None, places)])
        if target:
            output.check(target, execution.overwrite)
    if execution.dry_run:
        click.echo(safe(summary.plan_screen(_planned(inputs, settings, execution, target), target, beam)))
        return 0
    assert target is not None
    with contextlib.ExitStack() as stack:
        with _writable(execution):
            stack.enter_context(lock.held(target))
            output.check(target, execution.overwrite)  # again: another run may have ended meanwhile
        with contextlib.ExitStack() as until_prepared:
            without: str | None = target
            if piped:
                inputs, without = [until_prepared.enter_context(spool.spooled(output.work_of(target)))], None
            plan = _planned(inputs, settings, execution, without)
            with _writable(execution):
                continued = output.prepare(target, plan)
        if continued and not execution.quiet:
            click.echo(f"copydesk: continuing the unfinished run in {safe(str(execution.output))}", err=True)
        return _execute(plan, target, engine, execution, verbose)


def _unreadable(result: Mapping[str, Any], target: str) -> list[str]:
    """Why a file could not be read, the first of them, where there is one."""
    parts = [info["name"] for info in result["files"] if info["name"].startswith("rejects/")]
    for name in parts if result["counts"]["unreadable"] else []:
        with files.open_binary(files.join(target, name)) as file:
            rows = pq.read_table(file, columns=["source", "position", "message"])
        for row in rows.filter(pc.is_null(rows["position"])).slice(0, 1).to_pylist():
            return [f"{row['source']} could not be read: {row['message']}"]
    return []


def _check_piped(inputs: Sequence[str], execution: Execution) -> None:
    """Raises UsageError where something else than standard input is to be read, too, or nothing written."""
    if len(inputs) > 1:
        raise UsageError("- for standard input stands alone: name either - or files")
    if execution.dry_run:
        raise UsageError("- is read once, so there is no --dry-run of it: name a file")


def _planned(inputs: Sequence[str], settings: Settings, execution: Execution, without: str | None) -> Plan:
    """The plan, checked. Raises UsageError."""
    with _mendable():
        plan = plans.make(inputs, settings, without, execution.site_profiles, execution.index)
        checks.check(settings, plan)
    return plan


@contextlib.contextmanager
def _mendable() -> Iterator[None]:
    try:
        yield
    except (plans.NoInputError, IndexRefusedError, ValueError) as error:
        raise UsageError(str(error)) from None


@contextlib.contextmanager
def _writable(execution: Execution) -> Iterator[None]:
    try:
        yield
    except (OSError, BeamIOError) as error:
        raise UsageError(f"cannot write to --output {execution.output}: {cause(error)}") from None


def _execute(plan: Plan, target: str, engine: Any, execution: Execution, verbose: bool) -> int:
    started = time.monotonic()
    work = output.work_of(target)
    local = clean.is_local(engine)
    size = sum(one.size for one in plan.inputs)
    clean.use_workers(engine, execution.workers, size, os.cpu_count() or 1, verbose)
    if dataflow.is_dataflow(engine):
        dataflow.complete(engine, plan)
    shown = local and not execution.quiet and "://" not in target
    with contextlib.ExitStack() as stack:
        waiting: list[workers.Worker] = []
        if local:
            stack.enter_context(workers.watched())
            if processes := clean.processes(engine):
                prepare(work, plan.identity)
                waiting = stack.enter_context(workers.started(processes, verbose))
            else:
                heap.keep()  # what only hands on what workers shuffle gains nothing by it
        if shown:
            stack.enter_context(progress.watching(work, len(plan.units)))
        try:
            ended = clean.run(plan, target, work, engine, waiting)
        except Exception:
            # Flink restarts a job that loses a machine after its last step, too, and then it finds no plan
            if not publish.is_done(target, work):
                raise
            ended = True
    if not ended:
        click.echo("copydesk: the job was submitted; run.json appears in the output folder when it is done", err=True)
        return 0
    told = json.loads(files.read_bytes(files.join(target, RUN)))
    result: Mapping[str, Any] = told["result"]
    seconds = time.monotonic() - started
    if not execution.quiet:
        for warning in [*summary.warnings(result), *_unreadable(result, target)]:
            click.echo(f"copydesk: warning: {safe(warning)}", err=True)
    if execution.json_summary:
        click.echo(json.dumps({**result["counts"], "seconds": round(seconds, 3), "output": target}, ensure_ascii=False))
    elif not execution.quiet:
        click.echo(safe(summary.screen(result, str(execution.output), seconds)))
    if execution.profile:
        click.echo(costs.screen(told["execution"]), err=True)
    return UNREADABLE if result["counts"]["unreadable"] else 0
