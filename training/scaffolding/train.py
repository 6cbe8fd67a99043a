"""Train the line model of transforms/scaffolding and write model.npz.

    python training/scaffolding/train.py DATA transforms/scaffolding/model.npz [--by-fold DIR]

DATA is the folder of measuring data (`pages_dclm`, `pages_wet`, `pages_extracted` in it). Needs catboost. Pages are put
into three folds by site, so that no site is in two. The first look's scores that the second look learns from, and those
that the page model learns from, always come from trees that have not seen the page's site. `--by-fold` also writes, for
each fold, the model that has not learned from it (`fold-0.npz` ...), to score the fold's pages with; the model that
ships has learned from all.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
from catboost import CatBoostClassifier, Pool
from labels import labels, tokens

from transforms.scaffolding.article import page_features
from transforms.scaffolding.context import context
from transforms.scaffolding.features import family_bits, features
from transforms.scaffolding.lines import Lines, split
from transforms.scaffolding.matching import RuleSet
from transforms.scaffolding.page import prose
from transforms.scaffolding.rules import packs
from transforms.scaffolding.trees import UNIT

FOLDS = 3
THIN = 5  # of the lines far from any sentence that do not belong, one in so many is learned from, and counts for all
BATCH = 2_000_000  # characters
NEWS = ("scrapinghub", "fundus_eval", "fundus_tests-en", "daniel-en", "cleanportal", "readability-en")
# how much a collection counts: news most; pages that are no articles little, for they are marked by other rules
WEIGHT = {**dict.fromkeys(NEWS, 1.5), "newspaper4k-en": 1.5, "cleaneval": 0.25, "wcxb_other": 0.2}
# what would let the trees know a site again instead of its lines
IDENTIFYING = ("high", "page-capitals", "page-bytes", "page-lines")
SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu"}
TREES = {"first": (280, 0.12), "second": (160, 0.12), "page": (200, 0.08)}


@dataclass(frozen=True)
class Page:
    """A page of the measuring data; `kind` is its variant, or `rest` and `gold` for pages cut in two."""

    collection: str
    kind: str
    url: str
    title: str | None
    text: str
    gold: str

    @property
    def site(self) -> str:
        """The registered domain, near enough."""
        parts = (urlsplit(self.url).hostname or "").removeprefix("www.").split(".")
        wide = len(parts) > 2 and parts[-2] in SECOND_LEVEL and len(parts[-1]) == 2
        return ".".join(parts[-(3 if wide else 2) :])

    @property
    def fold(self) -> int:
        """The same for all pages of a site."""
        return int(hashlib.md5(self.site.encode()).hexdigest(), 16) % FOLDS


@dataclass
class Batch:
    """Pages with all that the trees learn from; arrays have an entry a line, matrices a column."""

    pages: list[Page]
    lines: Lines
    sentence: Any
    families: Any
    names: list[str]
    matrix: Any
    label: Any
    weight: Any
    fold: Any

    @property
    def rows(self) -> dict[str, Any]:
        """The matrix by name."""
        return dict(zip(self.names, self.matrix, strict=True))


def read(data: Path) -> Iterator[Page]:
    """All pages; a third of them without their title, for many a corpus has none."""
    for kind in ("dclm", "wet", "extracted"):
        for path in sorted((data / f"pages_{kind}").glob("*.jsonl.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as file:
                other = path.name.startswith(("cleaneval", "wcxb_other"))
                for n, row in enumerate(map(json.loads, file)):
                    if other and n % 2:
                        continue  # half is enough of what counts so little
                    title = row["title"] if n % 3 else None
                    yield Page(path.name.split(".")[0], kind, row["url"], title, row["text"], row["gold"])


def halves(pages: Iterable[Page]) -> Iterator[Page]:
    """Of each page as a whole, the scaffolding alone and the article alone."""
    for page in pages:
        if page.kind != "wet" or page.collection in ("cleaneval", "wcxb_other"):
            continue
        gold = " ".join(tokens(page.gold))
        rest = [line for line in page.text.splitlines() if tokens(line) and " ".join(tokens(line)) not in gold]
        if len(tokens(" ".join(rest))) > 30:
            yield Page(page.collection, "rest", page.url, None, "\n".join(rest), "")
        if gold:
            yield Page(page.collection, "gold", page.url, None, page.gold, page.gold)


def digest(pages: Iterable[Page]) -> Iterator[Batch]:
    """Pages in batches, with features and labels."""
    pages, rules = list(pages), RuleSet.of(packs())
    crowd = Counter((page.collection, page.kind, page.site) for page in pages)
    while pages:
        size, count = 0, 0
        while count < len(pages) and size < BATCH:
            size, count = size + len(pages[count].text), count + 1
        batch, pages = pages[:count], pages[count:]
        lines = split(pa.array([page.text for page in batch]))
        sentence, _ = prose(lines)
        families = family_bits(lines, rules.hits(lines), rules.rules)
        titles = pa.array([page.title for page in batch], pa.string())
        names, matrix = features(lines, families, sentence, titles)
        label, weight = np.zeros(len(lines), np.int8), np.zeros(len(lines))
        texts = lines.distinct.to_pylist()
        for row, page in enumerate(batch):
            own = slice(lines.first[row], lines.first[row + 1])
            said = [texts[code] for code in lines.code[own]]
            if not said:
                continue
            found, sure = labels(said, page.gold, page.title)
            label[own] = found
            heavy = 0.6 + np.minimum([len(tokens(line)) for line in said], 60) / 12
            scale = WEIGHT.get(page.collection, 1.0) * len(said) ** 0.4
            scale /= crowd[page.collection, page.kind, page.site] ** 0.5  # many pages of one site teach the site
            weight[own] = heavy / heavy.sum() * scale * np.array(sure)
        fold = np.array([page.fold for page in batch])[lines.page]
        yield Batch(batch, lines, sentence, families, names, matrix, label, weight, fold)


def grow(part: str, matrix: Any, label: Any, weight: Any) -> CatBoostClassifier:
    """Oblivious trees for one part of the model."""
    count, rate = TREES[part]
    learner = CatBoostClassifier(
        iterations=count,
        learning_rate=rate,
        depth=4 if part == "page" else 6,
        l2_leaf_reg=10,
        rsm=0.4 if part == "page" else 0.2,
        bootstrap_type="Bernoulli",
        subsample=0.8 if part == "page" else 0.5,
        border_count=32,
        random_seed=1,
        thread_count=2,
        verbose=0,
        allow_writing_files=False,
    )
    used = weight > 0
    rows = np.ascontiguousarray(matrix[:, used].T).astype(np.float32)
    return learner.fit(Pool(rows, label[used], weight=weight[used]))


def score(learner: CatBoostClassifier, matrix: Any) -> Any:
    """Log-odds in thousandths, as the integer trees give them but for rounding."""
    rows = np.ascontiguousarray(matrix.T).astype(np.float32)
    return np.round(UNIT * learner.predict(rows, prediction_type="RawFormulaVal")).astype(np.int32)


def integers(part: str, learner: CatBoostClassifier, names: list[str], scratch: Path) -> dict[str, Any]:
    """The trees as the arrays of model.npz, with the features that they ask about and no others."""
    path = scratch.with_suffix(".json")
    learner.save_model(str(path), format="json")
    model = json.loads(path.read_text())
    path.unlink()
    scale, bias = model["scale_and_bias"]
    asked = [[each["float_feature_index"] for each in tree["splits"]] for tree in model["oblivious_trees"]]
    used = sorted({row for tree in asked for row in tree})
    depth = max(map(len, asked))
    feature = np.zeros((len(asked), depth), np.int16)
    threshold = np.full((len(asked), depth), 32767, np.int16)  # nothing lies above: the answer is 0
    leaf = np.zeros((len(asked), 1 << depth), np.int16)
    for n, tree in enumerate(model["oblivious_trees"]):
        levels = len(tree["splits"])
        feature[n, :levels] = [used.index(row) for row in asked[n]]
        threshold[n, :levels] = [int(np.floor(each["border"])) for each in tree["splits"]]
        leaf[n, : 1 << levels] = np.round(UNIT * scale * np.array(tree["leaf_values"]))
    return {
        f"{part}_feature": feature,
        f"{part}_threshold": threshold,
        f"{part}_leaf": leaf,
        f"{part}_bias": np.int64(round(UNIT * float(np.atleast_1d(bias)[0]))),
        f"{part}_names": np.array([names[row] for row in used]),
    }


def joined(batches: list[Batch], name: str) -> Any:
    """One array of all batches."""
    return np.concatenate([getattr(batch, name) for batch in batches], axis=-1)


def crossed(part: str, matrix: Any, label: Any, weight: Any, fold: Any) -> tuple[Any, list[CatBoostClassifier]]:
    """Scores by trees that have not seen the line's site, and those trees, a fold each."""
    scores, learners = np.zeros(len(label), np.int32), []
    for n in range(FOLDS):
        learners.append(grow(part, matrix, label, np.where(fold == n, 0, weight)))
        scores[fold == n] = score(learners[n], matrix[:, fold == n])
        print(f"{part}: fold {n}", flush=True)
    return scores, learners


def contexts(batches: list[Batch], scores: Any) -> tuple[list[str], Any]:
    """The second look's own features, of all batches."""
    parts, at = [], 0
    for batch in batches:
        names, more = context(batch.lines, scores[at : at + len(batch.lines)])
        parts.append(more)
        at += len(batch.lines)
    return names, np.concatenate(parts, axis=1)


def page_tables(batches: list[Batch], scores: Any) -> tuple[list[str], Any]:
    """The page model's features, of all batches."""
    parts, at = [], 0
    for batch in batches:
        own = scores[at : at + len(batch.lines)]
        names, table = page_features(batch.lines, batch.rows, own, batch.sentence, batch.families)
        parts.append(table)
        at += len(batch.lines)
    return names, np.concatenate(parts, axis=1)


def counted(page: Page) -> float:
    """How much the page model learns from a page: what tells whole pages from their scaffolding alone, above all."""
    if page.collection in ("cleaneval", "wcxb_other"):
        return 1.0 if page.kind == "wet" else 2.0
    return (3.0 if page.kind in ("wet", "rest") else 1.0) * (2.0 if page.collection in NEWS else 1.0)


def thinned(batches: list[Batch], label: Any, weight: Any) -> Any:
    """Weights with most of the easy lines left out, and the others of them raised."""
    names = batches[0].names
    far = np.ones(len(label), bool)
    for name in ("since-sentence", "until-sentence"):
        far &= np.concatenate([batch.matrix[names.index(name)] for batch in batches]) > 3
    easy = np.flatnonzero(far & (label == 0))
    factor = np.ones(len(label))
    factor[easy] = 0
    factor[easy[::THIN]] = THIN
    return weight * factor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--by-fold", type=Path, help="folder for the models that have not learned from a fold")
    args = parser.parse_args()

    pages = list(read(args.data))
    batches = list(digest(pages))
    own = [row for row, name in enumerate(batches[0].names) if name not in IDENTIFYING]
    names = [batches[0].names[row] for row in own]
    matrix, label, fold = joined(batches, "matrix")[own], joined(batches, "label"), joined(batches, "fold")
    weight = thinned(batches, label, joined(batches, "weight"))

    scores, first = crossed("first", matrix, label, weight, fold)
    more, around = contexts(batches, scores)
    wide = np.concatenate([matrix, around])
    scores, second = crossed("second", wide, label, weight, fold)

    # pages: whole ones by the scores at hand, halves by the trees of their fold
    columns, table = page_tables(batches, scores)
    yes, counts = np.ones(len(pages), int), np.array([counted(page) for page in pages])
    page_fold = np.array([page.fold for page in pages])
    for batch in digest(halves(pages)):
        line_scores = np.zeros(len(batch.lines), np.int32)
        for learners, extra in ((first, False), (second, True)):
            rows = batch.matrix[own]
            if extra:
                rows = np.concatenate([rows, context(batch.lines, line_scores)[1]])
            for n in range(FOLDS):
                line_scores[batch.fold == n] = score(learners[n], rows[:, batch.fold == n])
        table = np.concatenate([table, page_tables([batch], line_scores)[1]], axis=1)
        yes = np.append(yes, [page.kind == "gold" for page in batch.pages])
        counts = np.append(counts, [counted(page) for page in batch.pages])
        page_fold = np.append(page_fold, [page.fold for page in batch.pages])

    def write(path: Path, looks: tuple[CatBoostClassifier, CatBoostClassifier], without: int) -> None:
        pages_known = grow("page", table, yes, np.where(page_fold == without, 0, counts))
        parts = integers("first", looks[0], names, path) | integers("second", looks[1], [*names, *more], path)
        np.savez_compressed(path, **parts, **integers("page", pages_known, columns, path))
        print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)

    if args.by_fold:
        args.by_fold.mkdir(parents=True, exist_ok=True)
        for n in range(FOLDS):
            write(args.by_fold / f"fold-{n}.npz", (first[n], second[n]), n)
    write(args.out, (grow("first", matrix, label, weight), grow("second", wide, label, weight)), -1)


if __name__ == "__main__":
    main()
