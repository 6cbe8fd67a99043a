"""Patterns, for RE2, that find the lines which may need repair: no line that needs it passes unseen.

RE2 runs over a whole Arrow column in linear time whatever the text. `DAMAGED` holds ftfy's own test for mojibake,
translated, so a line that passes is one that ftfy would hand back as it is.

- `DAMAGED`: lines that `line.repair_line` may change, normalisation apart
- `UNNORMALISED`: lines that may not be in Unicode's normalisation form C
- `VIETNAMESE`: texts whose convention is not form C, which stay as they are
- `BADNESS`: sequences of characters that are mojibake where they occur; to be counted
- `HARMLESS`: signs beyond ASCII that news are full of and that no pattern finds without another character beyond it
- `once`: such patterns, compiled together
"""

import re
from typing import Any

import re2
from ftfy.badness import BADNESS_RE

from transforms.encoding.runs import MISREAD

# White space of a pattern written with re.VERBOSE, comments, classes and escapes: all that has to be told apart there.
_VERBOSE = re.compile(
    r"(?P<escape>\\.)|(?P<class>\[(?:\\.|[^\]\\])*\])|(?P<comment>#[^\n]*)|(?P<space>\s)|(?P<rest>.)", re.DOTALL
)

# RE2's \s and \w know ASCII only
_WHITE_SPACE = r"[\s\x0b\x1c-\x1f\x85\pZ]"
_WORD = r"[\pL\pN_]"


def _compact(pattern: str) -> str:
    """A verbose pattern of Python's `re` as the plain pattern that RE2 takes."""
    kept = [m.group() for m in _VERBOSE.finditer(pattern) if m.lastgroup not in ("comment", "space")]
    return "".join({r"\s": _WHITE_SPACE, r"\w": _WORD}.get(part, part) for part in kept)


BADNESS = _compact(BADNESS_RE.pattern)

_ENTITY = r"&#?[0-9A-Za-z]{1,24};"

# Behind a blank that was an ampersand. Numbers can be meant (issues #39; #40), so they must touch what follows
BLANKED_ENTITY = r"(?:(?:quot|amp|lt|gt|nbsp);|#[0-9]{2,4};[0-9A-Za-z])"

# ASCII controls but tab and line ends, soft hyphen, zero-width characters and marks of direction, deprecated format
# characters, byte order mark, interlinear annotation, object replacement
_INVISIBLE = r"[\x00-\x08\x0e-\x1f\x7f\x{ad}\x{200b}-\x{200f}\x{2060}\x{206a}-\x{206f}\x{feff}\x{fff9}-\x{fffc}]"

# What `context` repairs and ftfy's test does not see
_MORE = r"Г[©ЁўЎ§«°±Ієѓ»јѕї®¬\x{ad}]|┬[┐í]|√π|â\"¢|Ã…[a-z]|â€"

DAMAGED = "|".join((BADNESS, _ENTITY, " " + BLANKED_ENTITY, _INVISIBLE, _MORE, MISREAD))

HARMLESS = "‘’“”–—…\u00a0"  # whatever damage shows them shows a letter or another sign beside

# How Windows-1258 and many keyboards store Vietnamese: letters composed, tones combining
VIETNAMESE = "[ÂâĂăÊêÔôƠơƯư][\u0300\u0301\u0303\u0309\u0323]"

# Marks (which may compose with what stands before them, or stand in the wrong order), conjoining Hangul, and the
# characters that normalisation always replaces
UNNORMALISED = (
    r"\pM|[\x{1160}-\x{11ff}\x{374}\x{37e}\x{387}\x{958}-\x{95f}\x{9dc}-\x{9df}\x{a33}-\x{a36}\x{a59}-\x{a5e}"
    r"\x{b5c}\x{b5d}\x{f43}-\x{f69}\x{1f71}\x{1f73}\x{1f75}\x{1f77}\x{1f79}\x{1f7b}\x{1f7d}\x{1fbb}\x{1fbe}\x{1fc9}"
    r"\x{1fcb}\x{1fd3}\x{1fdb}\x{1fe3}\x{1feb}-\x{1fef}\x{1ff9}-\x{1ffd}\x{2000}\x{2001}\x{2126}\x{212a}\x{212b}"
    r"\x{2329}\x{232a}\x{2adc}\x{f900}-\x{fad9}\x{fb1d}-\x{fb4e}\x{1d15e}-\x{1d1c0}\x{2f800}-\x{2fa1d}]"
)

PATTERN_MEMORY = 64 << 20  # bytes at most for the states of a pattern: with few they are made again and again


def once(*patterns: str) -> Any:
    """Patterns as a `re2.Set`, whose `Match` tells which of them a text holds, all of them looked for in one pass.

    Compiled once a process: Arrow would compile them again for each batch. `re2.search` takes ten times as long for a
    line, to say where.
    """
    options = re2.Options()
    options.max_mem = PATTERN_MEMORY
    compiled = re2.Set.SearchSet(options)
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    return compiled
