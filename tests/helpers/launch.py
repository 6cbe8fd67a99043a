"""The command `copydesk` in a process of its own, with small units: `python launch.py run INPUT --output DIR`."""

import runs
from pipelines.cli import main

if __name__ == "__main__":
    with runs.small_units():
        main()
