"""A Flink cluster on this machine for tests: job manager, two task managers with a worker pool each, job server.

- `fetch`: what `deploy/flink/fetch.sh` brings, fetched once a checkout
- `Cluster`: the processes, from `deploy/flink/start.sh`; within its `with` block they run

On one machine both task managers would ask the same pool for workers, and number them alike. So the second pool listens
on 127.0.0.2, and each Java looks "worker-pool" up in a hosts file of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START, FETCH = ROOT / "deploy" / "flink" / "start.sh", ROOT / "deploy" / "flink" / "fetch.sh"
SLOTS = 2


def fetch() -> Path:
    """The folder with Flink and the job server."""
    home = ROOT / ".cache" / "flink"
    subprocess.run([FETCH, home], check=True)
    return home


class Cluster:
    """folder: for logs and what the processes write; home: see `fetch`."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._rest, self._rpc, self._job, self._artifacts, self._pool = _free_ports(5)

    def __enter__(self) -> Cluster:
        try:
            self._start("jobmanager", *self._ports(), "-D", f"taskmanager.numberOfTaskSlots={SLOTS}")
            self._wait_for("the job manager", lambda: self.get("/overview") is not None)
            for number in (1, 2):
                self._start_machine(number)
            self._start("job-server", *self._job_server_options())
            self._wait_for("both task managers", lambda: self.task_managers() == 2)
            self._wait_for("the job server", lambda: _listens(self._job))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for process in self._running.values():
            _kill(process)

    @property
    def options(self) -> list[str]:
        """What tells copydesk to run here."""
        return [
            "--runner=FlinkRunner",
            f"--job_endpoint=localhost:{self._job}",
            f"--parallelism={SLOTS}",
            "--environment_type=EXTERNAL",
            f"--environment_config=worker-pool:{self._pool}",
        ]

    def kill_task_manager(self, number: int) -> None:
        """End a task manager and its pool, as if the machine had gone."""
        for role in ("taskmanager", "worker-pool"):
            _kill(self._running[f"{role}-{number}"])

    def task_managers(self) -> int:
        return int((self.get("/overview") or {}).get("taskmanagers", 0))

    def failures(self) -> int:
        """How often a job of this cluster was restarted."""
        jobs = (self.get("/jobs") or {}).get("jobs", [])
        stories = [self.get(f"/jobs/{job['id']}/exceptions") or {} for job in jobs]
        return sum(len(story["exceptionHistory"]["entries"]) for story in stories)

    def get(self, path: str) -> dict[str, Any] | None:
        """What the job manager's web service answers; None where it does not."""
        try:
            with urllib.request.urlopen(f"http://localhost:{self._rest}{path}", timeout=10) as answer:
                return dict(json.load(answer))
        except (OSError, ValueError):
            return None

    def log(self, role: str) -> str:
        """The end of what a process said."""
        return (self._folder / f"{role}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def _start_machine(self, number: int) -> None:
        address = f"127.0.0.{number}"
        hosts = self._folder / f"hosts-{number}"
        hosts.write_text(f"127.0.0.1 localhost {socket.gethostname()}\n{address} worker-pool\n", encoding="utf-8")
        self._start("worker-pool", "--bind", f"{address}:{self._pool}", name=f"worker-pool-{number}")
        self._start(
            "taskmanager", *self._ports(), name=f"taskmanager-{number}", JVM_ARGS=f"-Djdk.net.hosts.file={hosts}"
        )

    def _ports(self) -> list[str]:
        ports = {"rest.port": self._rest, "jobmanager.rpc.port": self._rpc}
        settings = {**ports, "io.tmp.dirs": self._folder, "heartbeat.interval": 2000, "heartbeat.timeout": 20000}
        return [word for name, value in settings.items() for word in ("-D", f"{name}={value}")]

    def _job_server_options(self) -> list[str]:
        return [
            f"--flink-master=http://localhost:{self._rest}",
            f"--job-port={self._job}",
            f"--artifact-port={self._artifacts}",
            "--expansion-port=0",
            f"--artifacts-dir={self._folder / 'artifacts'}",
        ]

    def _start(self, role: str, *arguments: str, name: str = "", **environment: str) -> None:
        path = os.pathsep.join(filter(None, (str(Path(__file__).parent), str(ROOT), os.environ.get("PYTHONPATH"))))
        with open(self._folder / f"{name or role}.log", "wb") as log:
            self._running[name or role] = subprocess.Popen(
                [START, role, *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={
                    **os.environ,
                    "FLINK_HOME": str(self._home),
                    "PYTHON": sys.executable,
                    "PYTHONPATH": path,
                    **environment,
                },
            )

    def _wait_for(self, what: str, there: Callable[[], bool], seconds: float = 240) -> None:
        until = time.monotonic() + seconds
        while not there():
            dead = [name for name, process in self._running.items() if process.poll() is not None]
            if dead or time.monotonic() > until:
                logs = "\n".join(f"{name}: {self.log(name)}" for name in dead or self._running)
                raise RuntimeError(f"{what} did not come up\n{logs}")
            time.sleep(0.5)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("localhost", 0))
        return [one.getsockname()[1] for one in sockets]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
