"""Which lines of a page belong to its article, told from the article as people marked it.

`labels` compares words, for extractors differ in white space and in what they join: a line belongs to the article if
its words stand there in a row, or most of its runs of four words do (six characters in scripts without spaces).
"""

from __future__ import annotations

import re
from collections import Counter

CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+")
MOST = 0.6  # share of a line's words that have to be found


def tokens(text: str) -> list[str]:
    """Words in lower case; each character of a script without spaces is one."""
    return TOKEN.findall((text or "").lower())


def labels(lines: list[str], gold: str, title: str | None) -> tuple[list[int], list[bool]]:
    """For each line 1 where it belongs to the article and 0 where not, and whether that is sure enough to learn from.

    The headline is not learned from: collections differ on whether it belongs. Of a line that the page repeats, the
    copy next to the article's other lines counts.
    """
    words = [tokens(line) for line in lines]
    want = tokens(gold)
    run = 6 if re.search(f"[{CJK}]", gold) else 4
    grams = {tuple(want[n : n + run]) for n in range(len(want) - run + 1)}
    flat = f" {' '.join(want)} "
    own_lines = Counter(" ".join(tokens(line)) for line in gold.split("\n"))
    found, sure = [0] * len(lines), [True] * len(lines)
    unclear = []
    for n, line in enumerate(words):
        said = " ".join(line)
        if len(line) > run:
            if f" {said} " in flat:
                found[n] = 1
                continue
            covered = [False] * len(line)
            for m in range(len(line) - run + 1):
                if tuple(line[m : m + run]) in grams:
                    covered[m : m + run] = [True] * run
            share = sum(covered) / len(line)
            found[n] = int(share >= MOST)
            sure[n] = not 0.3 < share < 0.8
        elif line:
            unclear.append(n)
    for _ in range(2):
        for n in unclear:
            said = " ".join(words[n])
            beside = (n > 0 and found[n - 1]) or (n + 1 < len(lines) and found[n + 1])
            inside = len(words[n]) >= 2 and f" {said} " in flat
            found[n] = int(bool(own_lines[said] or (inside and beside)))
    _one_copy_each(words, found, flat)
    headline = _headline(words, title)
    for n, line in enumerate(words):
        if not line or (headline and line == headline):
            sure[n] = False
    return found, sure


def _one_copy_each(words: list[list[str]], found: list[int], flat: str) -> None:
    """Of lines that the page says more often than the article, leave those with most of the article around them."""
    places: dict[str, list[int]] = {}
    for n, line in enumerate(words):
        if found[n] and line:
            places.setdefault(" ".join(line), []).append(n)
    mass = [len(line) * label for line, label in zip(words, found, strict=True)]
    for said, at in places.items():
        if len(at) > 1:
            allowed = max(1, flat.count(f" {said} "))
            around = {n: sum(mass[max(0, n - 5) : n + 6]) for n in at}
            for n in sorted(at, key=lambda n: -around[n])[allowed:]:
                found[n] = 0


def _headline(words: list[list[str]], title: str | None) -> list[str] | None:
    """The words of the line that says the page's title."""
    said = set(tokens(title or ""))
    for line in words:
        own = set(line)
        if len(line) >= 3 and len(said & own) >= 0.8 * len(own) and len(own) >= 0.5 * len(said):
            return line
    return None
