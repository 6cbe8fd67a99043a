"""A corpus of any size made from the sample pages, with known copies.

    python -m benchmarks.corpus --pages 10000 --output CORPUS

A page is an English sample page whose paragraphs are put together anew from the sentences of all of them, with other
names and numbers, so that two stories share little. A third of the pages are copies of an earlier story on another
site: whole, cut, or under another headline. The same arguments give the same bytes.

- `page`: one page by its number
- `batches`: pages as tables of `schemas.pages.PAGES`
- `write`: JSONL shards and `truth.jsonl` (`id`, and the `story` that it tells)
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from schemas.pages import PAGES

SAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
WORD = re.compile(r"\b[a-z]{5,}\b")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\w“\"'«„])")
SYLLABLES = ("bar", "cal", "dor", "fal", "gri", "hol", "jor", "kel", "lun", "mar", "nov", "per", "ros", "sel", "tor")
PROSE = 80  # characters: a line so long that ends like a sentence is a paragraph
COPIES, REACH = 0.33, 2_000  # share of copies, and how many pages back their stories lie
SITES = 200


@dataclass(frozen=True)
class Page:
    """A page and the number of the page that told its story first."""

    number: int
    story: int
    site: str
    title: str
    text: str

    @property
    def record(self) -> dict[str, object]:
        return {
            "id": f"page-{self.number:08d}",
            "url": f"https://{self.site}/news/{self.number}",
            "title": self.title,
            "published": f"2026-0{1 + self.story // 28 % 9}-{1 + self.story % 28:02d}T06:00:00Z",
            "text": self.text,
        }


def page(number: int, seed: int = 1) -> Page:
    """Page `number` of the corpus of this seed."""
    chance = random.Random(f"{seed}/{number}")
    site = f"paper-{chance.randrange(SITES)}.example"
    if number and chance.random() < COPIES:
        first = page(chance.randrange(max(0, number - REACH), number), seed)
        title, text = _copied(first.title, first.text, chance)
        return Page(number, first.story, site, title, text)
    title, text = _told(chance)
    return Page(number, number, site, title, text)


def batches(megabytes: float, batch_bytes: int = 4 << 20, seed: int = 1) -> Iterator[pa.Table]:
    """Tables of `PAGES` with at least so many megabytes of text in all."""
    left, held, size, number = megabytes * 1e6, list[dict[str, object]](), 0, 0
    while left > 0:
        record = page(number, seed).record
        record |= {"published": None, "source": "pages.jsonl", "position": number, "replaced": 0}
        held.append(record)
        size += len(str(record["text"]).encode())
        number += 1
        if size >= min(batch_bytes, left):
            yield pa.Table.from_pylist(held, PAGES)
            left -= size
            held, size = [], 0


def write(pages: int, folder: Path, shards: int = 8, seed: int = 1) -> None:
    """`pages-00000.jsonl` ... and `truth.jsonl` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for shard in range(shards):
            with (folder / f"pages-{shard:05d}.jsonl").open("w", encoding="utf-8") as file:
                for number in range(pages * shard // shards, pages * (shard + 1) // shards):
                    one = page(number, seed)
                    file.write(json.dumps(one.record, ensure_ascii=False) + "\n")
                    known = {"id": one.record["id"], "story": one.story, "kind": "story", "copy": ""}
                    truth.write(json.dumps(known | {"copy": "copy" if one.story != number else ""}) + "\n")


@functools.cache
def _samples() -> list[list[str]]:
    """The lines of each sample page that is an English article in a text file of its own."""
    listed = tomllib.loads((SAMPLES / "expected.toml").read_text(encoding="utf-8"))["page"]
    articles = {one["source"] for one in listed if one["kind"] == "article" and one["language"] == "en"}
    paths = [path for path in sorted((SAMPLES / "pages").glob("*.txt")) if path.name in articles]
    return [path.read_text(encoding="utf-8", errors="replace").split("\n") for path in paths]


@functools.cache
def _sentences() -> list[str]:
    """The sentences of all samples."""
    prose = [line.strip() for lines in _samples() for line in lines if _is_prose(line)]
    return [sentence for line in prose for sentence in SENTENCE.split(line)]


def _told(chance: random.Random) -> tuple[str, str]:
    """A new story on a page of one of the samples: its title and the page's text."""
    told, title = [], ""
    for line in chance.choice(_samples()):
        if _is_prose(line):
            line = " ".join(_varied(chance.choice(_sentences()), chance) for _ in range(chance.randrange(2, 6)))
        elif line.strip() and not title:
            line = title = _varied(line.strip(), chance)
        told.append(line)
    return title, "\n".join(told)


def _copied(title: str, text: str, chance: random.Random) -> tuple[str, str]:
    """The same story as another site prints it: whole, cut, or under another headline."""
    way = chance.choice(("whole", "cut", "headline"))
    if way == "headline":
        other = _varied(title, chance) + ", officials say"
        return other, text.replace(title, other, 1)
    lines = text.split("\n")
    prose = [number for number, line in enumerate(lines) if _is_prose(line)]
    if way == "cut" and len(prose) > 4:
        gone = set(prose[-len(prose) // 4 :])
        lines = [line for number, line in enumerate(lines) if number not in gone]
    return title, "\n".join(lines)


def _is_prose(line: str) -> bool:
    return len(line) >= PROSE and line.rstrip()[-1:] in ".!?”\"'»…"


def _varied(text: str, chance: random.Random) -> str:
    """Other names, other numbers, and every tenth word another one of the text's."""
    words = WORD.findall(text) or ["word"]
    text = NAME.sub(lambda _: "".join(chance.choices(SYLLABLES, k=3)).capitalize(), text)
    text = re.sub(r"\d", lambda _: chance.choice("123456789"), text)
    return WORD.sub(lambda word: chance.choice(words) if chance.random() < 0.1 else word[0], text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    write(chosen.pages, chosen.output, seed=chosen.seed)


if __name__ == "__main__":
    main()
