"""Train the score of typing errors: rank weights and a forest, both as integers.

    python fit.py DATA transforms/typos/data/model_en.npz [--report]

DATA is the folder of measuring data (`typos/`, `clean_news/`). `--report` trains on four fifths of the documents,
scores the last fifth, five times over, and prints what each threshold finds and gets wrong; the model written is
trained on all. `verdicts.txt` beside this script holds what reading the news showed: corrections of real errors that
the marked sets do not have (`wrong right`), so that they do not count as wrong.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cases
import count
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from transforms.typos import evidence, lexicon, score, tokens
from transforms.typos.evidence import FEATURES, Passage, Vocabulary

FOLDS = 5
BATCH = 400  # documents
RANK_UNITS = 100  # rank weights are hundredths
DAMAGED_SHARE = 0.006
# How much a case of each source counts: poor spellers write what editors do not
WEIGHTS = {"gittypos": 1.0, "news": 1.0, "ewt": 1.0, "gum": 1.0, "holbrook": 0.3, "damaged": 0.5}
FOREST = {
    "max_iter": 150,
    "max_depth": 4,
    "learning_rate": 0.08,
    "min_samples_leaf": 15,
    "l2_regularization": 5.0,
    "early_stopping": False,
    "random_state": 0,
}


@dataclass
class Cases:
    """Pairs of suspect and word meant; `suspect` numbers the suspects."""

    features: npt.NDArray[np.int32]
    suspect: npt.NDArray[np.int64]
    meant: npt.NDArray[np.int64]
    right: npt.NDArray[np.bool_]
    source: npt.NDArray[np.str_]  # by suspect, as are the next three
    fold: npt.NDArray[np.int64]
    marked: npt.NDArray[np.bool_]  # has a known correction
    about: list[tuple[str, str, str, str]]  # document, spelling, known correction, the words around


def gather(
    documents: list[cases.Document], vocabulary: Vocabulary, seen: count.Seen, verdicts: dict[str, str]
) -> Cases:
    """All suspects of the documents with what they could mean, and which is right.

    What stands side by side is counted without the documents of the same fold: a text must not vouch for itself.
    """
    documents = sorted(documents, key=lambda document: document.fold(FOLDS))
    counted = None
    parts: list[tuple[npt.NDArray[np.int32], ...]] = []
    right, source, fold, about, total = [], [], [], [], 0
    for batch in batches(documents):
        if batch[0].fold(FOLDS) != counted:
            counted = batch[0].fold(FOLDS)
            vocabulary.counts = seen.without(counted)
        words = tokens.tokenize(pa.array([document.text for document in batch]))
        passage = Passage.of(words, vocabulary)
        found = evidence.weigh(passage, vocabulary, evidence.suspects(passage, vocabulary))
        known: list[str | None] = []  # the right word, "" where the spelling stands, None where it is not to be judged
        for token in found.token.tolist():
            document = batch[words.row[token]]
            begin = int(words.bounds[words.row[token]])
            start = len(words.text[begin : words.start[token]].tobytes().decode())
            end = start + int(words.end[token] - words.start[token])
            spelling = document.text[start:end]
            known.append(_known(document, start, end, verdicts.get(spelling.lower(), "")))
            source.append(document.source)
            fold.append(document.fold(FOLDS))
            around = document.text[max(0, start - 60) : end + 60].replace("\n", " ")
            about.append((document.group, spelling, known[-1] or "", around))
        judged = np.array([word is not None for word in known], bool)[found.suspect]
        parts.append((found.features[judged], found.suspect[judged] + total, found.meant[judged]))
        right += [
            vocabulary.proposals[meant] == known[suspect]
            for suspect, meant in zip(found.suspect[judged].tolist(), found.meant[judged].tolist(), strict=True)
        ]
        total += len(found.token)
    features, suspect, meant = (np.concatenate(column) for column in zip(*parts, strict=True))
    marked = np.zeros(total, bool)
    marked[suspect[right]] = True
    return Cases(features, suspect, meant, np.array(right), np.array(source), np.array(fold), marked, about)


def batches(documents: list[cases.Document]) -> Iterator[list[cases.Document]]:
    """Documents in batches of one fold."""
    for _, fold in itertools.groupby(documents, key=lambda document: document.fold(FOLDS)):
        same = list(fold)
        yield from (same[at : at + BATCH] for at in range(0, len(same), BATCH))


def _known(document: cases.Document, start: int, end: int, verdict: str) -> str | None:
    edit = document.edits.get((start, end))
    if edit:
        return edit[0].lower()
    spans = [*document.ignore, *document.edits]
    if document.source == "damaged" or any(low < end and start < high for low, high in spans):
        return None
    return verdict


def fit(found: Cases, chosen: npt.NDArray[np.bool_]) -> score.Model:
    """A model of the suspects chosen (by suspect)."""
    weights = np.array([WEIGHTS[name] for name in found.source])
    pairs = chosen[found.suspect]
    ranked = np.flatnonzero(pairs & found.marked[found.suspect])
    scale = np.maximum(found.features[ranked].std(axis=0), 1e-9)
    ranker = LogisticRegression(C=1.0, max_iter=3000)
    ranker.fit(found.features[ranked] / scale, found.right[ranked], sample_weight=weights[found.suspect[ranked]])
    # features in hundredths need finer weights than flags: all weights are in hundredths of a hundredth
    rank = np.rint(ranker.coef_[0] / scale * RANK_UNITS * 100).astype(np.int64)
    empty = np.zeros(0, np.int64)
    model = score.Model(rank, 0, 0, empty, empty, empty, empty, empty, empty)
    inside = np.flatnonzero(pairs)
    best = model.best(found.features[inside], found.suspect[inside])
    pair = inside[best.pair]
    forest = HistGradientBoostingClassifier(**FOREST)
    values = np.column_stack([found.features[pair], best.lead])
    forest.fit(values, found.right[pair], sample_weight=weights[found.suspect[pair]])
    return exported(rank, forest)


def exported(rank: npt.NDArray[np.int64], forest: HistGradientBoostingClassifier) -> score.Model:
    """The forest as integers: limits rounded down (the evidence is whole numbers), leaves in units of the score."""
    roots, columns = [], {name: [] for name in ("feature", "limit", "left", "right", "leaf")}
    depth, total = 0, 0
    for (tree,) in forest._predictors:
        nodes = tree.nodes
        roots.append(total)
        own = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        columns["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        columns["limit"].append(np.where(leaf, 0, np.floor(nodes["num_threshold"])).astype(np.int64))
        columns["left"].append(np.where(leaf, own, nodes["left"]) + total)
        columns["right"].append(np.where(leaf, own, nodes["right"]) + total)
        columns["leaf"].append(np.where(leaf, np.rint(nodes["value"] * 100 * score.LEAF_UNITS), 0).astype(np.int64))
        depth = max(depth, int(nodes["depth"].max()))
        total += len(nodes)
    bias = round(float(np.ravel(forest._baseline_prediction)[0]) * 100 * score.LEAF_UNITS)
    arrays = {name: np.concatenate(parts).astype(np.int64) for name, parts in columns.items()}
    return score.Model(rank, bias, depth, np.array(roots), **arrays)


def save(model: score.Model, target: Path) -> None:
    """Write a model where `score.load` reads it."""
    names = np.frombuffer("\n".join(FEATURES).encode(), np.uint8)
    columns = {
        name: getattr(model, name).astype(np.int32) for name in ("roots", "feature", "limit", "left", "right", "leaf")
    }
    np.savez_compressed(target, features=names, rank=model.rank, bias=model.bias, depth=model.depth, **columns)


def report(found: Cases) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs judged by models that did not see their documents, and their scores."""
    pairs, scores = [], []
    for fold in range(FOLDS):
        model = fit(found, found.fold != fold)
        held = np.flatnonzero(found.fold[found.suspect] == fold)
        best = model.best(found.features[held], found.suspect[held])
        pairs.append(held[best.pair])
        scores.append(model.judge(found.features[held[best.pair]], best.lead))
    return np.concatenate(pairs), np.concatenate(scores)


def print_report(
    found: Cases, pair: npt.NDArray[np.int64], judged: npt.NDArray[np.int64], totals: dict[str, int]
) -> None:
    """Precision and recall of each source at each threshold."""
    source, right = found.source[found.suspect[pair]], found.right[pair]
    for threshold in (0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600):
        line = f"{threshold:4d}"
        for name in WEIGHTS:
            made = (source == name) & (judged >= threshold)
            good = int((made & right).sum())
            line += f"  {name} {made.sum()} P {good / max(1, made.sum()):.3f} R {good / totals[name]:.3f} |"
        print(line)


def read_verdicts() -> dict[str, str]:
    """Wrong spelling to right word, as read in the news."""
    path = Path(__file__).with_name("verdicts.txt")
    return dict(line.split() for line in path.read_text().splitlines() if line and not line.startswith("#"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    documents = cases.documents(given.data)
    news = [document for document in documents if document.source == "news"]
    seen = count.see(news + count.articles(given.data), FOLDS)
    documents += cases.damaged(news, DAMAGED_SHARE, seed=1)
    found = gather(documents, Vocabulary(lexicon.english(), seen.without(None)), seen, read_verdicts())
    if given.report:
        totals = {
            name: sum(kind == "nonword" for d in documents if d.source == name for _, kind in d.edits.values())
            for name in WEIGHTS
        }
        print_report(found, *report(found), totals)
    save(fit(found, np.ones(len(found.fold), bool)), given.target)


if __name__ == "__main__":
    main()
