"""What a line looks like, in numbers: the columns that the line model reads.

`features` is useful alone: it takes a batch of lines and gives an int16 array a feature, by name, with an entry a line.
All are integers made of integers (counts, hundredths, distances), so they are the same on every CPU; a line's
features depend on its page and on nothing else in the batch. Phrases of a language come in as families of rules only.

The features follow what prototypes of such cleaners were found to live on: length, end punctuation, small words and
capitals of a line; density of sentences around it and distance to the nearest; the share of the page's prose before and
after; words shared with the page's prose; which kinds of scaffolding stood before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms import native
from transforms.marks import marked_before
from transforms.scaffolding.columns import FAR, Columns, Page, best_stretch, share
from transforms.scaffolding.lines import Array, Lines, split
from transforms.scaffolding.matching import Hits
from transforms.scaffolding.rules import Rule
from transforms.scaffolding.threads import thread_starts
from transforms.scaffolding.words import Vocabulary, vocabulary

FAMILIES: dict[str, tuple[str, ...]] = {
    "ad": ("ad",),
    "account": ("account",),
    "app": ("app", "scmp"),
    "attribution": ("attribution",),
    "bio": ("bio",),
    "byline": ("byline",),
    "caption": ("caption",),
    "comments": ("comments", "wordpress", "blogger", "disqus"),
    "cookie": ("cookie",),
    "copyright": ("copyright",),
    "dateline": ("dateline",),
    "error": ("error",),
    "legal": ("legal",),
    "media": ("media",),
    "more": ("more",),
    "nav": ("nav",),
    "paywall": ("paywall",),
    "related": ("related",),
    "share": ("share",),
    "signup": ("signup",),
    "social": ("social",),
    "tags": ("tags",),
    "tools": ("tools",),
}
OPENERS = ("comments", "related", "dateline")  # families that open what is no article
ENDERS = ("copyright", "tags", "share", "bio", "signup", "attribution", "legal")  # and that stand behind one


# what a line ends or begins with, from least to most like a sentence
ENDINGS = {
    "other": 0,
    "letter": 1,
    "digit": 2,
    "comma": 3,
    "colon": 4,
    "ellipsis": 5,
    "bracket": 6,
    "quote": 7,
    "ask": 8,
    "stop": 9,
}
BEGINNINGS = {"other": 0, "bullet": 1, "digit": 2, "lower": 3, "wide": 4, "upper": 5, "quote": 6}


def family_bits(lines: Lines, hits: Hits, rules: Sequence[Rule]) -> Array:
    """int64 a distinct line: a bit for each of FAMILIES whose rules it hits."""
    own = {family: n for n, families in enumerate(FAMILIES.values()) for family in families}
    bits = np.array([1 << own[rule.family] if rule.family in own else 0 for rule in rules], np.int64)
    found = np.zeros(len(lines.distinct), np.int64)
    np.bitwise_or.at(found, hits.line, bits[hits.rule])
    return found


def family_hit(bits: Array, name: str) -> Array:
    """bool for each of `family_bits`: one of FAMILIES is hit."""
    return bits >> list(FAMILIES).index(name) & 1 == 1


def features(lines: Lines, families: Array, sentence: Array, titles: pa.Array) -> dict[str, Array]:
    """Features by name, int16, an entry a line.

    `families` is int64 a distinct line, a bit for each of FAMILIES that it hits; `sentence` is bool a line; `titles`
    are strings, null where a page has none: its first line is taken for it then.
    """
    out = Columns()
    page = Page.of(lines)
    words = vocabulary(lines, split(_titles(lines, titles)), sentence)
    look = _looks(lines, words, out)
    hits = families[lines.code]
    _families(page, hits, out)
    comments, dates = (family_hit(families, name) for name in ("comments", "dateline"))
    begins = thread_starts(lines, comments, dates, sentence)[lines.page]
    out.add("thread", np.where(begins < page.bottom, np.clip(page.at - begins, -FAR, 400), -FAR))
    _surroundings(page, look, hits, sentence, out)
    _places(lines, page, look, sentence, out)
    _vocabulary(page, words, out)
    _headline(lines, page, words, sentence, titles, out)
    return out.rows


def _looks(lines: Lines, words: Vocabulary, out: Columns) -> dict[str, Array]:
    """The line by itself; hands back what its neighbours want to know of it."""
    size = lines.end - lines.start
    ending, beginning = _edges(lines)
    look = {
        "words": out.add("words", lines.words),
        "ending": out.add("ending", ending),
        "beginning": out.add("beginning", beginning),
        "small": out.add("small", share(words.small, lines.words)),
        "capitals": out.add("capitals", share(words.capital, lines.words)),
        "blanks": out.add("blanks", np.minimum(lines.blanks, 5)),
    }
    out.add("bytes", size)
    out.add("bytes-a-word", 10 * size // lines.words)
    out.add("small-words", words.small)
    out.add("reader", share(words.reader, lines.words))
    out.add("speech", words.speech)
    out.add("capital-words", words.capital)
    out.add("indent", np.minimum(lines.start - lines.opening, 20))
    counts = _counts(lines)
    for name in ("digits", "upper", "high"):
        out.add(name, share(counts[name], size))
    for name in ("commas", "stops", "bars", "quotes", "links"):
        out.add(name, counts[name])
    return look


CLASSES = {
    "digits": b"0123456789",
    "upper": bytes(range(65, 91)),
    "high": bytes(range(128, 256)),
    "commas": b",",
    "stops": b".!?",
    "bars": b"|>*#",
    "quotes": b'"',
    "links": b"@/_={}[]",
}


def _counts(lines: Lines) -> dict[str, Array]:
    """How many bytes of each class of CLASSES every line holds."""
    if native.BUILT:
        return dict(zip(CLASSES, native.classes.counts(lines, _units()), strict=True))
    table = bytearray(256)
    for number, members in enumerate(CLASSES.values()):
        for byte in members:
            table[byte] = 1 << number
    kind = np.frombuffer(lines.raw.tobytes().translate(bytes(table)), np.uint8)
    edges = np.stack((lines.start, lines.end)) + lines.offset[lines.page]
    return {
        name: np.subtract(*marked_before(kind & np.uint8(1 << number), edges)[::-1])
        for number, name in enumerate(CLASSES)
    }


def _units() -> Array:
    """uint64 a byte: what it counts in a number that has a byte for each of CLASSES."""
    units = np.zeros(256, np.uint64)
    for number, members in enumerate(CLASSES.values()):
        units[list(members)] = 1 << 8 * number
    return units


def _edges(lines: Lines) -> tuple[Array, Array]:
    """What each line ends and begins with: values of ENDINGS and BEGINNINGS."""
    base = lines.offset[lines.page]
    raw = lines.raw
    start, end = lines.start + base, lines.end + base
    last, third, second = raw[end - 1], raw[np.maximum(end - 3, start)], raw[np.maximum(end - 2, start)]
    kinds = np.zeros(256, np.int64)
    kinds[[*range(65, 91), *range(97, 123), *range(128, 256)]] = ENDINGS["letter"]
    for members, name in (
        (b"0123456789", "digit"),
        (b",;", "comma"),
        (b":", "colon"),
        (b")]", "bracket"),
        (b"\"'", "quote"),
        (b"?!", "ask"),
        (b".", "stop"),
    ):
        kinds[list(members)] = ENDINGS[name]
    ending = kinds[last]
    ending[(last == 46) & (second == 46)] = ENDINGS["ellipsis"]
    # UTF-8 of three bytes: curly quotes and the ellipsis, CJK stops and quotes, full-width ? and !
    general, cjk, full = (
        (third == 0xE2) & (second == 0x80),
        (third == 0xE3) & (second == 0x80),
        (third == 0xEF) & (second == 0xBC),
    )
    ending[general & ((last == 0x9D) | (last == 0x99))] = ENDINGS["quote"]
    ending[general & (last == 0xA6)] = ENDINGS["ellipsis"]
    ending[cjk & (last == 0x82)] = ENDINGS["stop"]
    ending[cjk & ((last == 0x8D) | (last == 0x8F))] = ENDINGS["quote"]
    ending[full & ((last == 0x81) | (last == 0x9F))] = ENDINGS["ask"]
    ending[full & ((last == 0x9A) | (last == 0x8C) | (last == 0x9B))] = ENDINGS["colon"]
    ending[full & (last == 0x89)] = ENDINGS["bracket"]
    ending[(second == 0xC2) & (last == 0xBB)] = ENDINGS["quote"]

    padded = np.append(raw, np.zeros(2, np.uint8))
    first, second, third = padded[start], padded[start + 1], padded[start + 2]
    kinds = np.zeros(256, np.int64)
    for low, high, name in (
        (97, 123, "lower"),
        (65, 91, "upper"),
        (48, 58, "digit"),
        (0xC3, 0xE0, "lower"),
        (0xE3, 0xF0, "wide"),
    ):
        kinds[low:high] = BEGINNINGS[name]
    kinds[[34, 39]] = BEGINNINGS["quote"]
    kinds[[42, 45]] = BEGINNINGS["bullet"]
    beginning = kinds[first]
    beginning[
        (first == 0xD0) & (second <= 0xAF) | (first == 0xCE) & (second <= 0xAB) | (first == 0xC3) & (second <= 0x9E)
    ] = BEGINNINGS["upper"]
    beginning[(first == 0xE2) & (second == 0x80) & ((third == 0x9C) | (third == 0x98))] = BEGINNINGS["quote"]
    beginning[(first == 0xE2) & (second == 0x80) & ((third == 0xA2) | (third == 0xA3))] = BEGINNINGS["bullet"]
    beginning[(first == 0xC2) & ((second == 0xB7) | (second == 0xBB))] = BEGINNINGS["bullet"]
    return ending, beginning


def _families(page: Page, hits: Array, out: Columns) -> None:
    """Which families of rules the line hits, and how long ago others were hit."""
    any_hit = page.sums(hits != 0)
    for name in FAMILIES:
        out.add(f"is-{name}", family_hit(hits, name))
    out.add("hits", np.bitwise_count(hits.astype(np.uint64)))
    out.add("hits-2", any_hit.window(2, 2))
    out.add("hits-6", any_hit.window(6, 6))
    out.add("hits-page", share(any_hit.whole(), page.bottom - page.top))
    enders = np.zeros(len(hits), bool)
    for name in ENDERS:
        enders |= family_hit(hits, name)
    for name, mark in (*((name, family_hit(hits, name)) for name in OPENERS), ("end", enders)):
        out.add(f"since-{name}", page.since(mark))
        out.add(f"until-{name}", page.until(mark))
        marks = page.sums(mark)
        out.add(f"before-{name}", marks.before())
        out.add(f"around-{name}", marks.window(8, 8))


def _surroundings(page: Page, look: dict[str, Array], hits: Array, sentence: Array, out: Columns) -> None:
    """What stands above and below."""
    told, hit = out.add("sentence", sentence), (hits != 0).astype(np.int16)
    for step in (-3, -2, -1, 1, 2, 3):
        near = look if abs(step) < 3 else {"words": look["words"]}
        for name, values in near.items():
            if name != "blanks" or step == 1:
                out.add(f"{name}{step:+}", page.neighbour(values, step))
        out.add(f"sentence{step:+}", page.neighbour(told, step))
        out.add(f"hit{step:+}", page.neighbour(hit, step))
    words, sentences = page.sums(np.minimum(look["words"], 60)), page.sums(sentence)
    for reach in (2, 5, 12, 30):
        first, behind = page.reach(reach, reach)
        out.add(f"words-near-{reach}", 10 * words.window(reach, reach) // (behind - first))
        out.add(f"sentences-near-{reach}", share(sentences.window(reach, reach), behind - first))
    for reach in (3, 10):
        above, below = np.minimum(page.at - page.top, reach), np.minimum(page.bottom - 1 - page.at, reach)
        out.add(f"sentences-above-{reach}", share(sentences.window(reach, -1), above))
        out.add(f"sentences-below-{reach}", share(sentences.window(-1, reach), below))
    since, until = page.since(sentence), page.until(sentence)
    out.add("since-sentence", since)
    out.add("until-sentence", until)
    out.add("gap", np.minimum(since + until, FAR))
    single = page.window(look["words"] <= 3, 3, 3)
    out.add("short-3", single)
    out.add("bullets-3", page.window(look["beginning"] == BEGINNINGS["bullet"], 3, 3))


def _places(lines: Lines, page: Page, look: dict[str, Array], sentence: Array, out: Columns) -> None:
    """Where on the page the line stands, and what kind of page it is."""
    size = lines.end - lines.start
    count = page.bottom - page.top
    weight = np.where(sentence, size, 0)
    weights, sizes = page.sums(weight), page.sums(size)
    mass, all_bytes = weights.whole(), sizes.whole()
    out.add("from-top", np.minimum(page.at - page.top, 200))
    out.add("from-bottom", np.minimum(page.bottom - 1 - page.at, 200))
    out.add("place", 1000 * (page.at - page.top) // np.maximum(count, 1))
    out.add("bytes-before", 1000 * sizes.before() // np.maximum(all_bytes, 1))
    before = 1000 * weights.before() // np.maximum(mass, 1)
    out.add("prose-before", before)
    out.add("prose-behind", 1000 - before - 1000 * weight // np.maximum(mass, 1))
    out.add("prose-above", np.minimum(weights.before(), 30000))
    out.add("page-lines", count)
    out.add("page-bytes", all_bytes // 16)
    out.add("page-prose", share(mass, all_bytes))
    out.add("page-sentences", page.total(sentence))
    out.add("page-line", all_bytes // np.maximum(count, 1))
    out.add("page-broken", share(page.total(lines.blanks > 1), count))
    out.add("page-short", share(page.total(look["words"] <= 3), count))
    out.add("page-capitals", page.total(look["capitals"]) // np.maximum(count, 1))
    out.add("repeats", page.repeats(lines.code, len(lines.distinct)))
    told = np.minimum(lines.words, 80)
    first, last, gain = best_stretch(lines, np.where(sentence, told, -4))
    out.add("stretch-from", np.clip(page.at - first[page.page], -FAR, 400))
    out.add("stretch-to", np.clip(last[page.page] - page.at, -FAR, 400))
    out.add("stretch-share", share(gain[page.page], page.total(np.where(sentence, told, 0))))


def _vocabulary(page: Page, words: Vocabulary, out: Columns) -> None:
    """How many of the line's longer words the page's other sentences use."""
    out.add("known", share(words.known, words.long))
    out.add("known-often", share(words.often, words.long))
    out.add("long-words", words.long)
    out.add("known-5", share(page.window(words.known, 5, 5), page.window(words.long, 5, 5)))


def _headline(lines: Lines, page: Page, words: Vocabulary, sentence: Array, titles: pa.Array, out: Columns) -> None:
    """What the line shares with the page's title, and where lines stand that say the title."""
    shared, whole = words.titled, words.named[page.page]
    own, cover = share(shared, lines.words), np.minimum(share(shared, whole), 200)
    same = (own >= 80) & (cover >= 50) & (lines.words >= 3)
    out.add("titled", titles.is_valid().to_numpy(zero_copy_only=False)[page.page])
    out.add("title-share", own)
    out.add("title-cover", cover)
    out.add("title-5", page.window(shared * (lines.words > 3), 5, 5))
    out.add("since-title", page.since(same))
    out.add("until-title", page.until(same))
    out.add("titles-before", page.before(same))
    out.add("titles-behind", page.total(same) - page.before(same) - same)
    since = page.last(same)
    total = np.append(0, np.cumsum(sentence, dtype=np.int64))
    seen = total[:-1] - total[np.where(since >= page.top, since, page.at)]
    out.add("sentences-since-title", np.where(since >= page.top, np.minimum(seen, 200), -1))


def _titles(lines: Lines, titles: pa.Array) -> pa.Array:
    """The pages' titles; the first line stands in where there is none."""
    full = np.flatnonzero(np.diff(lines.first))
    at = np.zeros(lines.pages, np.int64)
    at[full] = lines.code[lines.first[full]]
    nothing = np.ones(lines.pages, bool)
    nothing[full] = False
    return pc.coalesce(titles, lines.distinct.take(pa.array(at, mask=nothing)))
