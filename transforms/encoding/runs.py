"""Read lines again that were read in the wrong encoding from end to end.

- `reread`: a line in, the line as it was meant out

ftfy looks for what no text would hold. Polish, Greek or French read as Cyrillic, MacRoman or the code page of DOS holds
nothing like that: letters beside letters, dashes beside vowels. What gives it away is that all of its runs of
characters beyond ASCII, put back into bytes, are UTF-8, and that this spells letters which can stand where they do.
By chance that does not happen twice in a line.
"""

from __future__ import annotations

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


def _pattern() -> str:
    """RE2's pattern for a letter of one of the three scripts, or a sign, that was read in one of the encodings."""
    seconds: dict[str, set[str]] = {}
    for encoding in _ENCODINGS:
        for character in _LATIN + _GREEK + _CYRILLIC + _SIGNS:
            try:
                read = character.encode().decode(encoding)
            except UnicodeDecodeError:
                continue
            seconds.setdefault(read[0], set()).add(read[1])
    return "|".join(f"{first}[{''.join(sorted(rest))}]" for first, rest in sorted(seconds.items()))


MISREAD = _pattern()
"""For RE2: lines that `reread` may change."""

_RUN = re.compile("[^\x00-\x7f]+")

# What a line has to bring together to be read again; see `_evidence`
_ENOUGH = 6
_IMPOSSIBLE = -1_000_000


def reread(line: str) -> str:
    """The line with its UTF-8 read as such, where it was read as one of seven other encodings and that is certain.

    >>> reread("WedЕ‚ug innych badaЕ„, ktГіre..."), reread("heΓÇÖll be"), reread("–ü–æ—Å–ª–µ")
    ('Według innych badań, które...', 'he’ll be', 'После')
    >>> reread("ВІКІ, NICIODATĂ™ – ├┤a┼┐a")  # meant as they are
    'ВІКІ, NICIODATĂ™ – ├┤a┼┐a'
    """
    runs = list(_RUN.finditer(line))
    for encoding in _ENCODINGS:
        read = _read(runs, encoding)
        if read and sum(_evidence(line, run, text) for run, text in zip(runs, read, strict=True)) >= _ENOUGH:
            return "".join(part for pair in zip(_RUN.split(line), [*read, ""], strict=True) for part in pair)
    return line


def _read(runs: list[re.Match[str]], encoding: str) -> list[str]:
    """All runs as UTF-8, or none where one is no UTF-8 or cannot be in this encoding."""
    try:
        return [run.group().encode(encoding).decode() for run in runs]
    except UnicodeError:
        return []


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
