"""Read lines again that were read in the wrong encoding from end to end.

- `reread`: a line that is mojibake from end to end in, the line as it was meant out
- `reread_parts`: the same for a line that is mojibake in places

ftfy looks for what no text would hold. Polish, Greek or French read as Cyrillic, MacRoman or the code page of DOS holds
nothing like that: letters beside letters, dashes beside vowels. What gives it away is that all of its runs of
characters beyond ASCII, put back into bytes, are UTF-8, and that this spells letters which can stand where they do.
By chance that does not happen twice in a line.
"""

from __future__ import annotations

import contextlib
import functools
import re

from ftfy import bad_codecs

bad_codecs.ok()  # registers the sloppy-windows encodings

# ftfy reads Latin-1, Windows-1252 and -1254 well
_ENCODINGS = (
    "sloppy-windows-1251",
    "sloppy-windows-1250",
    "sloppy-windows-1253",
    "sloppy-windows-1257",
    "iso-8859-2",
    "mac-roman",
    "cp437",
)

# Letters that newspapers write; Maltese and Esperanto are left out, as their letters are what Finnish capitals give
_LATIN = "".join(map(chr, range(0xC0, 0x100))).translate(dict.fromkeys(map(ord, "×÷"))) + (
    "ĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĢģĩĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘřŚśŞşŠšŢţŤťũŪūŮůŰűŲųŴŵŶŷŹźŻżŽžȘșȚț"
)
_GREEK = "ΆΈΉΊΌΎΏ" + "".join(map(chr, [*range(0x390, 0x3A2), *range(0x3A3, 0x3CF)]))
_CYRILLIC = "".join(map(chr, range(0x400, 0x460))) + "Ґґ"
_TWO_BYTE_SIGNS = "«»°§£©®·¿¡\u00a0"
_SIGNS = "‘’‚“”„–—…•€™"
_ENDS = "…’”“»®™–—\u00a0"  # may stand behind a word that ends in one odd letter


# What stands for the bytes 80 to 9F in Windows-1252, as the control characters that Latin-1 has there
_TO_LATIN_1 = {ord(bytes([byte]).decode("sloppy-windows-1252")): byte for byte in range(0x80, 0xA0)}


def _encode(text: str, encoding: str) -> bytes:
    """The bytes that were read as `text`; Latin-1 may be mixed with Windows-1252. Raises UnicodeEncodeError."""
    return text.translate(_TO_LATIN_1).encode(encoding) if encoding == "latin-1" else text.encode(encoding)


def _misread(encoding: str, characters: str) -> str:
    """A pattern, for `re` and RE2, of the characters above U+007F as they look where their bytes were so read."""
    seconds: dict[str, set[str]] = {}
    for character in characters:
        with contextlib.suppress(UnicodeDecodeError):
            read = character.encode().decode(encoding)
            seconds.setdefault(read[0], set()).add(read[1])
            if encoding == "latin-1":
                seconds[read[0]].add(read[1].encode("latin-1").decode("sloppy-windows-1252"))
    return "|".join(f"{first}[{''.join(sorted(rest))}]" for first, rest in sorted(seconds.items()))


_LETTERS = _LATIN + _GREEK + _CYRILLIC
MISREAD = "|".join(
    [rf"\p{{Ll}}(?:{_misread('latin-1', _LETTERS)})", *(_misread(name, _LETTERS + _SIGNS) for name in _ENCODINGS)]
)
"""For RE2: lines that `reread` and `reread_parts` may change."""

_PARTS = {name: re.compile(f"(?:{_misread(name, _LETTERS)})+") for name in ("latin-1", *_ENCODINGS)}

_RUN = re.compile("[^\x00-\x7f]+")

# What each encoding can be asked for without an exception, which is slow
_CHARACTERS = {name: frozenset(bytes(range(0x100)).decode(name)) for name in _ENCODINGS}

# What a line has to bring together to be read again; see `_evidence`
_ENOUGH = 6
_IMPOSSIBLE = -1_000_000

# And how many words have to show that parts of it do
_WORDS = 2


def reread(line: str) -> str:
    """The line with its UTF-8 read as such, where it was read as one of seven other encodings and that is certain.

    >>> reread("WedЕ‚ug innych badaЕ„, ktГіre..."), reread("heΓÇÖll be"), reread("–ü–æ—Å–ª–µ")
    ('Według innych badań, które...', 'he’ll be', 'После')
    >>> reread("ВІКІ, NICIODATĂ™ – ├┤a┼┐a")  # meant as they are
    'ВІКІ, NICIODATĂ™ – ├┤a┼┐a'
    """
    runs = list(_RUN.finditer(line))
    beyond = set().union(*(run.group() for run in runs))
    for encoding in _ENCODINGS:
        read = _read(runs, encoding) if beyond <= _CHARACTERS[encoding] else []
        if read and sum(_evidence(line, run, text) for run, text in zip(runs, read, strict=True)) >= _ENOUGH:
            return "".join(part for pair in zip(_RUN.split(line), [*read, ""], strict=True) for part in pair)
    return line


def _read(runs: list[re.Match[str]], encoding: str) -> list[str]:
    """All runs as UTF-8, or none where one is no UTF-8 or cannot be in this encoding."""
    try:
        return [_encode(run.group(), encoding).decode() for run in runs]
    except UnicodeError:
        return []


def reread_parts(line: str) -> str:
    """The line with letters read again inside words, where two words at least show that it is mojibake in places.

    >>> reread_parts("którą okreÅ›lajÄ… lÃ¶gnare „Åšwiat”")
    'którą określają lögnare „Świat”'
    >>> reread_parts("– DrÃ¥ber")  # once may be meant
    '– DrÃ¥ber'
    """
    for encoding, pattern in _PARTS.items():
        parts = [(part, _read([part], encoding)) for part in pattern.finditer(line)]
        if sum(_in_word(line, part, text[0]) for part, text in parts if text) >= _WORDS:
            line = pattern.sub(functools.partial(_reread_part, encoding=encoding), line)
    return line


def _reread_part(part: re.Match[str], encoding: str) -> str:
    return "".join(_read([part], encoding)) or part.group()


def _in_word(line: str, part: re.Match[str], text: str) -> bool:
    """Whether a small letter that reads as `text` stands between small letters of its script, read as no such thing."""
    before, after = line[max(0, part.start() - 1) : part.start()], line[part.end() : part.end() + 1]
    letters = (before, *text, after)
    if not all(map(str.islower, letters)) or part.group()[0].islower():
        return False
    return len(set(map(_script, letters))) == 1


def _script(letter: str) -> str:
    if letter in _GREEK:
        return "greek"
    return "cyrillic" if letter in _CYRILLIC else "latin"


def _evidence(line: str, run: re.Match[str], text: str) -> int:
    """How much a run that reads as `text` speaks for reading the line so.

    A sign of three bytes counts 6, and so does a small letter in a word of small letters; all else counts 2. A letter
    of another script than its neighbours', or a character that news does not hold, makes the reading impossible.
    """
    before, after = line[max(0, run.start() - 1) : run.start()], line[run.end() : run.end() + 1]
    scripts = {"latin"} if any(c.isascii() and c.isalpha() for c in (before, after)) else set()
    inside = before.islower() and after.islower()
    if run.group()[0] > "\u024f":  # a Cyrillic or Greek letter, a sign: what has it to do in a Latin word?
        inside |= after.islower() or (before.islower() and run.group()[-1] not in _ENDS)
    total = 0
    for character in text:
        if character in _SIGNS:
            total += 6
        elif character in _TWO_BYTE_SIGNS:
            total += 2 * (character != "\u00a0")
        elif character in _LATIN or "\u1ea0" <= character <= "\u1ef9":
            scripts.add("latin")
            total += 6 if inside and character.islower() else 2
        elif character in _GREEK or character in _CYRILLIC:
            scripts.add("greek" if character in _GREEK else "cyrillic")
            total += 2
        else:
            return _IMPOSSIBLE
    return total if len(scripts) <= 1 else _IMPOSSIBLE
