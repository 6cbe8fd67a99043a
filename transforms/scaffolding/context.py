"""The second look: what the first look made of the lines around, in numbers.

The line model looks twice. The first trees judge a line by `features`; the second also see how sure the first were of
the lines above and below, where the page's best stretch of lines begins and ends, and how much of it lies behind. That
is how an article is found as a region and not as a set of lines.
"""

from __future__ import annotations

import numpy as np

from transforms.scaffolding.columns import FAR, Columns, Page, best_stretch, share
from transforms.scaffolding.lines import Array, Lines

CERTAIN = 4000  # thousandths of a log-odds: what is surer counts no more
HEAVY = 60  # words: longer lines weigh no more
STEP = 10  # scores are handed on in hundredths, for they have to fit into int16


def context(lines: Lines, scores: Array) -> dict[str, Array]:
    """Features by name, int16, an entry a line, made of the first look's scores."""
    page, out = Page.of(lines), Columns()
    score = np.clip(scores, -CERTAIN, CERTAIN).astype(np.int64) // STEP
    weight = np.minimum(lines.words, HEAVY)
    kept = score > 0
    own = out.add("score", score)
    for step in (-3, -2, -1, 1, 2, 3):
        out.add(f"score{step:+}", page.neighbour(own, step, -CERTAIN // STEP))
    scored, weights, keeps = map(page.sums, (score * weight, weight, kept))
    for reach in (2, 5, 12, 30):
        width = weights.window(reach, reach)
        out.add(f"scores-near-{reach}", scored.window(reach, reach) // np.maximum(width, 1))
    for reach in (3, 8, 20):
        for side, (above, below) in (("above", (reach, -1)), ("below", (-1, reach))):
            first, behind = page.reach(above, below)
            out.add(
                f"scores-{side}-{reach}", scored.window(above, below) // np.maximum(weights.window(above, below), 1)
            )
            out.add(f"kept-{side}-{reach}", share(keeps.window(above, below), behind - first))
    told = kept & (weight > 8)
    out.add("since-kept", page.since(told))
    out.add("until-kept", page.until(told))
    mass = np.where(kept, score, 0) * weight
    masses = page.sums(mass)
    whole, before = np.maximum(masses.whole(), 1), masses.before()
    out.add("mass-before", 1000 * before // whole)
    out.add("mass-behind", 1000 * (whole - before - mass) // whole)
    out.add("mass", masses.whole() // 256)
    out.add("mass-share", share(page.total(np.where(kept, weight, 0)), weights.whole()))
    out.add("kept-lines", keeps.whole())
    for name, floor in (("best", 0), ("strict", 100), ("loose", -100)):
        first, last, gain = best_stretch(lines, (score - floor) * weight)
        out.add(f"{name}-from", np.clip(page.at - first[page.page], -FAR, 400))
        out.add(f"{name}-to", np.clip(last[page.page] - page.at, -FAR, 400))
        out.add(f"{name}-share", share(gain[page.page], whole))
    return out.rows
