"""Count what stands side by side in news: make `transforms/typos/data/counts_en.npz`.

    python count.py DATA transforms/typos/data/counts_en.npz

Read are the clean news and the articles of the pages in DATA. Kept are words, pairs and triples that at least two
documents have, as 28 bits of a hash and the bits of the number of documents; and the commonest pairs of symspellpy's
list. No text can be read from the table.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import cases
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import symspellpy

from transforms.typos import context
from transforms.typos.context import KEY_BITS, Counts
from transforms.typos.tokens import BREAK, LOWER, QUOTE, UPPER, keys, tokenize

Keys = npt.NDArray[np.uint64]
BATCH = 500  # documents
NOTHING = Counts(np.zeros(1, np.uint64), np.zeros(1, np.uint8))
LEAST = {"word": 2, "pair": 2, "triple": 3}  # documents that must have it
WEB_UNITS = 1 << 17  # they are seen at least so often


def articles(data: Path) -> list[cases.Document]:
    """The articles of the English pages, as people marked them; no two alike."""
    found, seen = [], set()
    for path in sorted((data / "pages_extracted").glob("*.jsonl.gz")):
        for row in cases.read(path):
            if row["lang"] == "en" and row["gold"] and row["gold"][:200] not in seen:
                seen.add(row["gold"][:200])
                found.append(cases.Document("page", f"{path.name}/{row['id']}", row["gold"]))
    return found


@dataclass
class Seen:
    """Keys, and in how many documents of each fold they stand, shape (keys, folds + 1): the last is of no fold."""

    keys: Keys
    documents: npt.NDArray[np.int64]
    least: npt.NDArray[np.int64]  # documents that a key of its kind must have

    def without(self, fold: int | None) -> tuple[Keys, npt.NDArray[np.uint8]]:
        """What `Counts` is made of, for all documents but those of a fold."""
        held = self.documents.sum(axis=1)
        if fold is not None:
            held -= self.documents[:, fold]
        kept = held >= self.least
        return packed(self.keys[kept], held[kept])


def see(documents: list[cases.Document], folds: int) -> Seen:
    """What stands side by side in the documents, and symspellpy's pairs, which belong to no fold."""
    parts: dict[str, list[tuple[Keys, npt.NDArray[np.int64]]]] = {kind: [] for kind in LEAST}
    for at in range(0, len(documents), BATCH):
        batch = documents[at : at + BATCH]
        words = tokenize(pa.array([document.text for document in batch]))
        place = np.arange(len(words))
        symbol = context.symbols(words, place)
        around = context.Neighbourhood(words, NOTHING, place)
        left, right = around.left, around.right
        fold = np.array([document.fold(folds) for document in batch])
        ends = (right == context.END) | (right == context.PAUSE)
        lower = words.first(place) == LOWER
        inside = (words.first(place) == UPPER) & (words.gap(place) & (BREAK | QUOTE) == 0)
        rows = words.rows()
        for kind, key, chosen in (
            ("word", words.key, place[lower]),
            ("word", words.key ^ context.NAME, place[inside]),
            ("pair", context.pair_keys(left, symbol), place),
            ("pair", context.pair_keys(symbol, right), place[ends]),
            ("triple", context.triple_keys(left, symbol, right), place),
        ):
            # once a document: sort by key and document, and drop repeats
            row = rows[chosen]
            order = np.lexsort((row, key[chosen]))
            own, row = key[chosen][order], row[order]
            fresh = np.append(True, (own[1:] != own[:-1]) | (row[1:] != row[:-1]))
            parts[kind].append((own[fresh], fold[row[fresh]]))
    kept = []
    for kind, pieces in parts.items():
        own, fold = (np.concatenate(column) for column in zip(*pieces, strict=True))
        distinct, which = np.unique(own, return_inverse=True)
        table = np.bincount(which * folds + fold, minlength=len(distinct) * folds).reshape(-1, folds)
        often = table.sum(axis=1) >= LEAST[kind]
        kept.append((distinct[often], table[often], np.full(int(often.sum()), LEAST[kind])))
    web, times = web_pairs()
    own, table, least = (np.concatenate(column) for column in zip(*kept, strict=True))
    # the web's pairs stand in a column of their own, which belongs to no fold
    table = np.block(
        [[table, np.zeros((len(own), 1), np.int64)], [np.zeros((len(web), folds), np.int64), times[:, None]]]
    )
    return Seen(np.append(own, web), table, np.append(least, np.ones(len(web), np.int64)))


def web_pairs() -> tuple[Keys, npt.NDArray[np.int64]]:
    """symspellpy's pairs of words, salted, with their counts in units of WEB_UNITS."""
    lines = (files(symspellpy) / "frequency_bigramdictionary_en_243_342.txt").read_text(encoding="utf-8-sig").split()
    times = np.array(lines[2::3], np.int64) // WEB_UNITS
    pair = context.pair_keys(keys(lines[0::3]) ^ context.WEB, keys(lines[1::3]))
    return pair[times > 0], times[times > 0]


def packed(held: Keys, count: npt.NDArray[np.int64]) -> tuple[Keys, npt.NDArray[np.uint8]]:
    """Sorted short keys and levels; of two keys that share their bits the commoner counts."""
    short = held >> np.uint64(64 - KEY_BITS)
    order = np.lexsort((-count, short))
    short, count = short[order], count[order]
    first = np.append(True, short[1:] != short[:-1])
    level = np.frexp(count[first].astype(np.float64))[1]  # exact: the number of bits of a whole number
    return short[first], np.minimum(level, 255).astype(np.uint8)


def store(held: Keys, levels: npt.NDArray[np.uint8], target: str) -> None:
    """Write sorted short keys and their levels where `Counts.load` reads them."""
    steps = np.diff(held, prepend=np.uint64(0))
    if steps.max() >= 1 << 16:
        raise ValueError("keys lie too far apart for two bytes")
    halves = np.stack([steps & np.uint64(255), steps >> np.uint64(8)]).astype(np.uint8)
    np.savez_compressed(target, steps=halves, level=levels)


def main(data: str, target: str) -> None:
    documents = [document for document in cases.documents(Path(data)) if document.source == "news"]
    held, levels = see(documents + articles(Path(data)), 1).without(None)
    store(held, levels, target)
    print(f"{len(held):,} keys")


if __name__ == "__main__":
    main(*sys.argv[1:])
