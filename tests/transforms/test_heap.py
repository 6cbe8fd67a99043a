"""Where columns are held, in processes of their own: the choice is the whole process's."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import pyarrow as pa
from transforms import heap
heap.keep()
print(pa.default_memory_pool().backend_name)
"""


def test_arrow_and_numpy_share_one_heap():
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "system"


FREED = """
import numpy as np, psutil
from transforms import heap
heap.keep()
heap.turn_to("one work")
arrays = [np.ones(1 << 17) for _ in range(200)]
last = np.ones(1 << 17)  # behind what is freed, which therefore does not go back by itself
del arrays
for work in ("one work", "another"):
    held = psutil.Process().memory_info().rss
    heap.turn_to(work)
    print(held - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have nothing to trim")
def test_what_is_free_in_the_midst_of_the_heap_goes_back_to_the_system_where_the_work_changes():
    said = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True)
    same, other = map(int, said.stdout.split())
    assert same < 1 << 20
    assert other > 150 << 20
