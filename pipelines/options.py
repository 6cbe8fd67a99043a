"""Options: from the command line, over `copydesk.toml`, over the defaults; and which of them are Beam's.

- `merge`: what was typed and what the file says, checked, as `Settings` and `Execution`
- `split_beam`: the part of a command line that Beam or the runner declares
"""

from __future__ import annotations

import argparse
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.specs import specs
from schemas.settings import Execution, Settings

Model = TypeVar("Model", bound=BaseModel)


class UsageError(Exception):
    """The user asked for something that cannot be; the message says what to do. Exit code 2."""


def merge(typed: Mapping[tuple[str, ...], Any], config: str | None) -> tuple[Settings, Execution, list[str], list[str]]:
    """Settings, execution, inputs and Beam options of the file (empty lists without one).

    typed: values by `Spec.path`. Raises UsageError, naming each key or option that is wrong.
    """
    values = read_config(config) if config else {}
    inputs = values.pop("input", [])
    beam = _beam_table(values.pop("beam", {}), config)
    if not isinstance(inputs, list) or not all(isinstance(one, str) for one in inputs):
        raise UsageError(f"{config}: input: should be a list of paths")
    for path, value in typed.items():
        table = values
        for name in path[:-1]:
            table = table.setdefault(name, {})
            if not isinstance(table, dict):
                raise UsageError(f"{config}: {name}: should be a table")
        table[path[-1]] = value
    own = {name: values.pop(name) for name in list(values) if name in Execution.model_fields}
    origin = {spec.path: spec.flag for spec in specs() if spec.flag and spec.path in typed}
    wrong: list[str] = []
    settings = _validated(Settings, values, config, origin, wrong)
    execution = _validated(Execution, own, config, origin, wrong)
    if settings is None or execution is None:
        raise UsageError("\n".join(wrong))
    return settings, execution, inputs, beam


def read_config(path: str) -> dict[str, Any]:
    """A TOML file as a dictionary. Raises UsageError with the line that is wrong."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"cannot read the config file {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}") from None


def split_beam(arguments: Sequence[str], own: Sequence[str]) -> tuple[list[str], list[str]]:
    """Arguments of this command, and those that Beam or the runner declares.

    own: the flags of this command. Raises UsageError for an option that neither knows, with a suggestion.
    """
    mine: list[str] = []
    beams: list[str] = []
    declared: dict[str, bool] | None = None
    waiting = iter(arguments)
    for argument in waiting:
        flag, equals, _ = argument.partition("=")
        if argument == "--":
            mine += [argument, *waiting]
        elif not flag.startswith("--") or flag in own:
            mine.append(argument)
        else:
            declared = beam_flags() if declared is None else declared
            if flag not in declared:
                raise UsageError(f"no such option: {flag}{suggestion(flag, [*own, *declared])}")
            beams.append(argument)
            if declared[flag] and not equals:
                value = next(waiting, None)
                if value is None:
                    raise UsageError(f"{flag} needs a value")
                beams.append(value)
    return mine, beams


def beam_flags() -> dict[str, bool]:
    """Every option that Beam or a runner declares, and whether it takes a value."""
    from apache_beam.options.pipeline_options import PipelineOptions

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for options in _subclasses(PipelineOptions):
        if "_add_argparse_args" in vars(options):
            options._add_argparse_args(parser)
    return {flag: action.nargs != 0 for action in parser._actions for flag in action.option_strings}


def suggestion(word: str, known: Sequence[str]) -> str:
    """ " (did you mean ...?)", or nothing where nothing is close."""
    close = difflib.get_close_matches(word, known, n=2, cutoff=0.7)
    return f" (did you mean {' or '.join(close)}?)" if close else ""


def _validated(
    model: type[Model],
    values: dict[str, Any],
    config: str | None,
    origin: Mapping[tuple[str, ...], str],
    wrong: list[str],
) -> Model | None:
    """The model, or None where there are mistakes, which join `wrong` in words."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong += [_explain(one, model, config, origin) for one in error.errors()]
        return None


def _explain(error: Any, model: type[BaseModel], config: str | None, origin: Mapping[tuple[str, ...], str]) -> str:
    """One mistake in words: where it stands, what is wrong, what would be right."""
    path = tuple(str(part) for part in error["loc"] if not isinstance(part, int))
    place = origin.get(path) or (f"{config}: {'.'.join(path)}" if config and path else ".".join(path))
    if error["type"] == "extra_forbidden":
        known = _known_keys(model, path[:-1])
        if not path[:-1]:
            known += [*Execution.model_fields, "input", "beam"]
        return f"{place}: no such key{_elsewhere(path[-1]) or suggestion(path[-1], known)}"
    message = _in_words(error)
    return f"{place}: {message}" if place else message


def _elsewhere(word: str) -> str:
    """Where a key stands that is called by its option, or looked for in another table; nothing where none is."""
    key, flag = word.replace("-", "_"), "--" + word.replace("_", "-")
    found = [spec.path for spec in specs() if spec.path[-1] == key or spec.flag == flag]
    places = [f"{path[1]} in [{path[0]}]" if path[1:] else f"{path[0]} before all tables" for path in found]
    return f" (did you mean {' or '.join(places)}?)" if places else ""


def _in_words(error: Any) -> str:
    """What would be right, for people who have not heard of pydantic."""
    kind, given, limits = error["type"], error["input"], error.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind == "literal_error":
        return _none_of(str(given), re.findall(r"'([^']*)'", limits["expected"]))
    rights = {
        "greater_than_equal": f"has to be at least {limits.get('ge')}",
        "less_than_equal": f"has to be at most {limits.get('le')}",
        "int": "has to be a whole number",
        "bool": "has to be true or false",
        "string": "has to be text",
        "tuple": "has to be a list",
        "model": "has to be a table",
        "date": "has to be a date like 2026-05-31",
    }
    right = rights.get(kind) or rights.get(kind.partition("_")[0]) or str(error["msg"])
    return f"{right}, and is {given!r}"


def _none_of(given: str, known: Sequence[str]) -> str:
    return f"{given!r} is none of {', '.join(known)}{suggestion(given, known)}"


def _known_keys(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    for name in path:
        nested = model.model_fields[name].annotation
        assert isinstance(nested, type)
        assert issubclass(nested, BaseModel)
        model = nested
    return list(model.model_fields)


def _beam_table(table: Any, config: str | None) -> list[str]:
    """`[beam]` of the file as arguments: `runner = "FlinkRunner"` is `--runner=FlinkRunner`."""
    if not isinstance(table, dict):
        raise UsageError(f"{config}: beam: should be a table of Beam's options")
    if not table:
        return []
    declared = beam_flags()
    arguments = []
    for name, value in table.items():
        flag = f"--{name}"
        if flag not in declared:
            raise UsageError(f"{config}: beam.{name}: Beam has no such option{suggestion(flag, list(declared))}")
        for one in value if isinstance(value, list) else [value]:
            if one is True and not declared[flag]:
                arguments.append(flag)
            elif one is not False or declared[flag]:
                arguments.append(f"{flag}={one}")
    return arguments


def _subclasses(kind: Any) -> Iterator[Any]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
