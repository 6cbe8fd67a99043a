"""Repairs of mojibake that ftfy does not see or repairs wrongly, each where its context leaves one reading only.

- `before_ftfy`: what ftfy would repair wrongly
- `after_ftfy`: what it leaves
- `join_vietnamese`: a word that it parts

Each takes and gives a line. None of them changes a line of clean news or of ordinary web pages.
"""

import re

from ftfy import bad_codecs

bad_codecs.ok()  # registers the sloppy-windows encodings

_OPENED = re.compile("â€œ|“|„|«")
_LOST_QUOTE = re.compile(r"(?<=\S)â€(?=[ .,;:!)\]]|$)")
_HALF_REPAIRED = re.compile("â\x80(?=â\x80[\x9c\x9d])â\x80(.)")

# Control characters that MacRoman has letters for and Windows-1252 has no sign for that stands inside a word
_MAC_LETTER = re.compile("(?<=[a-z])[\x86\x87\x88\x89\x8b\x8d\x8f\x90\x98\x99\x9b\x9d](?=[a-z])")
_C1 = re.compile("[\x80-\x9f]")

# What stands for the bytes 80 to BF; three characters of UTF-8 in a row, as they look when read in Windows-1252
_REST = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_CHINESE = re.compile(f"(?:[ã-é]{_REST}{{2}}){{3}}")
_CHINESE_BLANK = re.compile(f"(?<=[ä-é]) (?={_REST}[ã-ï])|(?<=[ä-é]{_REST}) (?=[ã-ï]{_REST})")
_HEBREW = re.compile(f"(?:×{_REST}){{3}}")


def before_ftfy(line: str) -> str:
    """Put back the last byte of a closing quotation mark where it was dropped, and what else ftfy would get wrong.

    ``”`` is E2 80 9D in UTF-8, and Windows-1252 has no character 9D, so much software drops it: ``â€œYes,â€ she
    said``. ftfy then reads the space behind it as a no-break space, and the three as a dagger. Here a quotation that
    was opened before is taken to close, as is one that ends in punctuation.

    Likewise dashes whose last byte, a quotation mark in Windows-1252, was encoded once more; and control characters
    inside words that are letters in MacRoman and no part of a word in Windows-1252; and, where a line is Chinese or
    Hebrew beyond doubt, spaces that were a no-break space, one byte of a character.

    >>> before_ftfy("â€œYes,â€ she said")
    'â€œYes,â€\\x9d she said'
    """
    if line.isascii():
        return line
    if not line.isprintable() and _MAC_LETTER.search(line):
        line = _C1.sub(lambda match: match.group().encode("latin-1").decode("mac-roman"), line)
    if "â" in line:
        line = _HALF_REPAIRED.sub(lambda match: "â\x80" + ("\x93" if match[1] == "\x9c" else "\x94"), line)
        line = _LOST_QUOTE.sub(_restored, line)
    if " " in line and _CHINESE.search(line):
        line = _CHINESE_BLANK.sub("\u00a0", line)
    elif "× " in line and _HEBREW.search(line):
        line = line.replace("× ×", "×\u00a0×")
    return line


def _restored(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    return "â€\x9d" if before[-1] in ".,!?…" or _OPENED.search(before) else match.group()


_ARING = re.compile(r"(?<![^\W_])Ã…(?=[a-z])")
_ITALIAN = re.compile(r"\b(pi|gi|laggi|quaggi|lass|quass|ges|virt|giovent|trib|schiavit|servit)√π(?!\w)", re.IGNORECASE)
_INVERTED = re.compile(r"(?<!\S)┬([┐í])(?=[A-Za-zÀ-ÿ]{2})")
_CYRILLIC = re.compile(r"(?<=[A-Za-z])Г[©ЁўЎ§«°±Ієѓ»јѕї®­¬](?=[A-Za-z])")
_CYRILLIC_A = re.compile(r"(?<!\S)Г (?=[a-z])")


def after_ftfy(line: str) -> str:
    """Repair sequences that are mojibake where they stand, though the same characters can be meant elsewhere.

    >>> after_ftfy("Ã…lesund, pi√π, ┬┐que?")
    'Ålesund, più, ¿que?'
    """
    if line.isascii():
        return line
    line = line.replace('â"¢', "™")  # whose quotation mark was straightened
    if "Ã…" in line:
        line = _ARING.sub("Å", line)
    if "√π" in line:
        line = _ITALIAN.sub(r"\1ù", line)
    if "┬" in line:
        line = _INVERTED.sub(lambda match: "¿" if match[1] == "┐" else "¡", line)
    if "Г" in line and _CYRILLIC.search(line):  # French or Spanish that was read as Windows-1251: a lone Г is an à
        line = _CYRILLIC.sub(_from_cyrillic, line)
        line = _CYRILLIC_A.sub("à ", line)
    return line


def _from_cyrillic(match: re.Match[str]) -> str:
    return match.group().encode("sloppy-windows-1251").decode("utf-8", "replace")


_VIETNAMESE_LETTER = re.compile("[\u1ea0-\u1ef9]")
_PARTED = re.compile(r"(?<=[A-Za-zđ])à (?=(?:i|m|n|ng|nh|o|u|y)(?!\w))")


def join_vietnamese(line: str) -> str:
    """Join Vietnamese words that ftfy parts: ``hÃ i`` is ``hài``, not ``hà i``.

    The no-break space that is the second byte of ``à`` often becomes a space. ftfy keeps the space, as French needs
    it; in Vietnamese no word is what stands behind it here. For lines that ftfy repaired.

    >>> join_vietnamese("hà i mới")
    'hài mới'
    """
    return _PARTED.sub("à", line) if _VIETNAMESE_LETTER.search(line) else line
