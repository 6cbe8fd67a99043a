"""Google Cloud Dataflow: what a job needs there beyond the options that its user gave.

- `is_dataflow`: whether the options name that runner
- `check`: what would fail in the cloud some minutes later, refused at once
- `complete`: what workers install, and how many and which machines, where the user did not say
- `page`: where to watch the job
"""

from __future__ import annotations

import importlib.metadata
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from apache_beam.options.pipeline_options import (
    DebugOptions,
    GoogleCloudOptions,
    PipelineOptions,
    SetupOptions,
    StandardOptions,
    WorkerOptions,
)
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.runners.runner import create_runner

from pipelines.options import UsageError
from schemas.plan import Plan

# Dataflow charges a core of any series the same. One SDK process a core, each with 4 GB, of which a unit takes less
# than half; a second thread reads and writes while the first one cleans. Its own default is a dozen threads.
MACHINE, CORES, THREADS = "n2-standard-4", 4, 2
# Its default of 25 GB leaves little beside the image, and small disks are slow.
DISK_GB = 50
# A worker takes some minutes to start, so it should have more to do than that. Dataflow cannot see how much there is:
# what it counts is one number for each unit.
UNITS_A_CORE, MOST_WORKERS = 4, 100

CHECKOUT = Path(__file__).resolve().parent.parent


def is_dataflow(options: PipelineOptions) -> bool:
    runner = options.view_as(StandardOptions).runner or ""
    return bool(runner.rpartition(".")[2].lower().removesuffix("runner") == "dataflow")


def check(options: PipelineOptions, paths: Iterable[str]) -> None:
    """Raises UsageError for options that Dataflow needs and were not given, and for paths that workers cannot see."""
    cloud = options.view_as(GoogleCloudOptions)
    needed = {"--project": cloud.project, "--region": cloud.region, "--temp_location": cloud.temp_location}
    if missing := [flag for flag, value in needed.items() if not value]:
        raise UsageError(f"--runner=DataflowRunner needs {', '.join(missing)} too: --temp_location=gs://BUCKET/tmp")
    for path in paths:
        if "://" not in path:
            raise UsageError(f"Dataflow's workers cannot see {path}, which is on this machine: copy it to gs://")
    setup = options.view_as(SetupOptions)
    brought = options.view_as(WorkerOptions).sdk_container_image or setup.setup_file or setup.extra_packages
    if not brought and setup_file() is None:
        raise UsageError(
            "copydesk is installed without its sources, which the workers would need: name the image that "
            "deploy/dataflow/build makes with --sdk_container_image=IMAGE, or run from a checkout"
        )
    if errors := PipelineOptionsValidator(options, create_runner("DataflowRunner")).validate():
        raise UsageError("\n".join(errors))


def complete(options: PipelineOptions, plan: Plan) -> None:
    """Fill in what the user did not say, as a job of this plan needs it."""
    options.view_as(GoogleCloudOptions).job_name = _job_name(options, plan)
    # what workers have installed is compared by the plan, and more strictly
    options.view_as(DebugOptions).add_experiment("disable_logging_submission_environment")
    worker = options.view_as(WorkerOptions)
    if not worker.sdk_container_image:
        _bring_sources(options.view_as(SetupOptions))
    threads = options.view_as(DebugOptions)
    threads.number_of_worker_harness_threads = threads.number_of_worker_harness_threads or THREADS
    worker.disk_size_gb = worker.disk_size_gb or DISK_GB
    cores = int(worker.machine_type.rpartition("-")[2]) if _named_by_cores(worker.machine_type) else CORES
    worker.machine_type = worker.machine_type or MACHINE
    wanted = max(1, min(MOST_WORKERS, -(-len(plan.units) // (cores * UNITS_A_CORE))))
    if worker.max_num_workers is None:
        worker.max_num_workers = max(wanted, worker.num_workers or 0)
    if worker.num_workers is None:
        worker.num_workers = min(wanted, worker.max_num_workers)


def page(options: PipelineOptions, job: str) -> str:
    """Address of the job's page in the console."""
    cloud = options.view_as(GoogleCloudOptions)
    return f"https://console.cloud.google.com/dataflow/jobs/{cloud.region}/{job}?project={cloud.project}"


def setup_file() -> Path | None:
    """`setup.py` of the checkout that this code runs from; None where it is installed."""
    found = CHECKOUT / "setup.py"
    return found if found.is_file() else None


def _job_name(options: PipelineOptions, plan: Plan) -> str:
    """The name given, else one of the input and its date: Dataflow runs no two jobs of one name at a time."""
    given = options.view_as(GoogleCloudOptions).job_name
    return str(given) if given else f"copydesk-{plan.run_name}"


def _bring_sources(setup: SetupOptions) -> None:
    """Workers start from Beam's image: they get this checkout, and the versions of packages that are installed here."""
    sources = setup_file()
    if not setup.setup_file and not setup.extra_packages and sources is not None:
        setup.setup_file = str(sources)
    if not setup.requirements_file:
        pins = Path(tempfile.mkdtemp(prefix="copydesk-")) / "requirements.txt"
        pins.write_text("".join(f"{name}=={version}\n" for name, version in _installed()), encoding="utf-8")
        setup.requirements_file = str(pins)
        setup.requirements_cache = setup.requirements_cache or "skip"  # workers download, not this machine


def _installed() -> list[tuple[str, str]]:
    """Name and version of the packages that copydesk needs, but for Beam, which the image brings."""
    required = [one for one in importlib.metadata.requires("copydesk") or [] if "extra ==" not in one]
    names = sorted(match[0] for one in required if (match := re.match(r"[\w.-]+", one)))
    return [(name, importlib.metadata.version(name)) for name in names if name != "apache-beam"]


def _named_by_cores(machine: str | None) -> bool:
    return machine is not None and machine.rpartition("-")[2].isdigit()
