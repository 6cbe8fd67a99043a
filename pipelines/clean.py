"""The main job: pages in, clean deduplicated stories out. `python -m pipelines.clean` is `copydesk run`.

- `build`: the pipeline of a plan, on any runner
- `run`: build it, run it, wait for it
- `engine_options`, `use_workers`: Beam's options, with the choices that this job makes
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterable, Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    DirectOptions,
    GoogleCloudOptions,
    PipelineOptions,
    SetupOptions,
    StandardOptions,
    WorkerOptions,
)
from apache_beam.runners.runner import create_runner

from pipelines import dataflow, local, workers
from pipelines.options import UsageError
from schemas.plan import Plan
from transforms import plan as plans
from transforms.clean_units import CleanUnits
from transforms.commit import Commit, CountRepeats
from transforms.find_duplicates import FindDuplicates
from transforms.finish import FinishUnits
from transforms.packing import Packed
from transforms.survey_units import SurveyUnits

log = logging.getLogger("copydesk")

# The runner that a bare DirectRunner stands for first tries to download another one.
LOCAL = "FnApiRunner"
LOCAL_ALIASES = {"direct", "bundlebaseddirect", "switchingdirect", "fnapi"}

# Local inputs smaller than this are done before a second process has started.
WORTH_WORKERS = 32 << 20


def build(pipeline: beam.Pipeline, plan: Plan, output: str, work: str, engine: str) -> beam.PCollection[str]:
    """The whole data flow; what comes out is the result as JSON, once, when the output is finished.

    The graph holds paths alone, so it is as small for a million files as for one.
    """
    place = (work, plan.identity)
    units = (
        pipeline
        | "Plan" >> beam.Create([work])
        | "Units" >> beam.FlatMap(_units, plan.identity).with_output_types(int)
        | "Spread" >> beam.Reshuffle()
    )
    if plan.settings.surveys:
        units = units | "SurveyUnits" >> SurveyUnits(*place)
    cleaned = units | "CleanUnits" >> CleanUnits(*place)
    numbers, ids = (
        cleaned[tag] | f"Typed {tag}" >> beam.Map(_same).with_output_types(Packed) for tag in ("units", "ids")
    )
    decisions = numbers | "FindDuplicates" >> FindDuplicates(*place)
    finished = (numbers, decisions) | "FinishUnits" >> FinishUnits(*place)
    repeats = ids | "CountRepeats" >> CountRepeats()
    return (finished, repeats) | "Commit" >> Commit(output, *place, engine)


def run(plan: Plan, output: str, work: str, options: PipelineOptions, waiting: list[workers.Worker]) -> bool:
    """Run the job of a saved plan; whether it has ended, which a template's launch does not wait for.

    waiting: the worker processes of a local run that has some.
    """
    engine = options.view_as(StandardOptions).runner
    pipeline = beam.Pipeline(runner=local.runner(options, waiting) if is_local(options) else engine, options=options)
    build(pipeline, plan, output, work, engine)
    result = pipeline.run()
    if options.view_as(GoogleCloudOptions).template_location:
        return False
    if dataflow.is_dataflow(options):
        log.warning("the job runs, also without this command: %s", dataflow.page(options, result.job_id()))
    result.wait_until_finish()
    return True


def engine_options(arguments: Sequence[str], workers: int | None) -> PipelineOptions:
    """Beam's options for this job. Raises UsageError for a wrong value, and a runner that cannot run it right."""
    options = _parsed(arguments)
    standard = options.view_as(StandardOptions)
    options.view_as(SetupOptions).save_main_session = False
    asked = standard.runner or LOCAL
    kind = asked.rpartition(".")[2].lower().removesuffix("runner")  # Beam takes any of these for a name
    if kind == "dask":
        raise UsageError("DaskRunner mixes up the job's outputs without a word: use FlinkRunner or DataflowRunner")
    if kind in LOCAL_ALIASES:
        if kind != "fnapi":
            log.warning("running on %s, which %s stands for here", LOCAL, asked)
        standard.runner = LOCAL
        return options
    if workers is not None:
        raise UsageError(f"--workers is for local runs; {asked} has options of its own")
    try:
        create_runner(asked)
    except (ValueError, ImportError, AttributeError) as error:
        raise UsageError(f"--runner: {error}") from None
    return options


def is_local(options: PipelineOptions) -> bool:
    return bool(options.view_as(StandardOptions).runner == LOCAL)


def use_workers(options: PipelineOptions, workers: int | None, input_bytes: int, cores: int, verbose: bool) -> None:
    """Choose the processes of a local run: as told, else all cores where the input is worth it; and what they log."""
    if is_local(options):
        worker = options.view_as(WorkerOptions)
        worker.default_sdk_harness_log_level = worker.default_sdk_harness_log_level or ("INFO" if verbose else "ERROR")
        direct = options.view_as(DirectOptions)
        if workers is not None or direct.direct_num_workers == 1:  # any other number was asked of Beam
            direct.direct_num_workers = workers or (cores if input_bytes >= WORTH_WORKERS else 1)
        if direct.direct_num_workers != 1 and direct.direct_running_mode == "in_memory":
            direct.direct_running_mode = "multi_processing"


def processes(options: PipelineOptions) -> int:
    """How many worker processes a local run has besides this one; 0 where this one does the work."""
    direct = options.view_as(DirectOptions)
    return (direct.direct_num_workers or os.cpu_count() or 1) if direct.direct_running_mode == "multi_processing" else 0


def _parsed(arguments: Sequence[str]) -> PipelineOptions:
    """Arguments as options: Beam would end the process at a wrong value, with a page of usage."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            options = PipelineOptions(list(arguments))
            options.get_all_options()
    except SystemExit:
        raise UsageError(said.getvalue().strip().rpartition("error: ")[2]) from None
    return options


def _units(work: str, identity: str) -> Iterable[int]:
    plan = plans.load(work, identity)
    return plans.largest_first(plan.units, plan.inputs)


def _same(packed: Packed) -> Packed:
    return packed


if __name__ == "__main__":
    from pipelines.cli import main

    main(["run", *sys.argv[1:]], prog_name="copydesk")
