"""What settings name is looked up before a run: a mistake is found here, not on a worker an hour later.

- `check`: rule files, rules and families to leave out, languages, the step of an index
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.options import UsageError, suggestion
from schemas.plan import Plan
from schemas.settings import Settings
from transforms import typos
from transforms.encoding import line as encoding
from transforms.language import UNKNOWN, model
from transforms.scaffolding import check as mistakes
from transforms.scaffolding import cleaner, packs, parse


def check(settings: Settings, plan: Plan) -> None:
    """Raises UsageError, naming the option or key and what would be right."""
    named = zip(settings.scaffolding.rules, plan.rules, strict=True)
    if problems := [f"{path}: {problem}" for path, text in named for problem in mistakes(text)]:
        raise UsageError("\n".join(problems))
    check_rule_names(settings, plan.rules)
    if plan.index_folder and "dedup" not in settings.steps:
        raise UsageError("--index needs the step dedup, which compares with it and adds to it: add it to --steps")
    if not settings.languages:
        return  # the languages are known to a model that takes a while to load
    known = sorted({*model.load().languages, UNKNOWN})
    if unknown := [name for name in settings.languages if name not in known]:
        raise UsageError(f"--languages: {unknown[0]!r} is no language that can be told; these are: {', '.join(known)}")


def check_rule_names(settings: Settings, rules: Iterable[str]) -> None:
    """rules: texts of rule files. Raises UsageError where a rule or family to leave out is none."""
    own = [rule.full_name for text in rules for rule in parse(text)]
    removing = [*own, *(rule.full_name for rule in packs()), *cleaner.OWN]
    families = sorted({name.partition("/")[0] for name in removing})
    _known("--rules-off", settings.rules_off, [*removing, *encoding.RULES, *typos.RULES], "no rule")
    _known("scaffolding.families_off", settings.scaffolding.families_off, families, "no family of rules")


def _known(option: str, named: Sequence[str], known: Sequence[str], what: str) -> None:
    for name in named:
        if name not in known:
            hint = suggestion(name, known) or "; edits/ and copydesk explain show the names"
            raise UsageError(f"{option}: {name!r} is {what}{hint}")
