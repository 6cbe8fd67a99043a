"""The job as a Dataflow Flex Template: its parameters, and what a launch of it runs.

- `metadata`: the parameters as Dataflow's console and launcher read them; `python -m pipelines.template` prints it
- `arguments`: what the launcher passes, as arguments of `copydesk run`
- `launch`: run them; the launcher submits the job, and does not wait for it
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.options import beam_flags
from pipelines.specs import Spec, specs
from schemas.settings import STEPS

# The image that was built, which knows its own name: launcher and workers are the same one.
IMAGE = "COPYDESK_IMAGE"

# What is for whoever sits before the screen has no meaning in a template.
NOT_IN_TEMPLATES = {"--workers", "--dry-run", "--quiet", "--json", "--profile"}

# POSIX egrep, as Dataflow has it. Paths may hold {date}.
STORE = r"(gs|s3)://[^, ]+"
PATTERNS = {
    "number": "[0-9]+",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}|today|yesterday",
    "list": "[^,]+(,[^,]+)*",
    "switch": "true|false",
    "text": ".+",
}


def metadata() -> dict[str, Any]:
    """The content of the template's metadata file."""
    parameters = [
        {
            "name": "input",
            "label": "Input",
            "helpText": "files, folders or globs of pages, with commas between them, or @list.txt with one of them a "
            "line; {date} stands for the run's date",
            "paramType": "TEXT",
            "regexes": [f"^@?{STORE}(,@?{STORE})*$"],
        },
        *map(_parameter, _offered()),
        {
            "name": "sdk_container_image",
            "label": "Sdk container image",
            "helpText": "image of the workers, where it is to be another than the template's own",
            "isOptional": True,
            "paramType": "TEXT",
            "regexes": ["^[a-z0-9][a-zA-Z0-9./_:@-]+$"],
        },
    ]
    return {
        "name": "copydesk",
        "description": "News pages scraped from the web in, clean deduplicated stories out, as Parquet",
        "parameters": parameters,
    }


def arguments(passed: Sequence[str]) -> list[str]:
    """Arguments of `copydesk run` for `--name=value` of the launcher; what is no parameter is an option of Beam's.

    A parameter without a value counts as not given: the console passes those, too. What neither we nor Beam know is the
    launcher's own and left out, as Dataflow has checked the parameters against the metadata.
    """
    own = {f"--{_name(spec)}": spec for spec in _offered()}
    declared = beam_flags()
    inputs, options = [], []
    for argument in passed:
        flag, equals, value = argument.partition("=")
        if flag == "--input":
            inputs += [path for path in value.split(",") if path]
        elif flag not in own:
            options += [argument] if flag in declared else []
        elif value and own[flag].kind == "switch":
            options += _switch(own[flag], value.lower() == "true")
        elif value:
            options.append(f"{own[flag].flag}{equals}{value}")
    if IMAGE in os.environ and not any(one.startswith("--sdk_container_image=") for one in options):
        options.append(f"--sdk_container_image={os.environ[IMAGE]}")
    return [*options, *inputs]


def launch(passed: Sequence[str]) -> None:
    """Submit the job; the process ends with the command's exit code."""
    from pipelines.cli import main

    main(["run", *arguments(passed)], prog_name="copydesk")


def _offered() -> Iterator[Spec]:
    return (spec for spec in specs() if spec.flag and spec.flag not in NOT_IN_TEMPLATES)


def _name(spec: Spec) -> str:
    """The option's name, as Dataflow's own are written."""
    assert spec.flag is not None
    return spec.flag.removeprefix("--").replace("-", "_")


def _parameter(spec: Spec) -> dict[str, Any]:
    name = _name(spec)
    described: dict[str, Any] = {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "helpText": spec.help + (f" [{spec.shown_default}]" if spec.shown_default else ""),
        "paramType": {"number": "NUMBER", "switch": "BOOLEAN"}.get(spec.kind, "ENUM" if spec.choices else "TEXT"),
        "regexes": [f"^({_pattern(spec)})$"],
    }
    if spec.choices:
        described["enumOptions"] = [{"value": choice, "label": choice} for choice in spec.choices]
    if spec.path != ("output",):
        described["isOptional"] = True
    return described


def _pattern(spec: Spec) -> str:
    if spec.choices:
        return "|".join(spec.choices)
    if spec.path == ("steps",):
        one = f"({'|'.join(STEPS)})"
        return f"{one}(,{one})*"
    files = spec.help.startswith(("folder", "file", "rule files"))
    if files and spec.kind == "list":
        return f"{STORE}(,{STORE})*"
    return STORE if files else PATTERNS[spec.kind]


def _switch(spec: Spec, on: bool) -> list[str]:
    assert spec.flag is not None
    if spec.default:
        return [spec.flag if on else f"--no-{spec.flag[2:]}"]
    return [spec.flag] if on else []


if __name__ == "__main__":
    print(json.dumps(metadata(), indent=2, ensure_ascii=False))
