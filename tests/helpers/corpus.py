"""Invented pages for tests, the same ones every time.

- `story`: an article; two numbers give two stories that have next to nothing in common
- `page`: a record of an article or a copy, with scaffolding, broken letters and typing errors here and there
- `pages`: many of them, copies among them
- `as_pages`: records as the readers hand them on
- `write_jsonl`, `write_csv`, `write_parquet`: records as files
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.pages import PAGES

Record = dict[str, Any]

# ruff: noqa: SIM905 - lists of twenty quoted words are hard to read
PLACES = "Aldmoor,Brackwell,Carnhythe,Dunmarrow,Eastleigh,Farrowby,Gildersea,Hawkmere,Ilverton,Jarrowick".split(",")
ROLES = "mayor,engineer,teacher,harbourmaster,surgeon,librarian,farmer,conductor,lawyer,beekeeper".split(",")
VERBS = "opened,described,defended,postponed,welcomed,measured,inspected,repaired,financed,praised".split(",")
THINGS = (
    "the old bridge,a second school,the night train,a public garden,the fish market,the town archive,a water mill,"
    "the northern road,a small hospital,the lighthouse"
).split(",")
REASONS = (
    "after a winter of storms,because the council had asked for it,although few people came to watch,"
    "while the neighbours looked on,before the first visitors arrived,as the budget had been approved in spring"
).split(",")
SYLLABLES = "bar,cor,del,fen,gol,hal,jin,kor,lam,mer,nor,pel,ros,sil,tam,ver".split(",")
SCAFFOLDING = (
    "Advertisement",
    "Share this article on Facebook Twitter WhatsApp",
    "Sign up for our newsletter and never miss a story",
    "Photo: A. Nyone",
)
COOKIE_WALL = "We use cookies on this site\nAccept all\nReject all\nManage preferences\n"


def story(number: int, sentences: int = 14) -> str:
    """A headline and paragraphs of two sentences; some 20 words a sentence."""
    chance = random.Random(f"story {number}")
    name = _name(chance)
    told = [_sentence(chance) for _ in range(sentences)]
    paragraphs = [" ".join(told[start : start + 2]) for start in range(0, sentences, 2)]
    headline = f"{name} plans to change {chance.choice(THINGS)} in {chance.choice(PLACES)}"
    return "\n".join([headline, *paragraphs])


def page(number: int) -> Record:
    """One record: every tenth is a copy of an earlier story, every fifteenth a copy that was added to."""
    text = story(_original(number))
    if number % 15 == 7:
        text += f"\n{_sentence(random.Random(f'addition {number}'))}"
    if number % 4 == 1:
        text = f"{SCAFFOLDING[number % len(SCAFFOLDING)]}\n{text}"
    if number % 6 == 2:
        text = text.replace(" the ", " teh ", 1)
    if number % 7 == 3:
        text = text.replace(" had ", " â€œhadâ€\x9d ").replace(" a ", "&nbsp;a ", 1)
    if number % 25 == 24:
        text = COOKIE_WALL
    return {
        "id": f"p{number:06d}",
        "url": f"https://www.site{number % 9}.example/{number}",
        "published": f"2026-0{1 + number % 9}-11T08:00:00Z" if number == _original(number) else None,
        "text": text,
        "section": f"s{number % 3}",
    }


def pages(count: int, first: int = 0) -> list[Record]:
    return [page(number) for number in range(first, first + count)]


def as_pages(records: list[Record], carried: tuple[str, ...] = ()) -> pa.Table:
    """A table of the schema `PAGES`, one page after the other of a file `in.jsonl`."""
    schema = pa.schema([*PAGES, *(pa.field(name, pa.string()) for name in carried)])
    rows = [{"source": "in.jsonl", "position": number, "replaced": 0} | one for number, one in enumerate(records)]
    for row in rows:
        row["published"] = datetime.fromisoformat(row["published"]) if row.get("published") else None
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def write_jsonl(path: Path, records: Iterable[Record | str]) -> Path:
    """A record a line, gzipped where the name says so; strings are lines as they are."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    data = "".join(f"{line}\n" for line in lines).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def write_csv(path: Path, records: list[Record]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return path


def write_parquet(path: Path, records: list[Record], group: int = 20) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(records), path, row_group_size=group)
    return path


def _original(number: int) -> int:
    """The number of the story that a page carries."""
    return number // 10 * 7 if number % 10 == 9 else number - 5 if number % 15 == 7 else number


def _sentence(chance: random.Random) -> str:
    return (
        f"{_name(chance)}, the {chance.choice(ROLES)} of {chance.choice(PLACES)}, {chance.choice(VERBS)} "
        f"{chance.choice(THINGS)} with {chance.randrange(3, 900)} helpers from {_name(chance)} "
        f"{chance.choice(REASONS)}."
    )


def _name(chance: random.Random) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(2))
