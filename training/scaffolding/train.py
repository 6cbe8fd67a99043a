"""Train the line model of transforms/scaffolding and write model.npz.

    python training/scaffolding/train.py DATA transforms/scaffolding/model.npz [--by-fold DIR]

DATA is the folder of measuring data (`pages_dclm`, `pages_wet`, `pages_extracted` in it). Needs catboost. Pages are put
into three folds by site, so that no site is in two. Scores that other trees learn from always come from trees that have
not seen the page's site. `--by-fold` also writes, for each fold, the model that has not learned from it (`fold-0.npz`
...), to score the fold's pages with; the model that ships has learned from all.
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

import numpy as np
import pyarrow as pa
from catboost import CatBoostClassifier, Pool
from labels import labels, tokens

from transforms.scaffolding.article import page_features
from transforms.scaffolding.context import context
from transforms.scaffolding.features import family_bits, features
from transforms.scaffolding.lines import Lines, split
from transforms.scaffolding.matching import NO_RULE, RuleSet
from transforms.scaffolding.page import prose
from transforms.scaffolding.region import agreed, decide
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
TREES = {"first": (280, 0.12), "second": (160, 0.12), "page": (200, 0.08), "gain": (100, 0.08)}
WHOLE_PAGES = ("page", "gain")  # parts that judge pages: fewer to learn from, so shallower trees


@dataclass(frozen=True)
class Page:
    """A page of the measuring data; `kind` is its variant, or `tight`, `rest` or `gold` for what `halves` makes."""

    collection: str
    kind: str
    domain: str
    title: str | None
    text: str
    gold: str

    @property
    def site(self) -> str:
        """The name that the domain was registered under, near enough: bbc.com and bbc.co.uk are one site."""
        parts = self.domain.removeprefix("www.").split(".")
        wide = len(parts) > 2 and parts[-2] in SECOND_LEVEL and len(parts[-1]) == 2
        return parts[max(len(parts) - (3 if wide else 2), 0)]

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
                    yield Page(path.name.split(".")[0], kind, row["domain"], title, row["text"], row["gold"])


def halves(pages: Iterable[Page]) -> Iterator[Page]:
    """Of each page as a whole, the scaffolding alone and the article alone.

    Every other one loses its blank lines, and comes as a whole like that, too: trees must not tell pages by the gaps
    around what was taken out.
    """
    wet = [page for page in pages if page.kind == "wet" and page.collection not in ("cleaneval", "wcxb_other")]
    for n, page in enumerate(wet):
        gold, said = " ".join(tokens(page.gold)), [line for line in page.gold.splitlines() if n % 2 or tokens(line)]
        lines = [line for line in page.text.splitlines() if n % 2 or tokens(line)]
        if not n % 2:
            yield Page(page.collection, "tight", page.domain, page.title, "\n".join(lines), page.gold)
        rest, gone = [], False
        for line in lines:
            gone = " ".join(tokens(line)) in gold if tokens(line) else gone  # a gap goes with the line above
            if not gone:
                rest.append(line)
        if len(tokens(" ".join(rest))) > 30:
            yield Page(page.collection, "rest", page.domain, page.title, "\n".join(rest), "")
        if gold:
            yield Page(page.collection, "gold", page.domain, page.title, "\n".join(said), page.gold)


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
        names, matrix = stacked([features(lines, families, sentence, titles)])
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
        depth=4 if part in WHOLE_PAGES else 6,
        l2_leaf_reg=10,
        rsm=0.4 if part in WHOLE_PAGES else 0.2,
        bootstrap_type="Bernoulli",
        subsample=0.8 if part in WHOLE_PAGES else 0.5,
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
    learners = []
    for n in range(FOLDS):
        learners.append(grow(part, matrix, label, np.where(fold == n, 0, weight)))
        print(f"{part}: fold {n}", flush=True)
    return apart(learners, matrix, fold), learners


def apart(learners: list[CatBoostClassifier], matrix: Any, fold: Any) -> Any:
    """Scores of each line by the trees that have not seen its fold."""
    scores = np.zeros(len(fold), np.int32)
    for n, learner in enumerate(learners):
        scores[fold == n] = score(learner, matrix[:, fold == n])
    return scores


def split_up(batches: list[Batch], scores: Any) -> Iterator[tuple[Batch, Any]]:
    """Each batch with its own scores."""
    at = 0
    for batch in batches:
        yield batch, scores[at : at + len(batch.lines)]
        at += len(batch.lines)


def stacked(parts: list[dict[str, Any]]) -> tuple[list[str], Any]:
    """Names, and a matrix with a row a feature, of the features of several batches."""
    names = list(parts[0])
    return names, np.stack([np.concatenate([part[name] for part in parts]) for name in names])


def contexts(batches: list[Batch], scores: Any) -> tuple[list[str], Any]:
    """The second look's own features, of all batches."""
    return stacked([context(batch.lines, own) for batch, own in split_up(batches, scores)])


def page_tables(batches: list[Batch], scores: Any) -> tuple[list[str], Any]:
    """Features of the pages of all batches."""
    return stacked(
        [
            page_features(batch.lines, batch.rows, own, batch.sentence, batch.families)
            for batch, own in split_up(batches, scores)
        ]
    )


def gains(batches: list[Batch], first: Any, second: Any) -> Any:
    """What F1, counted in bytes, each page gains when the lines go that the model doubts; below 0 where it loses."""
    parts = []
    for (batch, one), (_, two) in zip(split_up(batches, first), split_up(batches, second), strict=True):
        lines, size = batch.lines, batch.lines.end - batch.lines.start
        own = agreed(lines, one, two)
        no_rules, no_headline = np.full(len(lines), NO_RULE), np.full(lines.pages, -1)
        stays, belongs = decide(lines, own, no_rules, no_headline, 0, 0) < 0, batch.label == 1
        before, after, wanted, right = (
            np.bincount(lines.page, size * mark, lines.pages)
            for mark in (np.ones(len(lines)), stays, belongs, stays & belongs)
        )
        parts.append(2 * right / np.maximum(after + wanted, 1) - 2 * wanted / np.maximum(before + wanted, 1))
    return np.concatenate(parts)


def counted(page: Page) -> float:
    """How much the page model learns from a page: what tells whole pages from their scaffolding alone, above all."""
    if page.collection in ("cleaneval", "wcxb_other"):
        return 2.0 if page.kind == "wet" else 4.0
    return (3.0 if page.kind in ("wet", "tight", "rest") else 1.0) * (2.0 if page.collection in NEWS else 1.0)


def weighed(page: Page, gain: float) -> float:
    """How much is learned from what a page gains: more where more is at stake."""
    return abs(gain) * {"cleaneval": 0.5, "wcxb_other": 2.0}.get(
        page.collection, 2.0 if page.collection in NEWS else 1.0
    )


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
    parts = list(digest(halves(pages)))  # the pages once more, with and without their article
    own = [row for row, name in enumerate(batches[0].names) if name not in IDENTIFYING]
    names = [batches[0].names[row] for row in own]
    matrix, label, fold = joined(batches, "matrix")[own], joined(batches, "label"), joined(batches, "fold")
    weight = thinned(batches, label, joined(batches, "weight"))

    once, first = crossed("first", matrix, label, weight, fold)
    more, around = contexts(batches, once)
    wide = np.concatenate([matrix, around])
    scores, second = crossed("second", wide, label, weight, fold)

    half, half_fold = joined(parts, "matrix")[own], joined(parts, "fold")
    half = np.concatenate([half, contexts(parts, apart(first, half, half_fold))[1]])
    columns, table = page_tables(batches + parts, np.append(scores, apart(second, half, half_fold)))
    everything = [page for batch in batches + parts for page in batch.pages]
    page_fold = np.array([page.fold for page in everything])
    yes, counts = np.array([page.kind != "rest" for page in everything]), np.array([*map(counted, everything)])
    gain = gains(batches, once, scores)
    stake = np.array([weighed(page, each) for page, each in zip(pages, gain, strict=True)])

    def write(path: Path, looks: list[CatBoostClassifier], without: int) -> None:
        told = grow("page", table, yes, np.where(page_fold == without, 0, counts))
        whole = slice(len(pages))  # what a page gains was counted on whole ones
        better = grow("gain", table[:, whole], gain > 0, np.where(page_fold[whole] == without, 0, stake))
        asked = {"first": names, "second": [*names, *more], "page": columns, "gain": columns}
        arrays: dict[str, Any] = {}
        for (part, known), learner in zip(asked.items(), [*looks, told, better], strict=True):
            arrays |= integers(part, learner, known, path)
        np.savez_compressed(path, **arrays)
        print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)

    if args.by_fold:
        args.by_fold.mkdir(parents=True, exist_ok=True)
        for n in range(FOLDS):
            write(args.by_fold / f"fold-{n}.npz", [first[n], second[n]], n)
    write(args.out, [grow("first", matrix, label, weight), grow("second", wide, label, weight)], -1)


if __name__ == "__main__":
    main()
