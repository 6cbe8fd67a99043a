"""The scripts that start a Flink cluster: what they say where something is missing, and who may start workers."""

from __future__ import annotations

import os
import runpy
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from apache_beam.portability.api import beam_fn_api_pb2

FLINK = Path(__file__).resolve().parents[2] / "deploy" / "flink"
SECONDS = 60


def script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(FLINK / name), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=SECONDS, env={**os.environ, **environment}
    )


@pytest.mark.parametrize("name", ["fetch.sh", "start.sh"])
def test_the_scripts_are_clean(name: str) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([shellcheck, FLINK / name], capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize("role", ["", "task-manager"])
def test_a_role_that_there_is_not_is_answered_with_those_that_there_are(role: str) -> None:
    done = script("start.sh", *([role] if role else []))
    assert done.returncode == 2
    assert all(one in done.stderr for one in ("jobmanager", "taskmanager", "worker-pool", "job-server"))


@pytest.mark.parametrize("role", ["jobmanager", "taskmanager", "job-server"])
def test_what_was_not_fetched_is_not_started(role: str, tmp_path: Path) -> None:
    done = script("start.sh", role, FLINK_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "fetch.sh first" in done.stderr


def test_a_missing_tool_is_named(tmp_path: Path) -> None:
    for tool in ("bash", "env", "dirname", "sha256sum", "cat"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    done = script("fetch.sh", str(tmp_path / "flink"), PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "fetch.sh: java is missing: install it first\n"
    assert not (tmp_path / "flink").exists()


def test_what_is_whole_is_not_fetched_again(tmp_path: Path) -> None:
    command = f"cat '{FLINK}/requirements.txt' '{FLINK}/jars.sha256' | sha256sum"
    (tmp_path / "whole").write_bytes(subprocess.check_output(command, shell=True))
    assert script("fetch.sh", str(tmp_path), PYTHON="/nothing").returncode == 0


def test_a_pool_listens_where_it_is_told_to_and_nowhere_else() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.3", 0))
        port = free.getsockname()[1]
    command = [sys.executable, FLINK / "worker_pool.py", "--bind", f"127.0.0.3:{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as pool:
        assert pool.stdout is not None
        assert pool.stdout.readline() == f"worker pool: listening on 127.0.0.3:{port}\n"
        socket.create_connection(("127.0.0.3", port), timeout=SECONDS).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        pool.terminate()
        assert pool.wait(SECONDS) == 0


def test_a_worker_that_is_asked_for_again_takes_the_place_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = runpy.run_path(str(FLINK / "worker_pool.py"))["WorkerPool"](use_process=True)
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*_: object, **__: object) -> subprocess.Popen[bytes]:
        started.append(popen(["sleep", "600"]))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    request = beam_fn_api_pb2.StartWorkerRequest(worker_id="1-1")
    try:
        assert not pool.StartWorker(request, None).error
        assert started[0].poll() is None
        assert not pool.StartWorker(request, None).error
        assert started[0].poll() is not None
        assert started[1].poll() is None
    finally:
        pool.close()
    assert started[1].wait(SECONDS) != 0
