"""Scaffolding: what stands around a story on its page, found and removed from the text alone.

`clean` is the step, `check` says what is wrong with a file of rules. The modules in the order of the work:

- `lines`: a batch as lines; `words`: its words, hashed; `columns`: sums and stretches over lines
- `rules`, `packs/`: what people know, as data; `literals`, `finder`, `matching`: where it holds
- `page`: headline, prose, dates; `threads`: where readers' comments begin
- `features`, `context`, `article`: lines and pages in numbers; `trees`, `model`, `model.npz`: what was learned of them
- `region`: the decision; `removal`: from lines to edits; `cleaner`: the step

All that decides is integer arithmetic, and a page's outcome does not depend on its batch.
"""

from transforms.scaffolding.cleaner import FLAGS, Cleaner, Found, Options, clean
from transforms.scaffolding.rules import Problem, Rule, RuleError, check, packs, parse

__all__ = ["FLAGS", "Cleaner", "Found", "Options", "Problem", "Rule", "RuleError", "check", "clean", "packs", "parse"]
