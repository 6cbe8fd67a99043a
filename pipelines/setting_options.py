"""Settings as options of a command.

- `PageCommand`: a command with those options of `copydesk run` that decide what becomes of a page by itself
- `options`: the options of some settings; `typed`: what was given of them, for `options.merge`
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from pipelines.specs import Spec, specs
from pipelines.terminal import PLACE, Command

METAVARS = {"number": "N", "date": "DATE", "list": "A,B", "text": "TEXT", "switch": ""}
OF_RUNS = ("limit", "edits", "survey")


class PageCommand(Command):
    """A command that takes the options of `copydesk run` for single pages, behind its own, and those of `also`."""

    also: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.params += options(
            spec
            for spec in specs()
            if spec.key in self.also or (spec.lasting and spec.step != "dedup" and spec.key not in OF_RUNS)
        )


def options(of: Iterable[Spec]) -> list[click.Option]:
    """An option a setting, for those that have one; what is not checked here is checked with the settings."""
    return [_option(spec, spec.flag) for spec in of if spec.flag]


def typed(values: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """The settings among a command's parameters that were given, by `Spec.path`."""
    return {spec.path: value for spec in specs() if (value := values.get(spec.name)) is not None}


def _option(spec: Spec, flag: str) -> click.Option:
    if spec.kind == "switch":
        both = f"{flag}/--no-{flag[2:]}" if spec.default else flag
        return click.Option([both, spec.name], is_flag=True, default=None, help=spec.help)
    text = f"{spec.help} [{spec.shown_default}]" if spec.shown_default else spec.help
    place = next((word.upper() for word in ("folder", "file") if spec.help.startswith(word)), None)
    kind = click.Choice(spec.choices) if spec.choices else PLACE if place else click.STRING
    metavar = None if spec.choices else place or METAVARS[spec.kind]
    return click.Option([flag, spec.name], type=kind, default=None, help=text, metavar=metavar)
