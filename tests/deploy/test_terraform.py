"""The Terraform files: names and arguments as the provider has them, rights as few as can be, a launch that is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
from flex_template import DEPLOY, PARAMETERS, accepts
from google.cloud import dataflow
from google.protobuf import json_format

FOLDER = DEPLOY / "terraform"
# What hashicorp/google 7 knows of the resources used: arguments, blocks within, and which of them are needed.
PROVIDER: dict[str, Any] = json.loads(Path(__file__).with_name("google_provider.json").read_text(encoding="utf-8"))
OF_TERRAFORM = {"count", "for_each", "depends_on", "lifecycle", "provider"}


def parsed() -> dict[str, list[Any]]:
    """The blocks of all files, by kind, as one module is."""
    blocks: dict[str, list[Any]] = {}
    for path in sorted(FOLDER.glob("*.tf")):
        with path.open(encoding="utf-8") as file:
            for kind, found in hcl2.load(file).items():
                blocks.setdefault(kind, []).extend(found if isinstance(found, list) else [found])
    return blocks


def plain(value: Any) -> Any:
    """Names without the quotes that the parser keeps, and without its own notes."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items() if not str(key).startswith("__")}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.strip('"') if isinstance(value, str) else value


BLOCKS = plain(parsed())
RESOURCES = {
    f"{kind}.{name}": (kind, body)
    for block in BLOCKS["resource"]
    for kind, named in block.items()
    for name, body in named.items()
}


def problems(body: dict[str, Any], known: dict[str, Any], at: str) -> Iterator[str]:
    """Arguments that there are not, and those that are missing."""
    arguments, blocks = {*known["required"], *known["optional"]}, known["blocks"]
    for name, value in body.items():
        if name in blocks:
            for one in value if isinstance(value, list) else [value]:
                yield from problems(one, blocks[name], f"{at}.{name}")
        elif name not in arguments | OF_TERRAFORM:
            yield f"{at} has no argument {name}"
    needed = [*known["required"], *(name for name, block in blocks.items() if block["needed"])]
    yield from (f"{at} needs {name}" for name in needed if name not in body)


@pytest.mark.parametrize("address", RESOURCES)
def test_arguments_are_the_provider_s(address: str) -> None:
    kind, body = RESOURCES[address]
    assert list(problems(body, PROVIDER[kind], address)) == []


def test_a_wrong_argument_would_be_seen() -> None:
    kind, body = RESOURCES["google_cloud_scheduler_job.nightly"]
    wrong = {**body, "cron": "1"}
    del wrong["name"]
    assert len(list(problems(wrong, PROVIDER[kind], "x"))) == 2


def test_what_is_referred_to_is_there() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.tf"))
    for reference in set(re.findall(r"\b(google_\w+\.\w+)\.\w+", text)):
        assert reference in RESOURCES
    variables = {name for block in BLOCKS["variable"] for name in block}
    assert set(re.findall(r"\bvar\.(\w+)", text)) == variables
    local = {name for block in BLOCKS["locals"] for name in block}
    assert set(re.findall(r"\blocal\.(\w+)", text)) == local


def test_every_variable_and_output_is_described() -> None:
    for kind in ("variable", "output"):
        for block in BLOCKS[kind]:
            for name, body in block.items():
                assert body["description"], name


def test_rights_are_few() -> None:
    """On the project two roles of Dataflow's own; all else on the one bucket, repository and account."""
    granted = sorted(
        (address.rpartition(".")[0], body["role"]) for address, (_, body) in RESOURCES.items() if "role" in body
    )
    assert granted == [
        ("google_artifact_registry_repository_iam_member", "roles/artifactregistry.reader"),
        ("google_project_iam_member", "roles/dataflow.developer"),
        ("google_project_iam_member", "roles/dataflow.worker"),
        ("google_service_account_iam_member", "roles/iam.serviceAccountUser"),
        ("google_storage_bucket_iam_member", "roles/storage.legacyBucketReader"),
        ("google_storage_bucket_iam_member", "roles/storage.objectAdmin"),
        ("google_storage_bucket_iam_member", "roles/storage.objectViewer"),
    ]


def defaults() -> dict[str, str]:
    """The template's parameters as the schedule sets them, in a bucket `news`."""
    text = (FOLDER / "main.tf").read_text(encoding="utf-8")
    (block,) = re.findall(r"parameters = merge\(\s*\{(.*?)\n    \},", text, re.DOTALL)
    found = dict(re.findall(r"(\w+)\s+= (.+)", block))
    (run_date,) = [block["run_date"]["default"] for block in BLOCKS["variable"] if "run_date" in block]
    return {
        name: value.strip('"').replace("${local.root}", "gs://news").replace("var.run_date", run_date)
        for name, value in found.items()
    }


def test_the_schedule_sets_parameters_that_the_template_takes() -> None:
    assert {"input", "output", "index", "run_date"} <= defaults().keys() <= PARAMETERS.keys()
    for name, value in defaults().items():
        assert accepts(name, value), name
    assert "{date}" in defaults()["input"]
    assert "{date}" in defaults()["output"]
    assert "{date}" not in defaults()["index"]


def test_the_request_is_one_that_dataflow_takes() -> None:
    """Google's own message refuses a field that it does not know."""
    body = (FOLDER / "launch.json.tftpl").read_text(encoding="utf-8")
    body = body.replace("${jsonencode(parameters)}", json.dumps(defaults()))
    body = re.sub(r"\$\{(\w+)\}", r"gs://news/\1", body)
    request = json_format.Parse(body, dataflow.LaunchFlexTemplateRequest.pb()())
    launch = request.launch_parameter
    assert launch.job_name == "copydesk-nightly"
    assert launch.container_spec_gcs_path == "gs://news/template"
    assert dict(launch.parameters) == defaults()
    assert launch.environment.staging_location == "gs://news/temp/staging"
    assert launch.environment.service_account_email


def test_the_file_of_the_request_gets_all_that_it_names() -> None:
    named = set(re.findall(r"\$\{(?:jsonencode\()?(\w+)", (FOLDER / "launch.json.tftpl").read_text(encoding="utf-8")))
    text = (FOLDER / "main.tf").read_text(encoding="utf-8")
    (given,) = re.findall(r'launch\.json\.tftpl", \{(.*?)\}\)\)', text, re.DOTALL)
    assert named == set(re.findall(r"(\w+)\s+=", given))


def test_the_files_have_terraform_s_own_form() -> None:
    program = shutil.which("terraform") or shutil.which("tofu")
    if program is None:
        pytest.skip("needs terraform or tofu, which no package index has")
    ended = subprocess.run(
        [program, "fmt", "-check", "-diff", str(FOLDER)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout
