"""The loops in C touch no memory but what they were given: built with the compiler's sanitizers, and tested anew."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from transforms import native

ROOT = Path(__file__).resolve().parents[2]
SANITIZED = "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"


def runtime(name: str) -> str:
    """Where GCC keeps a library, of which the interpreter knows nothing."""
    if not shutil.which("gcc"):
        pytest.skip("needs GCC, whose sanitizers look on")
    return subprocess.run(
        ["gcc", f"-print-file-name={name}"], check=True, capture_output=True, text=True
    ).stdout.strip()


# Offsets that reach far beyond the bytes, which no column of strings has.
BESIDE = """
import numpy as np
from transforms import native, tokens
native.tokens.cut(np.zeros(10, np.uint8), np.array([0, 1 << 20]), *tokens._characters_known(), tokens._learn)
"""


@pytest.mark.slow
@pytest.mark.skipif(not native.BUILT, reason="needs the loops in C, and a compiler that built them")
def test_no_loop_reads_or_writes_beside_its_arrays(tmp_path: Path) -> None:
    libraries = [runtime("libasan.so"), runtime("libstdc++.so")]
    if not all(Path(library).is_file() for library in libraries):
        pytest.skip("needs GCC's address sanitizer")
    for room in ("transforms", "schemas", "pipelines", "tests"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    build = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    subprocess.run(build, cwd=tmp_path, env=os.environ | {"CFLAGS": SANITIZED}, check=True, capture_output=True)
    twins = sorted(str(path) for path in tmp_path.glob("tests/**/test_*.py") if '"each_twin"' in path.read_text())
    watched = os.environ | {
        "LD_PRELOAD": " ".join(libraries),
        "ASAN_OPTIONS": "detect_leaks=0",  # the interpreter's own
        "PYTHONMALLOC": "malloc",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONPATH": str(tmp_path),
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "not slow", *twins]
    ran = subprocess.run(command, cwd=tmp_path, env=watched, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert "passed" in ran.stdout
    caught = subprocess.run([sys.executable, "-c", BESIDE], cwd=tmp_path, env=watched, capture_output=True, text=True)
    assert "heap-buffer-overflow" in caught.stderr, "the sanitizers see nothing, so the tests above say nothing"
