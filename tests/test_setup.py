"""What is built holds what the steps need: rule packs, models, templates."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest

from transforms import native, plan

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("pipelines", "transforms", "schemas")


def files(folder: Path) -> set[str]:
    found = (path for room in ROOMS for path in (folder / room).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)) for path in found if path.suffix not in (".pyc", ".so")}


def test_a_build_holds_every_file_of_the_rooms(tmp_path: Path) -> None:
    pytest.importorskip("setuptools", reason="needs setuptools, which builds the package")
    command = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert files(tmp_path) == files(ROOT)


def test_what_workers_of_a_checkout_are_sent_holds_them_too(tmp_path: Path) -> None:
    """Built as Beam's stager builds it: the package of the extra `gcp`, and no network."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (archive,) = tmp_path.glob("copydesk-*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {member.name.partition("/")[2] for member in packed if member.isfile()}
    assert files(ROOT) <= names


def test_every_package_that_is_needed_is_compared_or_gives_the_same_whatever_its_version() -> None:
    exact = {"ahocorasick-rs", "msgpack", "scipy", "xxhash", "zstandard"}
    for_people = {"click", "jinja2", "markupsafe", "psutil", "pydantic", "tqdm"}
    parsed = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body
    assigned = {node.targets[0].id: node.value for node in parsed if isinstance(node, ast.Assign)}
    needed = {re.split(r"[^\w-]", line)[0] for line in ast.literal_eval(assigned["RUNTIME"])}
    assert needed == {*plan.DECISIVE, *exact, *for_people}


def test_where_there_is_a_compiler_the_loops_in_c_were_built() -> None:
    """The build leaves out what it cannot compile, and then everything runs, at half the speed."""
    if os.environ.get("COPYDESK_NATIVE") == "0":
        pytest.skip("COPYDESK_NATIVE=0 switches them off")
    if not shutil.which("cc") or not Path(sysconfig.get_path("include"), "Python.h").is_file():
        pytest.skip("needs a C compiler, and Python's headers")
    assert native.BUILT
