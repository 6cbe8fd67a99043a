"""Flink itself, two task managers, Beam's job server: the same bytes as on a laptop, machines lost or not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import edges
import flink
import numpy as np
import pyarrow as pa
import pytest
import runs
from apache_beam.options.pipeline_options import PipelineOptions

from benchmarks import corpus
from schemas.sketch import FACTS
from transforms import sketch_files
from transforms.neardup.clusters import clusters

pytestmark = pytest.mark.slow

PAGES = 20_000
DONE_BEFORE_THE_LOSS = 4  # units
MINUTES = 60.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flink.Cluster]:
    missing = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} to fetch and run Flink")
    with flink.Cluster(tmp_path_factory.mktemp("flink"), flink.fetch()) as running:
        yield running


def start(pages: Path, output: Path, options: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipelines.clean", f"{pages}/pages-*.jsonl", "--output", str(output), *options]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for(process: subprocess.Popen[str], output: Path, units: int) -> None:
    """Wait until so many units are cleaned."""
    until = time.monotonic() + 20 * MINUTES
    while len(list((output / "_work" / "cleaned").glob("*.json"))) < units:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "no unit is done"
        time.sleep(0.2)


DECIDED = ["document", "cluster", "cluster_size", "roundup"]


def test_a_cluster_of_a_million_edges_goes_through_the_clustering_step(cluster: flink.Cluster, tmp_path: Path) -> None:
    work, plan = edges.make_run(tmp_path)
    (tmp_path / "decisions").mkdir()
    edges.find(PipelineOptions(cluster.options), "FlinkRunner", work, plan, str(tmp_path / "decisions"))
    every = np.concatenate([edges.edges(seed) for seed in range(edges.SEEDS)])
    assert len(every) == 1_000_000
    documents = np.arange(edges.DOCUMENTS, dtype=np.uint64)
    expected = clusters(every, sketch_files.at(plan, work, documents, FACTS))
    with pa.memory_map(str(tmp_path / "decisions" / "0.arrow")) as source:
        assert pa.ipc.open_file(source).read_all().select(DECIDED).equals(expected.select(DECIDED))
    assert set(expected["cluster_size"].to_pylist()) == {edges.DOCUMENTS}
    assert cluster.failures() == 0


def test_flink_writes_what_a_laptop_writes_though_a_machine_is_lost(cluster: flink.Cluster, tmp_path: Path) -> None:
    corpus.write(PAGES, tmp_path / "pages")
    with start(tmp_path / "pages", tmp_path / "laptop", ["--workers", "2"]) as laptop:
        out, err = laptop.communicate()
        assert laptop.returncode == 0, err
    with start(tmp_path / "pages", tmp_path / "flink", cluster.options) as job:
        wait_for(job, tmp_path / "flink", DONE_BEFORE_THE_LOSS)
        cluster.kill_task_manager(1)
        out, err = job.communicate()
        assert job.returncode == 0, f"{out}\n{err}\n{cluster.log('taskmanager-2')}"
    assert cluster.failures() >= 1, "the machine was lost too late to be missed"
    assert cluster.task_managers() == 1
    assert runs.fingerprint(tmp_path / "flink") == runs.fingerprint(tmp_path / "laptop")
    ran = json.loads((tmp_path / "flink" / "run.json").read_bytes())
    assert ran["execution"]["engine"] == "FlinkRunner"
    assert ran["result"]["counts"]["read"] == PAGES
