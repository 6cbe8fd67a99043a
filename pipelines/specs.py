"""What can be set, as data: each field of the settings as a key of ``copydesk.toml`` and an option of the command line.

- `specs`: all of them; options, `copydesk init`, `copydesk steps` and the reference of the docs are made from these
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.settings import STEPS, Execution, Settings


@dataclass(frozen=True)
class Spec:
    """One field.

    path: where its value stands (`dedup.drop_at` is `("dedup", "drop_at")`); flag: its option, None where only a file
    can set it; choices: the words it may be, where these are all; step: whose it is, None for all; lasting: whether it
    decides what comes out, and not only where and how.
    """

    path: tuple[str, ...]
    flag: str | None
    help: str
    default: Any
    choices: tuple[str, ...]
    kind: Literal["switch", "number", "list", "date", "text"]
    step: str | None
    lasting: bool

    @property
    def name(self) -> str:
        """The path as one word, which names a parameter of the command."""
        return "_".join(self.path)

    @property
    def key(self) -> str:
        return ".".join(self.path)

    @property
    def shown_default(self) -> str:
        """As help shows it; empty where there is none."""
        if self.default is None or self.default == ():
            return ""
        if isinstance(self.default, bool):
            return "on" if self.default else "off"
        return ",".join(self.default) if isinstance(self.default, tuple) else str(self.default)


def specs() -> list[Spec]:
    """Every field, those that decide the result first, in the order of the schema."""
    return [*_specs(Settings, (), True), *_specs(Execution, (), False)]


def _specs(model: type[BaseModel], path: tuple[str, ...], lasting: bool) -> Iterator[Spec]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _specs(kind, (*path, name), lasting)
            continue
        choices = tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        table = path[0] if path and path[0] in STEPS else None
        step = extra.get("step", table)
        yield Spec(
            path=(*path, name),
            flag=_flag(name, extra, nested=bool(path)),
            help=field.description or "",
            default=field.default,
            choices=choices,
            kind=_kind(field),
            step=str(step) if step else None,
            lasting=lasting,
        )


def _flag(name: str, extra: dict[str, Any], nested: bool) -> str | None:
    """A field's option: as it says, else its name; fields of nested tables have one only where they say so."""
    if "flag" in extra:
        return str(extra["flag"])
    return None if nested else "--" + name.replace("_", "-")


def _kind(field: FieldInfo) -> Literal["switch", "number", "list", "date", "text"]:
    kinds = {field.annotation}
    if get_origin(field.annotation) in (Union, types.UnionType):
        kinds = set(get_args(field.annotation)) - {type(None)}
    (kind,) = kinds
    if get_origin(kind) is tuple:
        return "list"
    names: dict[str, Literal["switch", "number", "date"]] = {"bool": "switch", "int": "number", "date": "date"}
    return names.get(getattr(kind, "__name__", ""), "text")
