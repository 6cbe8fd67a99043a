"""Where columns are held, in a process of its own: the choice is the whole process's."""

import subprocess
import sys

PROGRAM = """
import pyarrow as pa
from pipelines import memory
memory.keep()
print(pa.default_memory_pool().backend_name)
"""


def test_arrow_and_numpy_share_one_heap():
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "system"
