"""What Dataflow's launcher runs: the parameters of the template become `copydesk run`."""

import sys

from pipelines.template import launch

if __name__ == "__main__":
    launch(sys.argv[1:])
