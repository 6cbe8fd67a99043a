"""The image and the script that builds it: the versions of the lock file, and what is asked of gcloud."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flex_template import DEPLOY

ROOT = DEPLOY.parents[1]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PLACE = ("--project", "test-project", "--region", "us-central1", "--bucket", "gs://news")


def locked() -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE))


def test_beam_is_the_locked_one_for_the_locked_python() -> None:
    """Beam's image brings the program that starts workers, which has to be of the same version."""
    (python, beam) = re.findall(r"^FROM apache/beam_python([\d.]+)_sdk:([\d.]+)$", DOCKERFILE, re.MULTILINE)[0]
    assert beam == locked()["apache-beam"]
    assert f"--python-version {python} " in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"python{python.replace('.', '')}-template-launcher-base:" in DOCKERFILE


def test_what_the_image_installs_is_locked() -> None:
    assert {"google-cloud-storage", "google-cloud-dataflow-client", "boto3", "pyarrow"} <= locked().keys()


def test_the_lock_file_serves_as_constraints() -> None:
    """Without hashes, which pip would then demand of the checkout too; extras no constraint can have."""
    (script,) = re.findall(r"sed --regexp-extended '([^']+)' requirements.lock", DOCKERFILE)
    made = subprocess.run(["sed", "--regexp-extended", script], input=LOCK, capture_output=True, text=True, check=True)
    lines = [line for line in made.stdout.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+-]+( ; .+)?", line)] == []
    assert len(lines) == len(locked())


def test_the_launcher_runs_a_file_that_is_there() -> None:
    (path,) = re.findall(r"^ENV FLEX_TEMPLATE_PYTHON_PY_FILE=/opt/copydesk/(\S+)$", DOCKERFILE, re.MULTILINE)
    assert (ROOT / path).is_file()


def test_nothing_is_installed_when_a_worker_starts() -> None:
    assert "FLEX_TEMPLATE_PYTHON_REQUIREMENTS_FILE" not in DOCKERFILE
    assert "FLEX_TEMPLATE_PYTHON_SETUP_FILE" not in DOCKERFILE


@pytest.mark.parametrize("linter", [["hadolint", "Dockerfile"], ["shellcheck", "build"]])
def test_linters_find_nothing(linter: list[str]) -> None:
    program = Path(sys.executable).with_name(linter[0])
    ended = subprocess.run([str(program), str(DEPLOY / linter[1])], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit, of the files that the script is about."""
    folder = tmp_path / "checkout"
    (folder / "deploy").mkdir(parents=True)
    subprocess.run(["cp", "-r", str(DEPLOY), str(folder / "deploy")], check=True)
    subprocess.run(["cp", str(ROOT / ".gitignore"), str(folder)], check=True)
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@t.example"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    return folder


@pytest.fixture
def gcloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for gcloud: writes down its arguments, a line a call, and what lies in the folder that it is given."""
    calls = tmp_path / "calls"
    program = tmp_path / "bin" / "gcloud"
    program.parent.mkdir()
    program.write_text(
        "#!/usr/bin/env python3\n"
        "import json, os, sys\n"
        "held = sorted(os.listdir(sys.argv[3])) if sys.argv[1] == 'builds' else []\n"
        f"open({str(calls)!r}, 'a').write(json.dumps([sys.argv[1:], held]) + '\\n')\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return calls


def build(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = checkout / "deploy" / "dataflow" / "build"
    return subprocess.run([str(script), *arguments], capture_output=True, text=True, check=False)


def test_the_image_of_the_commit_is_built_and_its_template_staged(checkout: Path, gcloud: Path) -> None:
    ended = build(checkout, *PLACE)
    assert ended.returncode == 0, ended.stderr
    commit = subprocess.check_output(["git", "-C", str(checkout), "rev-parse", "--short=12", "HEAD"], text=True).strip()
    image = f"us-central1-docker.pkg.dev/test-project/copydesk/copydesk:{commit}"
    template = f"gs://news/templates/copydesk-{commit}.json"
    assert ended.stdout == f"template {template}\nimage    {image}\n"

    (submitted, held), (staged, _) = [json.loads(line) for line in gcloud.read_text().splitlines()]
    assert submitted[:2] == ["builds", "submit"]
    assert held == [".gitignore", "deploy"]  # the commit, without .git and whatever else lies there
    assert submitted[-2:] == ["--substitutions", f"_IMAGE={image}"]
    assert staged[:4] == ["dataflow", "flex-template", "build", template]
    assert staged[staged.index("--image") + 1] == image
    assert (checkout / staged[staged.index("--metadata-file") + 1]).is_file()


def test_what_is_not_committed_is_not_built(checkout: Path, gcloud: Path) -> None:
    (checkout / "new").touch()
    ended = build(checkout, *PLACE)
    assert ended.returncode == 1
    assert "not committed" in ended.stderr
    assert not gcloud.exists()


def test_what_terraform_leaves_does_not_count_as_a_change(checkout: Path, gcloud: Path) -> None:
    left = checkout / "deploy" / "dataflow" / "terraform"
    for name in (".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup", "terraform.tfvars"):
        (left / name).touch()
    (left / ".terraform").mkdir()
    (left / ".terraform" / "provider").touch()
    ended = build(checkout, *PLACE)
    assert ended.returncode == 0, ended.stderr
    assert gcloud.exists()


@pytest.mark.parametrize("arguments", [(), PLACE[:4], (*PLACE, "--tag", "x"), (*PLACE, "--repository")])
def test_usage_is_told(arguments: tuple[str, ...], checkout: Path) -> None:
    ended = build(checkout, *arguments)
    assert ended.returncode == 2
    assert "deploy/dataflow/build --project PROJECT" in ended.stderr
