"""Scaffolding: what stands around a story on its page, found and removed from the text alone.

`clean` is the step, `check` says what is wrong with a file of rules. The modules in the order of the work: `lines`
(a batch as lines), `rules` and `matching` (what people know, as data), `page` (headline, prose, dates), `removal` (from
lines to edits), `cleaner` (the step).
"""

from transforms.scaffolding.cleaner import FLAGS, Cleaner, Found, Options, clean
from transforms.scaffolding.rules import Problem, Rule, RuleError, check, packs, parse

__all__ = ["FLAGS", "Cleaner", "Found", "Options", "Problem", "Rule", "RuleError", "check", "clean", "packs", "parse"]
