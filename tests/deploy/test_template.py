"""The Flex Template: its metadata against Google's schema and our settings, and what a launch makes of parameters."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flex_template import DEPLOY, METADATA, PARAMETERS, accepts
from google.cloud import dataflow
from google.protobuf import json_format

from pipelines import template
from pipelines.options import merge, split_beam
from pipelines.specs import specs

OWN = [flag for spec in specs() if spec.flag for flag in (spec.flag, f"--no-{spec.flag[2:]}")]


def test_the_metadata_is_what_the_settings_say() -> None:
    """Renewed by `python -m pipelines.template > deploy/dataflow/metadata.json`."""
    assert template.metadata() == METADATA


def test_the_metadata_is_what_dataflow_reads() -> None:
    """Google's own message refuses a key that it does not know, and a type that there is not."""
    read = dataflow.TemplateMetadata(json_format.ParseDict(METADATA, dataflow.TemplateMetadata.pb()()))
    assert {one.name for one in read.parameters} == PARAMETERS.keys()
    for one in read.parameters:
        assert one.label, one.name
        assert one.help_text, one.name
        assert one.regexes, one.name
        assert one.param_type is not dataflow.ParameterType.DEFAULT, one.name
    assert {one.name for one in read.parameters if not one.is_optional} == {"input", "output"}


def test_patterns_are_such_as_dataflow_has_them() -> None:
    """POSIX has no \\d and no (?:."""
    for parameter in PARAMETERS.values():
        for pattern in parameter["regexes"]:
            assert "\\" not in pattern
            assert "(?" not in pattern
            assert pattern.startswith("^")
            assert pattern.endswith("$")


def test_every_option_that_makes_sense_there_is_a_parameter() -> None:
    missing = {spec.flag for spec in specs() if spec.flag and spec.flag[2:].replace("-", "_") not in PARAMETERS}
    assert missing == {"--workers", "--dry-run", "--quiet", "--json", "--profile"}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("input", ["gs://news/in", "gs://a/x-{date},s3://b/*.jsonl", "@gs://a/list.txt"], ["in", "gs://a,b", ""]),
        ("output", ["gs://news/out/{date:%Y/%m}"], ["out", "gs://"]),
        ("index", ["gs://news/index"], ["/index"]),
        ("exclude", ["gs://news/exclude.txt"], ["exclude.txt"]),
        ("run_date", ["2026-05-31", "today", "yesterday"], ["31.5.2026", "tomorrow", "2026-05-311"]),
        ("steps", ["encoding", "encoding,dedup"], ["encoding,", "all"]),
        ("min_words", ["0", "50"], ["-1", "many"]),
        ("survey", ["true", "false"], ["on", "1"]),
        ("duplicates", ["drop", "mark"], ["keep", "marked"]),
        ("languages", ["en", "en,de"], ["en,,de", ""]),
        ("sdk_container_image", ["us-docker.pkg.dev/p/r/copydesk:1"], ["not an image"]),
    ],
)
def test_patterns_tell_right_from_wrong(name: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not accepts(name, value)] == []
    assert [value for value in bad if accepts(name, value)] == []


def test_defaults_are_accepted() -> None:
    for spec in specs():
        name = (spec.flag or "")[2:].replace("-", "_")
        if name in PARAMETERS and spec.shown_default and spec.kind != "switch":
            assert accepts(name, spec.shown_default), name


@pytest.fixture(autouse=True)
def no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(template.IMAGE, raising=False)


def test_parameters_become_a_command() -> None:
    passed = [
        "--input=gs://news/in/{date},gs://other/*.jsonl",
        "--output=gs://news/out",
        "--run_date=yesterday",
        "--survey=false",
        "--overwrite=true",
        "--text_field=body",
        "--exclude=",
        "--runner=DataflowRunner",
        "--template_location=gs://news/launches/job_object",
    ]
    assert template.arguments(passed) == [
        "--output=gs://news/out",
        "--run-date=yesterday",
        "--no-survey",
        "--overwrite",
        "--text-field=body",
        "--runner=DataflowRunner",
        "--template_location=gs://news/launches/job_object",
        "gs://news/in/{date}",
        "gs://other/*.jsonl",
    ]


def test_what_is_the_launcher_s_own_does_not_stop_the_launch() -> None:
    assert template.arguments(["--launcher_s_own=1", "--region=us-central1"]) == ["--region=us-central1"]


def test_a_switch_that_is_off_by_default_stays_so() -> None:
    assert template.arguments(["--overwrite=false"]) == template.arguments([])
    assert "--survey" in template.arguments(["--survey=True"])


def test_every_parameter_becomes_an_option_that_the_command_knows() -> None:
    kinds = {"NUMBER": "60", "BOOLEAN": "true"}
    samples = {"run_date": "2026-05-31", "steps": "encoding"}
    passed = []
    for name, parameter in PARAMETERS.items():
        enum = [one["value"] for one in parameter.get("enumOptions", [])]
        value = samples.get(name) or (enum or [kinds.get(parameter["paramType"], "gs://news/x")])[0]
        assert accepts(name, value) or parameter["paramType"] == "TEXT", name
        passed.append(f"--{name}={value}")
    mine, beams = split_beam(template.arguments(passed), OWN)
    assert (len(mine), beams) == (len(passed) - 1, ["--sdk_container_image=gs://news/x"])


def test_launcher_and_workers_run_one_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(template.IMAGE, "registry/copydesk:1")
    assert template.arguments([]) == ["--sdk_container_image=registry/copydesk:1"]
    told = "--sdk_container_image=registry/copydesk:2"
    assert template.arguments([told]) == [told]


def test_a_launch_with_wrong_parameters_fails_with_the_reason() -> None:
    """The launcher shows what its process writes, and takes its exit code."""
    command = [sys.executable, str(DEPLOY / "launch.py"), "--input=gs://news/in", "--output=gs://o/o", "--min_words=x"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--min-words" in ended.stderr


def test_settings_take_what_patterns_let_through() -> None:
    settings, _, _, _ = merge({("run_date",): "yesterday", ("steps",): "encoding,dedup"}, None)
    assert settings.run_date is not None
