"""Train the score of typing errors: rank weights and a forest, both as integers.

    python fit.py DATA transforms/typos/data/model_en.npz [--report]

DATA is the folder of measuring data (`typos/`, `clean_news/`). `--report` trains on four fifths of the documents,
scores the last fifth, five times over, and prints what each threshold finds and gets wrong; the model written is
trained on all. `verdicts.txt` beside this script holds what reading the news showed: corrections of real errors that
the marked sets do not have (`wrong right`), so that they do not count as wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cases
import count
import numpy as np
import numpy.typing as npt
from forest import exported, save
from gather import FOLDS, Cases, gather
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from transforms.typos import evidence, lexicon, score
from transforms.typos.context import Counts
from transforms.typos.evidence import FEATURES
from transforms.typos.passage import Passage, Vocabulary

RANK_UNITS = 100  # rank weights are hundredths
DAMAGED_SHARE = 0.006
# How much a case of each source counts: poor spellers write what editors do not
WEIGHTS = {"gittypos": 4.0, "news": 2.0, "ewt": 3.0, "gum": 1.0, "holbrook": 0.3, "damaged": 1.0}
FOREST = {
    "max_iter": 200,
    "max_depth": 5,
    "max_features": 0.3,  # a tree sees so much of the evidence: no single kind of it decides alone
    "learning_rate": 0.1,
    "min_samples_leaf": 25,
    "l2_regularization": 5.0,
    "early_stopping": False,
    "random_state": 0,
}


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
    trees = HistGradientBoostingClassifier(**FOREST)
    values = np.column_stack([found.features[pair], best.lead])
    trees.fit(values, found.right[pair], sample_weight=weights[found.suspect[pair]])
    return exported(rank, trees)


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
    vocabulary = Vocabulary(lexicon.english(), Counts(*seen.without(None)))

    def find(passage: Passage) -> evidence.Evidence:
        return evidence.weigh(passage, vocabulary, evidence.suspects(passage, vocabulary))

    found = gather(documents, vocabulary, seen, find, read_verdicts())
    if given.report:
        totals = {
            name: sum(kind == "nonword" for d in documents if d.source == name for _, kind in d.edits.values())
            for name in WEIGHTS
        }
        print_report(found, *report(found), totals)
    save(fit(found, np.ones(len(found.fold), bool)), FEATURES, given.target)


if __name__ == "__main__":
    main()
