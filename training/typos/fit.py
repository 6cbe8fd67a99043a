"""Train the score of typing errors: rank weights and a forest, both as integers.

    OMP_NUM_THREADS=1 python fit.py DATA transforms/typos/data/model_en.npz [--report]

With more threads scikit-learn takes five times as long on trees as small as these.

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
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

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
    "orphan": 1.0,
}
ORPHANS = 0.5  # of the slips put into news
FOREST = {
    "max_iter": 200,
    "max_depth": 5,
    "max_features": 0.3,  # a tree sees so much of the evidence: no single kind of it decides alone
    "learning_rate": 0.1,
    "min_samples_leaf": 25,
    "l2_regularization": 5.0,
    "early_stopping": False,
}
PENALTY = 2.0  # of the squares of the ranking weights
FORESTS = 3  # their mean decides: a single one moves a case by some 35 hundredths either way


def rank_weights(
    features: npt.NDArray[np.int32],
    right: npt.NDArray[np.bool_],
    suspect: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """What each kind of evidence counts for one word against the others that the same suspect could mean.

    A conditional logit (D. McFadden, 1974): only what sets the right word apart from its rivals tells, not what sets
    words with a known correction apart from others. All arrays have one entry a pair, sorted by suspect.
    """
    scale = np.maximum(features.std(axis=0), 1e-9)
    values = features / scale
    begin = np.flatnonzero(np.append(True, np.diff(suspect) > 0))
    count = np.diff(np.append(begin, len(suspect)))

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds = values @ weights
        odds -= np.repeat(np.maximum.reduceat(odds, begin), count)
        total = np.repeat(np.add.reduceat(np.exp(odds), begin), count)
        slope = values.T @ (weight * (np.exp(odds) / total - right)) + PENALTY * weights
        return weight[right] @ (np.log(total) - odds)[right] + PENALTY / 2 * weights @ weights, slope

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.rint(found.x / scale * 100 * score.RANK_UNITS).astype(np.int64)


def fit(found: Cases, chosen: npt.NDArray[np.bool_]) -> score.Model:
    """A model of the suspects chosen (by suspect)."""
    weights = np.array([WEIGHTS[name] for name in found.source])
    pairs = chosen[found.suspect]
    ranked = np.flatnonzero(pairs & found.marked[found.suspect])
    suspect = found.suspect[ranked]
    rank = rank_weights(found.features[ranked], found.right[ranked], suspect, weights[suspect])
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


def with_orphans(found: Cases) -> Cases:
    """The cases, and a share of the slips put into news once more, without the right word among what they could mean.

    Much of what goes wrong are errors whose right word is out of reach (*mpany*, of *company*): that the best word
    found may not be good enough has to be learned, and the marked texts have few such cases.
    """
    chance = np.random.default_rng(1)
    chosen = (found.source == "damaged") & found.marked & (chance.random(len(found.fold)) < ORPHANS)
    pair = np.flatnonzero(chosen[found.suspect] & ~found.right)
    own, suspect = np.unique(found.suspect[pair], return_inverse=True)
    features = found.features[pair]
    features[:, COLUMN["rivals"]] -= 1
    return Cases(
        features=np.concatenate([found.features, features]),
        suspect=np.append(found.suspect, len(found.fold) + suspect),
        meant=np.append(found.meant, found.meant[pair]),
        right=np.append(found.right, np.zeros(len(pair), bool)),
        source=np.append(found.source, np.full(len(own), "orphan")),
        fold=np.append(found.fold, found.fold[own]),
        marked=np.append(found.marked, np.zeros(len(own), bool)),
        about=found.about + [found.about[one] for one in own],
    )


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
    """Wrong spelling to right word, as read in the news; with a capital where it was read inside a sentence."""
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

    found = with_orphans(gather(documents, vocabulary, seen, find, read_verdicts()))
    if given.report:
        totals = {
            name: sum(kind == "nonword" for d in documents if d.source == name for _, kind in d.edits.values())
            for name in WEIGHTS
        }
        report(found, totals)
    save(fit(found, np.ones(len(found.fold), bool)), FEATURES, given.target)


if __name__ == "__main__":
    main()
