"""What is never touched, whatever the score says: addresses, code, tags, names of the page, slips of the space bar.

Alone useful: `protected` (one span of one text). It runs on the few words that the score would correct, so it may read
the text around them.
"""

from __future__ import annotations

import re

_REACH = 200  # characters that an address or a tag may be long
# An address, a path, code or markup: signs that prose does not have inside a word, or a dot between letters
_NO_PROSE = re.compile(r"://|www\.|[@#_/\\&=<>`{}|~^*%$\[\]+]|\w\.\w|\w:\w")
# Two words of prose with a stroke between them: newsletters/blogs; the folders of paths have shorter names
_EITHER = re.compile(r"[(\"'“‘]*[A-Za-z]{4,}/[A-Za-z]{4,}[)\"'”’.,;:!?]*")

_SIC = re.compile(r"\S{0,2}\s?[\[(]si[ck]\b", re.IGNORECASE)  # the writer has seen it


def protected(text: str, start: int, end: int) -> bool:
    """Whether the word at these characters is part of an address, of code or of markup."""
    left, right = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    left = left.rsplit(None, 1)[-1] if left and not left[-1].isspace() else ""
    right = right.split(None, 1)[0] if right and not right[0].isspace() else ""
    whole = left + text[start:end] + right
    if (left or right) and _NO_PROSE.search(whole) and not _EITHER.fullmatch(whole):
        return True
    if _SIC.match(text, end):
        return True
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - _REACH) : start]
    return before.replace("```", "").count("`") % 2 == 1 or before.rfind("<") > before.rfind(">")
