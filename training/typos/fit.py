"""Train the score of typing errors: rank weights and a forest, both as integers.

    python fit.py DATA transforms/typos/data/model_en.npz [--report]

DATA is the folder of measuring data (`typos/`, `clean_news/`, `pages_extracted/`). `--report` trains on four fifths of
the documents, scores the last fifth, five times over, and prints what each threshold finds and gets wrong; the model
written is trained on all. `verdicts.txt` beside this script holds what reading news and pages showed: corrections of
real errors that the marked sets do not have (`wrong right`), so that they do not count as wrong.
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

from transforms.typos import corrector, evidence, lexicon, score
from transforms.typos.context import Counts
from transforms.typos.evidence import COLUMN, FEATURES
from transforms.typos.passage import Passage, Vocabulary

THRESHOLDS = (180, 200, 220, 240, 260, 280, 300, 350, 400, 500)  # that are reported
DAMAGED_SHARE, RESPACED_SHARE = 0.006, 0.001
# How much a case of each source counts: poor spellers write what editors do not
WEIGHTS = {
    "gittypos": 4.0,
    "news": 2.0,
    "ewt": 3.0,
    "gum": 1.0,
    "holbrook": 0.3,
    "page": 1.0,
    "damaged": 1.0,
    "respaced": 0.5,
}
FOREST = {
    "max_iter": 200,
    "max_depth": 5,
    "max_features": 0.3,  # a tree sees so much of the evidence: no single kind of it decides alone
    "learning_rate": 0.1,
    "min_samples_leaf": 25,
    "l2_regularization": 5.0,
    "early_stopping": False,
}
FORESTS = 3  # their mean decides: a single one moves a case by some 35 hundredths either way


def fit(found: Cases, chosen: npt.NDArray[np.bool_]) -> score.Model:
    """A model of the suspects chosen (by suspect)."""
    weights = np.array([WEIGHTS[name] for name in found.source])
    pairs = chosen[found.suspect]
    ranked = np.flatnonzero(pairs & found.marked[found.suspect])
    scale = np.maximum(found.features[ranked].std(axis=0), 1e-9)
    ranker = LogisticRegression(C=1.0, max_iter=3000)
    ranker.fit(found.features[ranked] / scale, found.right[ranked], sample_weight=weights[found.suspect[ranked]])
    rank = np.rint(ranker.coef_[0] / scale * 100 * score.RANK_UNITS).astype(np.int64)
    empty = np.zeros(0, np.int64)
    model = score.Model(rank, 0, 0, empty, empty, empty, empty, empty, empty)
    inside = np.flatnonzero(pairs)
    best = model.best(found.features[inside], found.suspect[inside])
    pair = inside[best.pair]
    values = np.column_stack([found.features[pair], best.lead])
    forests = [
        HistGradientBoostingClassifier(**FOREST, random_state=seed).fit(
            values, found.right[pair], sample_weight=weights[found.suspect[pair]]
        )
        for seed in range(FORESTS)
    ]
    return exported(rank, *forests)


def report(found: Cases, totals: dict[str, int]) -> None:
    """Print what each threshold would change, and how much of it wrongly, by models that did not see the documents."""
    pairs, scores = [], []
    for fold in range(FOLDS):
        model = fit(found, found.fold != fold)
        held = np.flatnonzero(found.fold[found.suspect] == fold)
        best = model.best(found.features[held], found.suspect[held])
        pairs.append(held[best.pair])
        scores.append(model.judge(found.features[held[best.pair]], best.lead))
    pair = np.concatenate(pairs)
    judged = np.concatenate(scores) - corrector.CAUTION * found.features[pair, COLUMN["inside_title"]]
    source, right = found.source[found.suspect[pair]], found.right[pair]
    free = ~corrector.vetoed(found.features[pair])
    for threshold in THRESHOLDS:
        line = f"{threshold:4d}"
        for name in WEIGHTS:
            made = free & (source == name) & (judged >= threshold)
            good = int((made & right).sum())
            line += f" | {name} {made.sum()}, {made.sum() - good} wrong"
            if totals[name]:
                line += f", P {good / max(1, made.sum()):.3f} R {good / totals[name]:.3f}"
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
    pages = count.articles(given.data)
    seen = count.see(news + pages, FOLDS)
    documents += pages + cases.damaged(news, DAMAGED_SHARE, seed=1) + cases.respaced(news, RESPACED_SHARE, seed=1)
    vocabulary = Vocabulary(
        lexicon.english(), Counts(*seen.without(None)), Counts.load(lexicon.DATA / "recorded_en.npz")
    )

    def find(passage: Passage) -> evidence.Evidence:
        return evidence.weigh(passage, vocabulary, evidence.suspects(passage, vocabulary))

    found = gather(documents, vocabulary, seen, find, read_verdicts())
    if given.report:
        totals = {
            name: sum(kind == "nonword" for d in documents if d.source == name for _, kind in d.edits.values())
            for name in WEIGHTS
        }
        report(found, totals)
    save(fit(found, np.ones(len(found.fold), bool)), FEATURES, given.target)


if __name__ == "__main__":
    main()
