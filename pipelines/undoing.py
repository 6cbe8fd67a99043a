"""Lines of `copydesk.toml` that undo a wrong edit: what `copydesk explain` and `copydesk show` print to be pasted.

- `lines`: the pieces of a page in, TOML out
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from transforms.headline import TO_COLUMN
from transforms.obeyed import OBEYED
from transforms.trace import Piece

# A phrase tells its line from others and still fits on a line of the file.
PHRASE_CHARACTERS, MOST = 80, 12


def lines(pieces: Sequence[Piece]) -> str:
    """TOML with an entry for each edit that can be undone by itself, and the rules; empty where there is no edit.

    Whoever reads it deletes what was right. That the headline went to its column was a setting, and no edit to undo.
    """
    made = [piece for piece in pieces if piece.fate != "kept" and piece.rule and piece.rule != TO_COLUMN]
    if not made:
        return ""
    rules = _distinct(piece.rule for piece in made)
    out = [
        "# To undo what was wrong, put these lines into copydesk.toml and delete those that were right.",
        "# A whole rule, on every page: " + f"rules_off = [{', '.join(_quoted(rule) for rule in rules)}]",
    ]
    phrases = _distinct(line for piece in made if piece.step == "scaffolding" for line in _phrases(piece.text))
    words = _distinct(piece.text for piece in made if piece.step == "typos" and piece.fate == "removed")
    for table, key, entries in (("scaffolding", "keep_phrases", phrases), ("typos", "never_touch", words)):
        if entries:
            out += [f"[{table}]", f"{key} = [", *(f"  {_quoted(entry)}," for entry in entries[:MOST])]
            out += [f"  # ... and {len(entries) - MOST} more"] * (len(entries) > MOST) + ["]"]
    return "\n".join(out) + "\n"


def _phrases(text: str) -> list[str]:
    """The lines of a removed text, each as far as a phrase goes."""
    return [line.strip()[:PHRASE_CHARACTERS].strip() for line in text.splitlines() if line.strip()]


def _distinct(entries: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(entries))


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's strings are but for DEL; what a terminal would obey is told by number."""
    return OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
