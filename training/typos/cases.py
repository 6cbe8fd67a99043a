"""Texts with known typing errors, read from a folder of measuring data, and slips put into clean ones.

`documents` reads the sets `typos/*.jsonl.gz` and `clean_news/*.jsonl.gz`; `damaged` puts typing errors into news.
Nothing of the texts is kept: training takes numbers from them.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xxhash

MARKED = ("gittypos", "ewt", "gum", "holbrook")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass
class Document:
    """A text; `edits` maps (start, end) in characters to (right word, kind), `ignore` spans are not judged."""

    source: str
    group: str  # documents of one group are in the same fold
    text: str
    edits: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    ignore: list[tuple[int, int]] = field(default_factory=list)

    def fold(self, folds: int) -> int:
        """The fold that the document's group falls into."""
        return xxhash.xxh32_intdigest(self.group.encode()) % folds


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def documents(data: Path) -> list[Document]:
    """All marked texts, and the clean news with the errors that are known in it."""
    found = []
    for name in MARKED:
        for row in read(data / "typos" / f"{name}.jsonl.gz"):
            group = "/".join(row["id"].split("/")[:2]) if name == "gittypos" else row["id"]
            edits = {(start, end): (right, kind) for start, end, _, right, kind in row["edits"]}
            ignore = [(start, end) for start, end, _ in row["ignore"]]
            found.append(Document(name, group, row["text"], edits, ignore))
    known = defaultdict(list)
    for row in read(data / "typos" / "news_typos.jsonl.gz"):
        known[row["id"].rsplit("/", 1)[0]].append(row)
    seen = set()
    for path in sorted((data / "clean_news").glob("*.jsonl.gz")):
        for row in read(path):
            if row["id"] in seen:
                continue
            seen.add(row["id"])
            document = Document("news", row["id"], row["text"])
            for part in known[row["id"]]:
                at = row["text"].index(part["text"])
                for start, end, _, right, kind in part["edits"]:
                    document.edits[at + start, at + end] = (right, kind)
            found.append(document)
    return found


def damaged(documents: list[Document], share: float, seed: int) -> list[Document]:
    """Copies with slips in a share of their words of 4 to 14 letters, with capitals only at the head of sentences.

    Only these errors are marked.
    """
    found = []
    for document in documents:
        chance = random.Random(f"{seed} {document.group}")
        pieces, at, size, edits = [], 0, 0, {}
        for match in re.finditer(r"\b[a-z]{4,14}\b|(?:(?<=[.!?]\s)|(?<=\n)|(?<=“))[A-Z][a-z]{3,13}\b", document.text):
            if chance.random() >= share:
                continue
            wrong = slip(match[0].lower(), chance)
            wrong = wrong.capitalize() if match[0][0].isupper() else wrong
            if wrong == match[0]:
                continue
            pieces += [document.text[at : match.start()], wrong]
            size += match.start() - at
            edits[size, size + len(wrong)] = (match[0], "nonword")
            size += len(wrong)
            at = match.end()
        if edits:
            found.append(Document("damaged", document.group, "".join(pieces) + document.text[at:], edits))
    return found


def respaced(documents: list[Document], share: float, seed: int) -> list[Document]:
    """Copies in which spaces have gone, moved or come in a share of the words; what they broke has no right word."""
    found = []
    for document in documents:
        chance = random.Random(f"{seed} spaces {document.group}")
        pieces, at, size, edits = [], 0, 0, {}
        for match in re.finditer(r"\b([a-z]{2,12}) ([a-z]{2,12})\b", document.text):
            if chance.random() >= share:
                continue
            letters = match[1] + match[2]
            cuts = chance.choice(
                ([], [len(match[1]) - 1], [len(match[1]) + 1], [len(match[1]), chance.randrange(1, len(letters))])
            )
            cuts = [0, *sorted({*cuts} - {len(letters)}), len(letters)]
            parts = [letters[low:high] for low, high in itertools.pairwise(cuts)]
            pieces += [document.text[at : match.start()], " ".join(parts)]
            size += match.start() - at
            for part in parts:
                edits[size, size + len(part)] = ("", "space")
                size += len(part) + 1
            size -= 1
            at = match.end()
        if edits:
            found.append(Document("respaced", document.group, "".join(pieces) + document.text[at:], edits))
    return found


def slip(word: str, chance: random.Random) -> str:
    """The word with one slip of the fingers: a letter left out, doubled, swapped, or taken from a key beside it."""
    at = chance.randrange(len(word) - 1)
    kind = chance.choice(("out", "swap", "double", "beside", "extra", "out", "swap", "double"))
    if kind == "out":
        return word[:at] + word[at + 1 :]
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    key = chance.choice(_beside(word[at]))
    return word[:at] + key + word[at + (kind == "beside") :]


def _beside(letter: str) -> str:
    row = next(n for n, keys in enumerate(_KEYBOARD) if letter in keys)
    column = _KEYBOARD[row].index(letter)
    near = [_KEYBOARD[row][max(0, column - 1) : column + 2]]
    if row:
        near.append(_KEYBOARD[row - 1][column : column + 2])
    if row < 2:
        near.append(_KEYBOARD[row + 1][max(0, column - 1) : column + 1])
    return "".join(near).replace(letter, "")
