"""The command `copydesk` in a process of its own, with small units: `python launch.py run INPUT --output DIR`.

Units are of `UNIT_BYTES` where the environment says so. Where it says `DIE_BEFORE` or `DIE_AFTER`, the process kills
itself, as if the machine had gone, the moment that a file whose path ends so gets its final name.
"""

import os
import signal

import runs
from apache_beam.io.filesystems import FileSystems

from pipelines.cli import main


def die_at_renaming() -> None:
    rename = FileSystems.rename

    def renamed(sources: list[str], targets: list[str]) -> None:
        _die_if("DIE_BEFORE", targets)
        rename(sources, targets)
        _die_if("DIE_AFTER", targets)

    FileSystems.rename = renamed


def _die_if(variable: str, targets: list[str]) -> None:
    end = os.environ.get(variable)
    if end and any(target.endswith(end) for target in targets):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    die_at_renaming()
    with runs.small_units(int(os.environ.get("UNIT_BYTES", runs.UNIT))):
        main()
