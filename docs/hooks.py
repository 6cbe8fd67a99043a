"""Pages of the reference that are made from the code when the site is built.

- `on_files`: MkDocs' hook; adds commands, settings and columns
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from pipelines import reference
from pipelines.cli import COMMANDS
from pipelines.specs import specs


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {"commands": _commands(), "settings": _settings(), "columns": _columns()}
    for name, lines in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content="\n".join(lines)))
    return files


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "How they end: [exit codes](../how-to/scripts.md#exit-codes).\n"
    for name in COMMANDS:
        command = importlib.import_module(f"pipelines.commands.{name}").command
        nested = command.commands.values() if isinstance(command, click.Group) else [command]
        for one in nested:
            words = ["copydesk", name] if one is command else ["copydesk", name, one.name]
            context = click.Context(one, info_name=" ".join(words), max_content_width=100, terminal_width=100)
            yield f"## {' '.join(words)}\n\n```text\n{one.get_help(context)}\n```\n"


def _settings() -> Iterator[str]:
    yield (
        "# Settings\n\nEach is a key of `copydesk.toml` (`copydesk init` writes one), and most are options, too. The "
        "command line goes over the file, the file over the defaults. Keys with a dot stand in a table: "
        "`dedup.drop_at` is `drop_at` under `[dedup]`.\n"
    )
    for step in reference.steps():
        yield f"## Step {step['step']}\n\nIt {step['does']}.\n"
        yield from _table(step["settings"]) if step["settings"] else ["It has no settings of its own.\n"]
    yield "\n## Not of a step\n"
    yield from _table([reference.described(one) for one in specs() if one.step is None])


def _table(settings: list[dict[str, Any]]) -> Iterator[str]:
    yield "| key | option | default | |\n|---|---|---|---|"
    for one in settings:
        words = one["help"] + (f": {', '.join(one['choices'])}" if one["choices"] else "")
        option = f"`{one['option']}`" if one["option"] else ""
        default = f"`{one['default']}`" if one["default"] else ""
        yield f"| `{one['key']}` | {option} | {default} | {words} |"
    yield ""


def _columns() -> Iterator[str]:
    yield "# Columns\n\nWhat a run writes, file by file Parquet. `document` joins the datasets of a run.\n"
    for one in reference.datasets():
        yield f"## {one['dataset']}/\n\n{one['about']} Version {one['version']}.\n"
        yield "| column | type | null | |\n|---|---|---|---|"
        for column in one["columns"]:
            null = "yes" if column["nullable"] else ""
            yield f"| `{column['name']}` | {column['type']} | {null} | {column['meaning']} |"
        yield ""
