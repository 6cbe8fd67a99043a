"""Rules: what people know about scaffolding, as data. A rule file is TOML that anyone can write and `check`.

- `parse`: the text of a rule file as `Rule`s; raises `RuleError` with all that is wrong
- `check`: the same, as a list of problems, examples included; nothing is raised
- `packs`: the rules that ship, from `packs/*.toml`

    [[rule]]
    name = "comment-form"             # family/name is what the audit shows
    family = "wordpress"              # people turn whole families off
    line = '^leave a reply\\b'         # RE2, upper and lower case alike, searched in the trimmed line
    through = "end"                   # "line": it alone; "end": all that follows; a pattern: to the line it matches
    reach = 8                         # with a pattern in `through`: at most so many lines below
    where = "tail"                    # "head": before the article's text, "tail": behind it, "anywhere"
    max_words = 25                    # longer lines are never meant
    sites = ["example.com"]           # only there and on its subdomains; without it on every site
    languages = ["en"]                # whose words the pattern holds, for readers of the file
    flag = "derived"                  # a flag for the story besides
    field = "author"                  # the group (?P<value>...) goes to this column where it is empty
    hint = true                       # removes nothing by itself: tells the line model of the family
    confidence = 95                   # 0 to 100, shown in the audit
    match = ["Leave a Reply"]         # must be removed, whole (several lines allowed)
    keep = ["Leave a reply, he said."]  # must stay

RE2 has no look-around and no back-references; in return a match takes time linear in the line.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

import re2

FLAGS = ("derived", "paywalled", "truncated")
FIELDS = ("author", "published")
PLACES = ("anywhere", "head", "tail")
LIMIT_WORDS = 200  # no rule looks at longer lines: prose is judged by the model
LIMIT_REACH = 200


@dataclass(frozen=True)
class Rule:
    """One rule; the module's docstring tells what its fields mean."""

    name: str
    family: str
    line: str
    through: str = "line"
    reach: int = 12
    where: str = "anywhere"
    max_words: int = 25
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    flag: str = ""
    field: str = ""
    hint: bool = False
    confidence: int = 95
    match: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """`family/name`, as the audit shows it."""
        return f"{self.family}/{self.name}"

    @property
    def until(self) -> str | None:
        """The pattern of the block's last line, where the block ends at one."""
        return None if self.through in ("line", "end") else self.through


@dataclass(frozen=True)
class Problem:
    """What is wrong with a rule file: the line in the file (1 is the first), the rule's name where it has one."""

    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.rule + ': ' if self.rule else ''}{self.message}"


class RuleError(ValueError):
    """A rule file that cannot be used; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse(text: str) -> list[Rule]:
    """The rules of a rule file's text, in its order; raises `RuleError`. Examples are not run: `check` does that."""
    rules, problems = _read(text)
    if problems:
        raise RuleError(problems)
    return [rule for rule, _ in rules]


def check(text: str) -> list[Problem]:
    """All that is wrong with a rule file: its TOML, keys, values, patterns and examples. Empty: nothing."""
    rules, problems = _read(text)
    for rule, line in rules:
        if not rule.match:
            problems.append(Problem(line, rule.full_name, "has no example in `match`: write at least one"))
        for n, example in enumerate(rule.match, 1):
            if not _removes(rule, example):
                problems.append(Problem(line, rule.full_name, f"does not remove example {n} of `match`: {example!r}"))
        for n, example in enumerate(rule.keep, 1):
            if _touches(rule, example):
                problems.append(Problem(line, rule.full_name, f"removes from example {n} of `keep`: {example!r}"))
    return sorted(problems, key=lambda problem: problem.line)


@cache
def packs() -> tuple[Rule, ...]:
    """The rules that ship with the package, file by file in the order of their names."""
    folder = resources.files(__package__) / "packs"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(rule for file in files for rule in parse(file.read_text(encoding="utf-8")))


def pattern_options() -> re2.Options:
    """How patterns are compiled: case aside, errors raised and not printed."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def _read(text: str) -> tuple[list[tuple[Rule, int]], list[Problem]]:
    """Rules that can be used, each with its line in the file, and what is wrong with the others."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [Problem(_error_line(text, error), "", f"is no TOML: {error}")]
    problems = [Problem(1, "", f"unknown key `{key}`: rules go under [[rule]]") for key in data if key != "rule"]
    tables = data.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return [], [*problems, Problem(1, "", "`rule` must be written [[rule]], once a rule")]
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.replace(" ", "").startswith("[[rule]]")]
    lines += [1] * (len(tables) - len(lines))
    rules: list[tuple[Rule, int]] = []
    names: dict[str, int] = {}
    for table, line in zip(tables, lines, strict=False):
        name = f"{table.get('family', '')}/{table.get('name', '')}".strip("/")
        wrong = [Problem(line, name, message) for message in _wrong(table)]
        if name in names:
            wrong.append(Problem(line, name, f"has the name of the rule in line {names[name]}"))
        names.setdefault(name, line)
        problems += wrong
        if not wrong:
            values: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
            }
            rules.append((Rule(**values), line))
    return rules, problems


def _wrong(table: dict[str, Any]) -> list[str]:
    """What is wrong with one rule's table, in words."""
    known = {each.name: each.type for each in fields(Rule)}
    wrong = [f"unknown key `{key}`; known: {', '.join(known)}" for key in table if key not in known]
    wrong += [f"needs `{key}`" for key in ("name", "family", "line") if not table.get(key)]
    kinds = {"str": str, "int": int, "bool": bool, "tuple[str, ...]": list}
    words = {
        "str": "a string",
        "int": "a whole number",
        "bool": "true or false",
        "tuple[str, ...]": "a list of strings",
    }
    for key, value in table.items():
        kind = str(known.get(key, ""))
        bad = kind in kinds and type(value) is not kinds[kind]
        if bad or (kind.startswith("tuple") and not all(isinstance(item, str) for item in value)):
            wrong.append(f"`{key}` must be {words[kind]}")
    if wrong:
        return wrong

    for key, choice in (("where", PLACES), ("flag", FLAGS), ("field", FIELDS)):
        if key in table and table[key] not in choice:
            wrong.append(f"`{key}` must be one of {', '.join(choice)}")
    for key, high in (("max_words", LIMIT_WORDS), ("reach", LIMIT_REACH), ("confidence", 100)):
        if not 0 <= table.get(key, 1) <= high:
            wrong.append(f"`{key}` must be 0 to {high}")
    for key in ("name", "family"):
        if not re2.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", table[key]):
            wrong.append(f"`{key}` must be lower-case letters, digits and hyphens")
    wrong += [
        f"`sites` holds {site!r}: write a host, like example.com" for site in table.get("sites", ()) if "/" in site
    ]
    for key in ("line", "through"):
        if key == "line" or table.get(key, "line") not in ("line", "end"):
            wrong += _wrong_pattern(key, table[key], needs_value=key == "line" and bool(table.get("field")))
    return wrong


def _wrong_pattern(key: str, pattern: str, needs_value: bool) -> list[str]:
    try:
        compiled = re2.compile(pattern, pattern_options())
    except re2.error as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode() if isinstance(reason, bytes) else reason
        return [f"`{key}` is no RE2 pattern: {reason} (look-around and back-references are not supported)"]
    if compiled.search("") is not None:
        return [f"`{key}` matches an empty line, so every line"]
    if needs_value and "value" not in compiled.groupindex:
        return [f"`{key}` needs a group (?P<value>...) for `field`"]
    return []


def _error_line(text: str, error: tomllib.TOMLDecodeError) -> int:
    found = re2.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else len(text.splitlines()) or 1


def _covered(rule: Rule, example: str) -> list[bool]:
    """For each line of an example that holds text: whether the rule takes it, `where` and `sites` aside."""
    lines = [line.strip() for line in example.splitlines() if line.strip()]
    opens, ends = re2.compile(rule.line, pattern_options()), None
    if rule.until:
        ends = re2.compile(rule.until, pattern_options())
    taken = [False] * len(lines)
    for n, line in enumerate(lines):
        if len(line.split()) > rule.max_words or not opens.search(line):
            continue
        last = n
        if rule.through == "end":
            last = len(lines) - 1
        elif ends is not None:
            below = range(n + 1, min(n + 1 + rule.reach, len(lines)))
            last = next((m for m in below if ends.search(lines[m])), n)
        taken[n : last + 1] = [True] * (last + 1 - n)
    return taken


def _removes(rule: Rule, example: str) -> bool:
    taken = _covered(rule, example)
    return bool(taken) and all(taken)


def _touches(rule: Rule, example: str) -> bool:
    return any(_covered(rule, example))
