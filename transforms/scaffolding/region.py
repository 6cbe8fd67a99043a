"""From scores to a decision: which lines go, and by whose word.

- `agreed`: one score a line, from the two looks of the model
- `decide`: the rule or the model for each line that goes
- `percent`: a score as people read it

The model alone removes a line when it is fairly sure; a rule of the packs removes it unless the model is surer still
that it belongs; a rule of the user's always does. How sure is enough depends on the page: where the model doubts few
words an extractor was there before, and what is left is mostly the article's; a page that it doubts mostly is a whole
one. Behind the page's best stretch of lines less doubt is enough, but on the cleanest pages: other stories and readers'
comments follow there. From the headline to the stretch's end a short line is kept on less: a subhead, an item of a
list, the last word of a disclosure.
"""

from __future__ import annotations

import numpy as np

from transforms.scaffolding.columns import best_stretch, share
from transforms.scaffolding.context import CERTAIN, HEAVY
from transforms.scaffolding.lines import Array, Lines
from transforms.scaffolding.matching import NO_RULE

# all in thousandths of a log-odds
DOUBT = -1000  # below it the model doubts a line
DOUBTS = np.array([-1800, DOUBT, -500])  # below it the model removes one: where it doubts few words, some, or most
BEHIND = np.array([-1800, -500, 0])  # the same behind the best stretch, where other stories and comments follow
INSIDE = -2500  # below it even a short one within the article
BELOW = 1500  # and so much below what removes other lines
LEAN = 600  # what lines are given when the best stretch is looked for: gaps in an article are bridged
TRUST = 1000  # above it a line stays against a rule of the packs
ARTICLE = -2000  # above it a page holds an article
GAIN = 0  # above it a page is better without the lines that the model doubts
FADES = 600  # by so much comments score lower, in the mean, than the article before them
FADES_FAR = 2000  # the same where nothing but a line said again and again tells of comments: lists have such lines too

CLEAN, WHOLE = 25, 50  # hundredths of a page's words that the model doubts: fewer are few, more are most
SHORT = 13  # words: longer lines are judged alike wherever they stand
APART = 12  # lines: what lies further above the best stretch is no headline of it
LAST = 1  # lines behind the best stretch that still count as within

# log-odds in thousandths at which the chance passes .5, .505, .51 ... hundredths: a table, for exp differs between CPUs
PERCENT = np.array(
    [0, 40, 80, 120, 160, 201, 241, 282, 323, 364, 405, 447, 490, 532, 575, 619, 663, 708, 754, 800, 847, 895, 944, 994,
     1046, 1099, 1153, 1208, 1266, 1325, 1386, 1450, 1516, 1586, 1658, 1735, 1815, 1901, 1992, 2091, 2197, 2314, 2442,
     2587, 2752, 2944, 3178, 3476, 3892, 4595],
    np.int64,
)  # fmt: skip


def agreed(lines: Lines, first: Array, second: Array) -> Array:
    """int32 a line: the model's two looks as one score.

    Within the page's best stretch a line is doubted as little as the milder look doubts it, for a loss there hurts;
    outside it as much as the stricter one does, for other stories and comments follow there.
    """
    top, bottom = _stretch(lines, second)
    at = np.arange(len(lines))
    within = (at >= top[lines.page]) & (at <= bottom[lines.page] + LAST)
    return np.where(within, np.maximum(first, second), np.minimum(first, second))


def decide(lines: Lines, scores: Array, ruled: Array, headline: Array, own: int, model: int) -> Array:
    """int64 a line: the rule that removes it, `model` where it is the model, NO_RULE where it stays.

    `ruled` is what rules would remove, as `RuleSet.blocks` gives it; the first `own` rules are the user's. `headline`
    is a line's index for each page, -1 for none.
    """
    first, last = _stretch(lines, scores)
    near = (headline >= 0) & (headline < first) & (first - headline <= APART)
    first = np.where(near, headline, first)
    at = np.arange(len(lines))
    behind = at > last[lines.page] + LAST
    inside = (at >= first[lines.page]) & ~behind & (lines.words <= SHORT)
    kind = _kind(lines, scores)[lines.page]
    doubt = np.where(behind, BEHIND[kind], DOUBTS[kind])
    removed = np.where(scores < np.where(inside, np.minimum(INSIDE, doubt - BELOW), doubt), model, NO_RULE)
    packed = (ruled >= own) & (scores <= TRUST)
    users = (ruled >= 0) & (ruled < own)
    return np.where(packed | users, ruled, removed)


def percent(scores: Array) -> Array:
    """uint8 hundredths, from log-odds in thousandths: 50 at 0, and below it."""
    return (49 + np.searchsorted(PERCENT, scores, side="right")).astype(np.uint8)


def _stretch(lines: Lines, scores: Array) -> tuple[Array, Array]:
    """First and last line of each page's best stretch, with its gaps bridged."""
    weight = np.minimum(lines.words, HEAVY)
    return best_stretch(lines, (np.clip(scores, -CERTAIN, CERTAIN).astype(np.int64) + LEAN) * weight)[:2]


def _kind(lines: Lines, scores: Array) -> Array:
    """int64 a page: 0 where the model doubts few of its words, 2 where it doubts most, else 1."""
    weight = np.minimum(lines.words, HEAVY)
    total, doubted = (np.append(0, np.cumsum(each)) for each in (weight, np.where(scores < DOUBT, weight, 0)))
    first, behind = lines.first[:-1], lines.first[1:]
    part = share(doubted[behind] - doubted[first], total[behind] - total[first])
    return (part >= CLEAN).astype(np.int64) + (part > WHOLE)
