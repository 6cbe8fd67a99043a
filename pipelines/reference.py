"""The reference, made from the code: datasets from their schemas, steps and settings from theirs.

- `datasets`: what a run writes, column by column
- `steps`: what each step does, with its settings; `described`: one setting
- `config`: a commented `copydesk.toml` with every setting at its default
"""

from __future__ import annotations

import json
import textwrap
from itertools import groupby
from typing import Any

from pipelines.specs import Spec, specs
from schemas.settings import STEPS, STEPS_DO, Settings

EXAMPLES = {"number": "10", "list": '["one", "two"]', "date": "2026-05-31", "text": '"..."', "switch": "true"}

HEAD = """\
# Settings of copydesk: `copydesk run --config copydesk.toml`.
#
# Every key stands at its default, commented out: take the # away to change it. What is typed on the command line goes
# over this file.

# What to read: files, folders, globs, @lists.
#input = ["pages/"]
"""
TAIL = """
# Options of Beam and its runner, without the dashes.
#[beam]
#runner = "FlinkRunner"
"""


def datasets() -> list[dict[str, Any]]:
    """Each dataset: dataset, version, about, columns (each: name, type, nullable, meaning)."""
    from schemas.dataset import type_name
    from schemas.datasets import DATASETS  # here, as settings are told without Arrow

    return [
        {
            "dataset": dataset.name,
            "version": dataset.version,
            "about": dataset.about,
            "columns": [
                {"name": field.name, "type": type_name(field.type), "nullable": field.nullable, "meaning": meaning}
                for field, meaning in zip(dataset.schema, dataset.meanings().values(), strict=True)
            ],
        }
        for dataset in DATASETS
    ]


def steps() -> list[dict[str, Any]]:
    """Each step: step, does, settings (each: option, key, default, choices, help)."""
    return [
        {"step": step, "does": STEPS_DO[step], "settings": [described(one) for one in specs() if one.step == step]}
        for step in STEPS
    ]


def described(spec: Spec) -> dict[str, Any]:
    """A setting: option, key, default, choices, help."""
    return {
        "option": spec.flag,
        "key": spec.key,
        "default": spec.shown_default,
        "choices": list(spec.choices),
        "help": spec.help,
    }


def config() -> str:
    """A `copydesk.toml` that says nothing, and after its first `#` of a line is taken away says the defaults.

    Lines of settings begin with `#` and the key, comments with `# `; a setting without a default has an example.
    """
    parts = [HEAD]
    for table, of_table in groupby(sorted(specs(), key=_table), key=_table):
        if table:
            about = (Settings.model_fields[table].annotation.__doc__ or "").strip().splitlines()[0]
            parts.append(f"\n# {about}\n#[{table}]\n")
        parts += [_line(one) for one in of_table]
    return "\n".join(parts) + TAIL


def _table(spec: Spec) -> str:
    return spec.path[0] if len(spec.path) > 1 else ""


def _line(spec: Spec) -> str:
    about = spec.help + (f": {', '.join(spec.choices)}" if spec.choices else "")
    if spec.default is None:
        value, about = EXAMPLES[spec.kind], about if "default" in about else f"{about} (not set by default)"
    else:
        value = json.dumps(spec.default, ensure_ascii=False)
    return f"{textwrap.fill(about, 118, initial_indent='# ', subsequent_indent='# ')}\n#{spec.path[-1]} = {value}\n"
