"""What a line must hold for a pattern to match: literals that are found faster than the pattern is tried.

- `literals`: from an RE2 pattern a few short texts, one of which stands in every line that the pattern matches

This is the idea of RE2's own FilteredRE2 (and of trigram indexes for code search), which neither hands its
literals out nor knows of "at the line's head, but for punctuation", where most rules look.

Read is the part of RE2's syntax that rules are written in. Of other patterns nothing is known: they have to be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HEAD = "\n"  # in a literal: the line's head and punctuation behind it; no line holds it
AT_HEAD = 3  # a literal at the head tells as much as one so many letters longer
LIMIT = 1200  # literals that a pattern may need, one of
LONGEST = 10  # letters of a literal: more tell little more
CLASS = 10  # letters of a class that are told apart
ESCAPED = r"\^$.|?*+()[]{}/-"
SMALL_CLASSES = {"d": "0123456789", "s": " \t\f"}  # a line holds no line end
# pieces of RE2's syntax: how often, what opens a group, a class, a property's name
TIMES, OPENS = re.compile(r"[*+?]|\{(\d+)(,?)(\d*)\}"), re.compile(r"(?:i|-i)?:|P?<\w+>")
LETTERS, PROPERTY = re.compile(r"\]?(?:[^\]\\]|\\.)*\]"), re.compile(r"\{\^?\w+\}|\w")

Texts = frozenset[str]
NOTHING: Texts = frozenset({""})


class Node(NamedTuple):
    """A piece of a pattern: a character (one of `letters`), unknown text (`kind` "any"), or pieces within."""

    kind: str
    letters: tuple[str, ...] = ()
    parts: tuple[Node, ...] = ()
    least: int = 1
    most: int | None = 1
    word: bool = True  # it may hold letters, digits or underscores, as RE2's \\w has them


class _UnreadError(Exception):
    """The pattern is written in syntax that is not read here."""


def literals(pattern: str) -> tuple[str, ...] | None:
    """Texts, upper and lower case alike, one of which a line holds if the pattern matches it; None where unknown.

    A text that begins with HEAD stands at the line's head, but for what is no letter, digit or underscore before it.
    """
    try:
        node = _Reader(pattern).read()
    except _UnreadError:
        return None
    after, needed = _needs(node, NOTHING)
    needed = needed if after is None else after
    if needed is None or not _strength(needed):
        return None
    return tuple(sorted(_shortened(needed)))


def _needs(node: Node, before: Texts) -> tuple[Texts | None, Texts | None]:
    """What has been read behind a node, where that is known exactly, else what a match needs.

    `before` is what a match has read right up to the node: one of these texts.
    """
    match node.kind:
        case "letter":
            after = frozenset(text + letter for text in before for letter in node.letters)
            return (after, None) if len(after) <= LIMIT else (None, before)
        case "head":
            return frozenset({HEAD}) if before == NOTHING else before, None
        case "any":
            return (before, None) if before == {HEAD} and not node.word else (None, before)
        case "repeat":
            return _needs_of_repeat(node, before)
        case "or":
            return _needs_of_any(node, before)
    return _needs_of_all(node, before)


def _needs_of_all(node: Node, before: Texts) -> tuple[Texts | None, Texts | None]:
    run, needed, broken = before, NOTHING, False
    for part in node.parts:
        after, more = _needs(part, run)
        if after is None:
            needed, broken = _better(needed, more or NOTHING), True
        run = NOTHING if after is None else after
    return (None, _better(needed, run)) if broken else (run, None)


def _needs_of_repeat(node: Node, before: Texts) -> tuple[Texts | None, Texts | None]:
    after, needed = _needs(node.parts[0], before)
    if after == before or (before == {HEAD} and not node.parts[0].word):
        return before, None  # HEAD stands for what is no letter behind it, too
    if node.least == 0:
        whole = None if after is None or node.most != 1 else after | before
        return (whole, None) if whole is not None and len(whole) <= LIMIT else (None, before)
    return (after, None) if node.most == 1 and after is not None else (None, needed if after is None else after)


def _needs_of_any(node: Node, before: Texts) -> tuple[Texts | None, Texts | None]:
    found = [_needs(part, before) for part in node.parts]
    exact = [after for after, _ in found if after is not None]
    whole = frozenset().union(*exact)
    if len(exact) == len(found) and len(whole) <= LIMIT:
        return whole, None
    needed = whole.union(*(more for after, more in found if after is None and more is not None))
    needed = _shortened(needed)
    return None, needed if _strength(needed) and len(needed) <= LIMIT else before


def _better(one: Texts, other: Texts) -> Texts:
    return max(one, other, key=lambda texts: (_strength(texts), -len(texts)))


def _shortened(texts: Texts) -> Texts:
    """The same with less: no text is long, none begins with another."""
    short: list[str] = []
    for text in sorted({text[: LONGEST + text.startswith(HEAD)] for text in texts}):
        if not short or not text.startswith(short[-1]):
            short.append(text)
    return frozenset(short)


def _strength(texts: Texts) -> int:
    """How much it tells that one of these texts is there; 0 where it tells nothing."""
    return min(len(text) + (AT_HEAD - 1 if text.startswith(HEAD) else 0) if text.strip(HEAD) else 0 for text in texts)


def _of(kind: str, parts: Iterable[Node]) -> Node:
    parts = tuple(parts)
    return Node(kind, parts=parts, word=any(part.word for part in parts))


def is_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())


class _Reader:
    """A pattern read from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0

    def read(self) -> Node:
        node = self._any_of()
        if self.at < len(self.pattern):
            raise _UnreadError
        return node

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self, text: str) -> bool:
        taken = self.pattern.startswith(text, self.at)
        self.at += len(text) * taken
        return taken

    def _any_of(self) -> Node:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else _of("or", parts)

    def _sequence(self) -> Node:
        return _of("sequence", self._pieces())

    def _pieces(self) -> Iterator[Node]:
        while self._next() not in ("", "|", ")"):
            node = self._piece()
            times = TIMES.match(self.pattern, self.at)
            if times:
                self.at = times.end()
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(times[0], (0, 0))
                if times[0].startswith("{"):
                    least = int(times[1])
                    most = int(times[3]) if times[3] else (None if times[2] else least)
                self._take("?")  # as few as can be: the same texts
                node = Node("repeat", parts=(node,), least=least, most=most, word=node.word)
            yield node

    def _piece(self) -> Node:
        if self._take("("):
            return self._group()
        if self._take("["):
            return self._class()
        if self._take("\\"):
            return self._escape()
        letter = self._next()
        self.at += 1
        if letter in "*+?{":
            raise _UnreadError
        if letter in "^$":
            return Node("head" if letter == "^" else "sequence", word=False)
        return Node("any") if letter == "." else Node("letter", (letter,), word=is_word(letter))

    def _group(self) -> Node:
        if self._take("?"):
            opens = OPENS.match(self.pattern, self.at)
            if not opens:
                raise _UnreadError
            self.at = opens.end()
        node = self._any_of()
        if not self._take(")"):
            raise _UnreadError
        return node

    def _class(self) -> Node:
        found = LETTERS.match(self.pattern, self.at)
        if not found or "[:" in found[0]:
            raise _UnreadError
        self.at = found.end()
        letters = found[0][:-1]
        plain = not any(sign in letters for sign in "\\-") and not letters.startswith("^")
        if not plain or len(letters) > CLASS:
            return Node("any")
        return Node("letter", tuple(letters), word=any(map(is_word, letters)))

    def _escape(self) -> Node:
        sign = self._next()
        self.at += 1
        if sign in ("p", "P"):
            name = PROPERTY.match(self.pattern, self.at)
            if not name:
                raise _UnreadError
            self.at = name.end()
        elif sign in ("b", "B"):
            return Node("sequence", word=False)
        elif (sign not in ESCAPED and sign not in "dDsSwW") or not sign:
            raise _UnreadError
        if sign in ESCAPED or sign in SMALL_CLASSES:
            return Node("letter", tuple(SMALL_CLASSES.get(sign, sign)), word=sign == "d")
        return Node("any", word=sign != "W")
