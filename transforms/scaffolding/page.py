"""What a page's lines say about the page: its headline, who wrote it and when, and whether it is an article.

- `prose`: which lines are sentences of a story's kind, and how much of them stands before each line
- `headlines`: the line that is the page's headline
- `moment`: a date as people write it, as microseconds since 1970
"""

from __future__ import annotations

import datetime
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from transforms import editing, native
from transforms.scaffolding.lines import Array, Lines

SENTENCE_END = r"""(?:[.!?…。！？;；][)\]"'”’»」』]*|["”»」』])[\s|]*$"""  # tables leave bars behind their cells
SENTENCE_WORDS = 9  # fewer words before a full stop are as often a slogan
WIDE_SCRIPT = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"  # scripts that put no space between words
WIDE_SENTENCE = 18  # characters of those scripts that make a sentence
WIDE_BYTES = 3  # bytes that such a character has at least
HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# Python's own engine, for each line of many: RE2 costs ten times as much a call, and this pattern is linear in both.
WORD = re.compile(f"[{HAN}]|[^\\W_]+")
ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)).ljust(256)  # the same
HEADLINE_WORDS, MOST_WORDS = (3, 30), 60  # of a headline that is told by its shape, and by the title
FEWEST_SAID = 3  # words that a title has, and a line that says it
UNKNOWN = 2  # beside no and yes
NO_HEADLINE = re2.compile(r"^(?:[•·*▪►»>›‣◦–—-]|\d+[.)])\s|[.:;,|]$")  # list items, sentences, what announces a list
DATE_PARTS, ASCII_DATE_PARTS = re2.compile(r"\d+|\p{L}+"), re.compile("[0-9]+|[a-z]+")  # the same on ASCII, and faster
HEADLINE_REACH = 20  # lines above the first sentence in which a headline is looked for

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar janvier enero janeiro gennaio januari stycznia января ιανουαρίου",
            "feb februar février fevrier febrero fevereiro febbraio februari lutego февраля φεβρουαρίου",
            "mar märz mars marzo março maart marca марта μαρτίου",
            "apr april avril abril aprile kwietnia апреля απριλίου",
            "may mai mayo maio maggio mei maja мая μαΐου",
            "jun juni juin junio junho giugno czerwca июня ιουνίου",
            "jul juli juillet julio julho luglio lipca июля ιουλίου",
            "aug august août aout agosto augustus sierpnia августа αυγούστου",
            "sep september septembre septiembre setembro settembre września сентября σεπτεμβρίου",
            "oct okt oktober octobre octubre outubro ottobre października октября οκτωβρίου",
            "nov november novembre noviembre novembro listopada ноября νοεμβρίου",
            "dec dez dezember décembre decembre diciembre dezembro dicembre december grudnia декабря δεκεμβρίου",
        ),
        1,
    )
    for name in names.split()
}


def prose(lines: Lines) -> tuple[Array, Array]:
    """bool a line, whether it is a sentence of a story's kind; int64, hundredths of the page's prose before it.

    A sentence ends like one and has nine words, or as much text in a script without spaces. What stands before is
    counted in bytes, and 0 throughout on a page without prose.
    """
    distinct = lines.distinct
    ends = pc.match_substring_regex(distinct, SENTENCE_END).to_numpy(zero_copy_only=False)
    long = lines.distinct_words >= SENTENCE_WORDS
    size = pc.binary_length(distinct).to_numpy(zero_copy_only=False)
    few = np.flatnonzero(ends & ~long & (size >= WIDE_BYTES * WIDE_SENTENCE))
    wide = pc.count_substring_regex(distinct.take(pa.array(few)), WIDE_SCRIPT)
    long[few] = wide.to_numpy(zero_copy_only=False) >= WIDE_SENTENCE
    sentence = (ends & long)[lines.code]
    weight = np.where(sentence, lines.end - lines.start, 0)
    total = np.append(0, np.cumsum(weight))
    here, behind = total[lines.first[lines.page]], total[lines.first[lines.page + 1]]
    return sentence, 100 * (total[:-1] - here) // np.maximum(behind - here, 1)


def headlines(lines: Lines, body: Array, plain: Array, scores: Array, titles: pa.Array) -> Array:
    """The line that is each page's headline, as int64 index into the lines, -1 where there is none.

    `body` is bool a line: a sentence of the article. With a title it is the line that says the same (titles often carry
    the site's name besides): the last such line above the article's first sentence, else the first on the page. Without
    one it is, of the lines close above that sentence that could be a headline, the one of the highest of `scores`, and
    of equals the nearest: `plain` (no rule knows it), no list item, of three to thirty words and no sentence.
    """
    begin = lines.first[1:].copy()
    at = np.flatnonzero(body)
    np.minimum.at(begin, lines.page[at], at)
    found = _by_title(lines, begin, titles)
    for page in np.flatnonzero((found < 0) & (begin < lines.first[1:])).tolist():
        found[page] = _shaped(lines, plain, scores, int(lines.first[page]), int(begin[page]))
    return found


def moment(text: str) -> int | None:
    """A date as microseconds since 1970 UTC, at midnight; None where day and month cannot be told apart."""
    words = (ASCII_DATE_PARTS if text.isascii() else DATE_PARTS).findall(text.lower())
    numbers = [int(word) for word in words if word.isascii() and word.isdigit()]
    month = next((MONTHS[word] for word in words if word in MONTHS), None)
    month = month or next((MONTHS[word[:3]] for word in words if word[:3] in MONTHS and len(word) > 3), None)
    year = next((number for number in numbers if 1900 <= number <= 2100), None)
    if year is None:
        return None
    rest = numbers[:]
    rest.remove(year)
    if month is not None:
        day = rest[0] if rest else 0
    elif len(rest) < 2:
        return None
    elif numbers[0] == year:
        month, day = rest[:2]
    elif rest[0] > 12 >= rest[1]:
        day, month = rest[:2]
    elif rest[1] > 12 >= rest[0] or rest[0] == rest[1]:
        month, day = rest[:2]
    else:
        return None
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    return (date - datetime.date(1970, 1, 1)).days * 86_400_000_000


def _word_for_word(lines: Lines, begin: Array, titles: pa.Array) -> Array:
    """int64 a page: the last line up to `begin` that is the page's title, as most pages have one; -1 for none."""
    above = np.flatnonzero((lines.words <= MOST_WORDS) & (np.arange(len(lines)) <= begin[lines.page]))
    texts = lines.distinct.take(pa.array(lines.code[above]))
    same = pc.fill_null(pc.equal(texts, titles.take(pa.array(lines.page[above]))), False)
    above = above[same.to_numpy(zero_copy_only=False)]
    found = np.full(lines.pages, -1, np.int64)
    found[lines.page[above]] = above
    return found


def _by_title(lines: Lines, begin: Array, titles: pa.Array) -> Array:
    """int64 a page: the last line up to `begin` that says the page's title, or else the first; -1 for none."""
    found = _word_for_word(lines, begin, titles)
    looked = _others(lines, begin, titles, found)
    few, says = _compared(lines, titles, looked)
    found[few] = -1
    looked = looked[says & ~few[lines.page[looked]]]
    early = looked <= begin[lines.page[looked]]
    for at in (looked[~early][::-1], looked[early]):  # of several lines of a page, the last of these stays
        found[lines.page[at]] = at
    return found


def _others(lines: Lines, begin: Array, titles: pa.Array, found: Array) -> Array:
    """Lines that may yet be a page's headline by its title: below what was found, down to `begin`."""
    at, said = np.arange(len(lines)), found[lines.page]
    titled = titles.is_valid().to_numpy(zero_copy_only=False)[lines.page]
    reached = (at > said) & ((said < 0) | (at <= begin[lines.page]))
    return np.flatnonzero(titled & reached & (lines.words <= MOST_WORDS))


def _compared(lines: Lines, titles: pa.Array, looked: Array) -> tuple[Array, Array]:
    """bool a page: its title has too few words to be told by them; bool for each line looked at: it says the title."""
    few, says = np.full(lines.pages, UNKNOWN, np.uint8), np.full(len(looked), UNKNOWN, np.uint8)
    if native.BUILT:  # which leaves what has letters beyond ASCII
        few, says = native.titles.compared(lines, *editing.buffers(titles), looked, FEWEST_SAID)
    asked, page = np.flatnonzero(says == UNKNOWN), lines.page[looked]
    needed = np.unique(np.append(np.flatnonzero(few == UNKNOWN), page[asked]))
    words = {
        page: _words(title or "")
        for page, title in zip(needed.tolist(), titles.take(pa.array(needed)).to_pylist(), strict=True)
    }
    for at, said in words.items():
        few[at] = len(said) < FEWEST_SAID
    texts = lines.distinct.take(pa.array(lines.code[looked[asked]])).to_pylist()
    for at, of, text in zip(asked.tolist(), page[asked].tolist(), texts, strict=True):
        says[at] = _says(text, words[of])
    return few.astype(bool), says.astype(bool)


def _words(text: str) -> set[str]:
    """The words of a text in small letters."""
    if text.isascii():
        return set(text.encode().translate(ASCII_WORDS).decode().split())
    return set(WORD.findall(text.lower()))


def _says(text: str, said: set[str]) -> bool:
    """Whether a line shares four fifths of its words with a title, and has half as many as that."""
    fewest = max(FEWEST_SAID, -(-2 * len(said) // 5))  # four fifths of half as many
    if 2 * len(text) < sum(sorted(map(len, said))[:fewest]):  # a letter may have two in lower case
        return False
    if not text.isascii() and sum(map(text.lower().__contains__, said)) < fewest:  # most lines end here
        return False
    own = _words(text)
    return len(own) >= FEWEST_SAID and 10 * len(said & own) >= 8 * len(own) and 2 * len(own) >= len(said)


def _shaped(lines: Lines, plain: Array, scores: Array, top: int, begin: int) -> int:
    best = -1
    for line in range(begin - 1, max(top, begin - HEADLINE_REACH) - 1, -1):
        fits = plain[line] and HEADLINE_WORDS[0] <= lines.words[line] <= HEADLINE_WORDS[1]
        if not fits or (best >= 0 and scores[line] <= scores[best]):
            continue
        if not NO_HEADLINE.search(lines.distinct[int(lines.code[line])].as_py()):
            best = line
    return best
