"""Whether a page holds an article: columns with an entry a page, made of its lines' scores.

`page_features` is useful alone. A cookie wall, a section front or a 404 has lines like an article's, but few of them,
far apart, and the line model is sure of none; text of its own that is no news (a forum, a shop) has many. What its
sentences look like tells the rest: those of scaffolding are short, written to the reader, full of capitals.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from transforms.scaffolding.columns import Columns, Page, best_stretch, share
from transforms.scaffolding.context import CERTAIN, HEAVY, STEP
from transforms.scaffolding.features import family_hit
from transforms.scaffolding.lines import Array, Lines

LOOKS = ("reader", "capitals", "small", "digits", "upper")  # features of lines, in hundredths, whose mean tells pages


def page_features(
    lines: Lines, rows: Mapping[str, Array], scores: Array, sentence: Array, families: Array
) -> dict[str, Array]:
    """Features by name, int16, an entry a page.

    `rows` are what `features` found, by name, `scores` and `sentence` have an entry a line, `families` (as for
    `features`) a distinct line.
    """
    out = Columns()
    score = np.clip(scores, -CERTAIN, CERTAIN).astype(np.int64) // STEP
    weight = np.minimum(lines.words, HEAVY)

    def total(values: Array) -> Array:
        sums = np.append(0, np.cumsum(values, dtype=np.int64))
        return sums[lines.first[1:]] - sums[lines.first[:-1]]

    kept, sure = score > 0, score > 150
    words = total(weight)
    for name, mark in (("kept", kept), ("sure", sure), ("likely", score > -100)):
        out.add(f"{name}-words", total(np.where(mark, weight, 0)))
        out.add(f"{name}-share", share(total(np.where(mark, weight, 0)), words))
        out.add(f"{name}-lines", total(mark))
        out.add(f"{name}-sentences", total(mark & sentence))
    out.add("sentences", total(sentence))
    out.add("words", words)
    out.add("mean", total(score * weight) // np.maximum(words, 1))
    out.add("mean-kept", total(np.where(kept, score * weight, 0)) // np.maximum(total(np.where(kept, weight, 0)), 1))
    spoken = np.where(sentence, weight, 0)
    out.add("mean-sentence", total(score * spoken) // np.maximum(total(spoken), 1))
    first, last, gain = best_stretch(lines, score * weight)
    inside = (np.arange(len(lines)) >= first[lines.page]) & (np.arange(len(lines)) <= last[lines.page])
    out.add("best", gain // 64)
    out.add("best-lines", last - first + 1)
    out.add("best-words", total(np.where(inside, weight, 0)))
    out.add("best-mean", gain // np.maximum(total(np.where(inside, weight, 0)), 1))
    out.add("best-sentences", total(inside & sentence))
    out.add("best-density", share(total(inside & sentence), last - first + 1))
    page = Page.of(lines)
    for reach in (2, 5):
        dense = page.window(np.where(sentence, score * weight, 0), reach, reach) // 64
        out.add(f"densest-{reach}", _most(lines, dense))
    out.add("strict", best_stretch(lines, (score - 150) * weight)[2] // 64)
    out.add("prose", best_stretch(lines, np.where(sentence, weight, -12))[2])
    hits = families[lines.code]
    out.add("hits", share(total(hits != 0), total(np.ones(len(lines), np.int64))))
    out.add("hits-kept", total(kept & (hits != 0)))
    for name in ("error", "cookie", "paywall", "related", "comments", "copyright", "dateline", "byline"):
        out.add(f"has-{name}", total(family_hit(hits, name)))
    for part, mark in (("kept", kept), ("best", inside), ("spoken", sentence), ("page", np.ones(len(lines), bool))):
        held, count = np.where(mark, weight, 0), total(mark)
        heavy = total(held)
        out.add(f"count-{part}", count)
        out.add(f"length-{part}", 10 * heavy // np.maximum(count, 1))
        for name in LOOKS:
            out.add(f"{name}-{part}", total(rows[name] * held) // np.maximum(heavy, 1))
    for name, mark in (("told", kept & sentence), ("spoken", sentence)):
        out.add(f"run-{name}", _most(lines, _run(page, mark)))
    out.add("longest", _most(lines, np.where(kept, lines.words, 0)))
    out.add("surest", _most(lines, np.where(sentence, score + CERTAIN // STEP, 0)))
    return out.rows


def _run(page: Page, mark: Array) -> Array:
    """How many lines in a row, up to this one, are marked."""
    return page.at - np.maximum(page.last(~mark), page.top - 1)


def _most(lines: Lines, values: Array) -> Array:
    """The highest value of each page's lines, at least 0."""
    most = np.zeros(lines.pages, np.int64)
    np.maximum.at(most, lines.page, values)
    return most
