"""Repair one line: the plain functions, from string to string, that `columns.repair` calls for damaged lines.

- `repair_line`: all repairs, until nothing changes
- `unescape`: HTML entities, escaped once or more often
- `strip_invisible`: soft hyphens and zero-width characters that stand where they do nothing
- `line_edits`: what `repair_line` changes, as edits in bytes
- `changes`: what a repair changed, as spans with the rule that each comes under
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import ftfy
from ftfy import fixes

from transforms import editing
from transforms.encoding.context import after_ftfy, before_ftfy, join_vietnamese
from transforms.encoding.runs import MISREAD, reread, reread_parts
from transforms.encoding.screen import BADNESS, BLANKED_ENTITY, DAMAGED, VIETNAMESE, once

# What is 16 times escaped or decoded wrongly is no text: a bound, so that no page can cost more than its length.
ROUNDS = 16

# Longer lines are repaired a piece at a time, so that every edit stays small; a piece ends where a word does
PIECE, LONGEST_PIECE = 2_000, 20_000

KNOWN_PIECES = 1 << 10  # whose edits are remembered: lines come again in other batches, on copies and from templates

RULES = {
    "encoding/mojibake": 97,
    "encoding/entity": 99,
    "encoding/control": 100,
    "encoding/zero-width": 100,
    "encoding/line-end": 100,
    "encoding/nfc": 100,
}
"""Rule to its confidence, in hundredths."""

_DAMAGED, _BAD, _MISREAD = range(3)
_PATTERNS = once(DAMAGED, BADNESS, MISREAD)
_SEPARATORS = re.compile(r"(?<=[^\s])[\x1c-\x1f]+(?=[^\s])")  # Unicode calls them white space: they part words
_ENCODING = ftfy.TextFixerConfig(explain=False, normalization=None)


def repair_line(line: str) -> str:
    r"""The line as it was meant: entities, mojibake, controls, invisible characters, normalisation form C.

    One damage often covers another (an escaped, twice encoded quotation mark), so the repairs go round until nothing
    changes, at most `ROUNDS` times.

    >>> repair_line("It&Atilde;&cent;&acirc;&sbquo;&not;&acirc;&bdquo;&cent;s caf\u0065\u0301 time")
    'It’s café time'
    """
    for _ in range(ROUNDS):
        before = line
        line = unescape(line)
        if _MISREAD in _found(line):
            line = reread(line)
        if _BAD in _found(line):
            line = join_vietnamese(_decoded(before_ftfy(line)))
        line = after_ftfy(line)
        if _MISREAD in _found(line):
            line = reread_parts(line)
        if not line.isprintable():
            line = fixes.fix_line_breaks(fixes.fix_c1_controls(line))
            line = _SEPARATORS.sub(" ", fixes.remove_terminal_escapes(line))
            line = strip_invisible(fixes.remove_control_chars(line))
        line = _normalized(line)
        if line == before or _DAMAGED not in _found(line):
            break
    return line


def _decoded(line: str) -> str:
    """`ftfy.fix_encoding`: it asks before each of its steps what is asked here, at fifty times the cost."""
    while _BAD in _found(line):
        before = line
        line = ftfy._fix_encoding_one_step_and_explain(line, _ENCODING).text
        if line == before:
            break
    return line


@lru_cache(maxsize=1)  # a round asks four times, mostly of the same line
def _found(line: str) -> tuple[int, ...]:
    """Which of `_DAMAGED`, `_BAD` and `_MISREAD` the line holds."""
    return tuple(_PATTERNS.Match(line.encode()) or ())


_ESCAPED_AMPERSANDS = re.compile("&(?:(?:amp|AMP|#0{0,9}38|#[xX]0{0,9}26);)+")
_BLANKED_AMPERSAND = re.compile(rf" (?={BLANKED_ENTITY})")
_SURROGATES = re.compile("&#(?:x([Dd][89ABab]..)|(5[56][0-9]{3}));&#(?:x([Dd][C-Fc-f]..)|(5[67][0-9]{3}));")


def unescape(line: str) -> str:
    """HTML entities as the characters that they stand for.

    `html.unescape` also reads entities without a semicolon, which are parameters of URLs (`?a=1&copy=2`) more often
    than damage; ftfy asks for it. Not ftfy's: however many times an ampersand was escaped, it is read at once (one at
    a time takes quadratic time); two entities that are the halves of a character beyond U+FFFF are joined; and a blank
    in the ampersand's place is read as one (`isn #39;t`, as in the much used AG News).

    >>> unescape("Q&amp;amp;A &lt;3 AT&T; isn #39;t &#55357;&#56832;")
    "Q&A <3 AT&T; isn't 😀"
    """
    if ";" not in line:
        return line
    line = _BLANKED_AMPERSAND.sub("&", line)
    line = _ESCAPED_AMPERSANDS.sub("&", line)
    return fixes.unescape_html(_SURROGATES.sub(_join_surrogates, line))


def _join_surrogates(match: re.Match[str]) -> str:
    high, low = (int(match[n], 16) if match[n] else int(match[n + 1]) for n in (1, 3))
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match.group()
    return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


# Scripts that are written without spaces, where a zero-width space parts words
_UNSPACED = r"\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\ua980-\uaa7f"
_LETTER = r"0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff"
_HOLLOW = "\u00ad\u200b\u2060"
_USELESS = re.compile(
    rf"(?<=[^\s{_HOLLOW}{_UNSPACED}])[{_HOLLOW}]+(?=[^\s{_HOLLOW}{_UNSPACED}])"
    rf"|(?<=[{_LETTER}])[\u200c-\u200f]+(?=[{_LETTER}])"
)


def strip_invisible(line: str) -> str:
    r"""The line without soft hyphens and zero-width characters that do nothing but split words.

    Not all of them can go: Persian and the languages of India need joiners, emoji are built with them, Thai and Khmer
    part words by zero-width spaces, and Hebrew and Arabic need marks of direction beside brackets. So joiners and
    marks go only between letters of scripts that know neither, soft hyphens and zero-width spaces inside words; where
    they stand at a word's edge they part nothing and stay.

    >>> strip_invisible("news\u00adpaper re\u200bport, می\u200cخواهم")
    'newspaper report, می\u200cخواهم'
    """
    return _USELESS.sub("", line)


def line_edits(line: str, damaged: bool = True) -> list[tuple[int, int, str, str]]:
    """The edits (start, end, replacement, rule) that repair a line, in bytes of its UTF-8.

    The line may carry its line end, which stays. Not `damaged`, it is only normalised.
    """
    edits: list[tuple[int, int, str, str]] = []
    base = 0
    for piece in _pieces(line.rstrip("\n\r\x0b\x0c\u2028\u2029")):
        edits += ((base + start, base + end, new, rule) for start, end, new, rule in _piece_edits(piece, damaged))
        base += len(piece.encode())
    return edits


@lru_cache(maxsize=KNOWN_PIECES)
def _piece_edits(piece: str, damaged: bool) -> tuple[tuple[int, int, str, str], ...]:
    """The edits of a piece of a line, in its bytes."""
    repaired = repair_line(piece) if damaged else _normalized(piece)
    found = [] if repaired == piece else changes(piece, repaired)
    return tuple(
        (first := len(piece[:start].encode()), first + len(piece[start:end].encode()), replacement, rule)
        for start, end, replacement, rule in found
    )


_VIETNAMESE = re.compile(VIETNAMESE)


def _normalized(line: str) -> str:
    normalized = unicodedata.normalize("NFC", line)
    return line if normalized != line and _VIETNAMESE.search(line) else normalized


# A place where no damaged sequence goes on: behind white space, before what begins a word. (What stands for a byte from
# 80 to BF, in Latin-1 or Windows-1252, may be the rest of a sequence whose no-break space became a space.)
_CUT = re.compile("[ \t](?=[^ \t\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ])")


def _pieces(line: str) -> Iterator[str]:
    start = 0
    while len(line) - start > PIECE:
        cut = _CUT.search(line, start + PIECE // 2, start + LONGEST_PIECE)
        stop = cut.end() if cut else start + LONGEST_PIECE
        yield line[start:stop]
        start = stop
    yield line[start:]


def changes(before: str, after: str) -> Iterator[tuple[int, int, str, str]]:
    """The spans (start, end, replacement, rule) that lead from a line to its repair, in characters of `before`."""
    for start, end, replacement in editing.difference(before, after):
        yield start, end, replacement, _rule(before[start:end], replacement)


_CONTROLS = re.compile("[\x00-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]+|\x1b.*")


@lru_cache(maxsize=256)
def _rule(old: str, new: str) -> str:
    if not new and not _USELESS.sub("", old).strip("\u200b-\u200f\u00ad\u2060"):
        return "encoding/zero-width"
    if new in ("", " ") and _CONTROLS.fullmatch(old):
        return "encoding/control"
    if old.startswith("&") or old.endswith(";"):
        return "encoding/entity"
    if old in ("\r", "\r\n", "\u2028", "\u2029") or "\n" in new:
        return "encoding/line-end"
    if unicodedata.normalize("NFC", old) == new or any(map(unicodedata.combining, old)):
        return "encoding/nfc"
    return "encoding/mojibake"
