"""Damaged bytes and hostile texts, a case by its number: the same number is the same case for ever.

- `damaged`: bytes after some damage of the kinds that disks, networks and bad exporters do
- `hostile`: a text put together from pieces that text tools trip over
"""

from __future__ import annotations

import random

JUNK = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xc3",
    b"\r",
    b"\n\n",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"{}",
    b"[" * 50,
    b"1e999",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"PAR1",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999999999\r\n",
    b"<p" * 20,
)
PIECES = (
    "The council said on Tuesday that the bridge would close for repairs.",
    "Traffic was teh worst in years, agrement or not, and untill May it stays.",
    "Leave a Reply",
    "Log Out /  Change )",
    "Connecting to %s",
    "Share this article",
    "Photo: A. Name / Agency",
    "By Jane Doe",
    "12 March 2026",
    "CafÃ© crÃ¨me â€œquotedâ€\x9d",
    "Tom &amp;amp; Jerry &#x27;s &nbsp;",
    "\u202eright to left\u202c",
    "e" + "\u0301" * 40,
    "👩\u200d👩\u200d👧 family",
    "\u200b\u00ad\ufeff",
    "\x00\x01\x1b[31mred\x1b[0m",
    "\x85\x9d",
    "\ufffd\ufffd",
    "Ω" * 30,
    "该市议会周二表示，大桥将关闭维修。",
    "Ο δήμος ανακοίνωσε την Τρίτη ότι η γέφυρα θα κλείσει.",
    "สภาเมืองกล่าวเมื่อวันอังคาร",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "a" * 300,
    "word " * 60,
    "http://" + "a." * 60 + "example/?q=" + "%20" * 20,
    "((((((((((((((((((((",
    "1,234.56 % 7/8 3:45",
    "",
    " ",
    "\t",
    "\u3000",
)
BREAKS = ("\n", "\n", "\n\n", " ", "", "\r\n", "\u2028")


def damaged(good: bytes, case: int) -> bytes:
    """`good` after one to four of: bytes flipped, lost, doubled, moved, cut off, junk put in."""
    chance = random.Random(case)
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 8, 64, 512))
        way = chance.randrange(6)
        if way == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            del data[at : at + size]
        elif way == 2:
            data[at:at] = data[at : at + size]
        elif way == 3:
            moved = bytes(data[at : at + size])
            del data[at : at + size]
            to = chance.randrange(len(data) + 1)
            data[to:to] = moved
        elif way == 4:
            data[at:at] = chance.choice(JUNK) * chance.choice((1, 1, 3))
        elif chance.random() < 0.3:
            del data[at:]
    return bytes(data)


def hostile(case: int) -> str:
    """A text of up to thirty pieces, some of them cut, some with a character put in anywhere in Unicode."""
    chance = random.Random(case)
    parts = []
    for _ in range(chance.randint(0, 30)):
        piece = chance.choice(PIECES)
        if chance.random() < 0.2:
            piece = piece[chance.randrange(len(piece) + 1) :]
        if chance.random() < 0.1:
            code = chance.choice((chance.randrange(0x80), chance.randrange(0x3000), chance.randrange(0x110000)))
            piece += "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
        parts += [piece, chance.choice(BREAKS)]
    return "".join(parts)
