"""Train the score of real words in the wrong place.

    python fit_realword.py DATA transforms/typos/data/realword_en.npz [--report LEAST]

Positive cases are words of clean news exchanged for what people write for them, the marked errors of DATA and those
that reading news and web pages found (`realwords.txt`); negative ones the same words where they stand in both.
`--report` scores every document by models that did not see it and lists the corrections of natural texts from a score
on (hundredths of log-odds): read them to set the scores of `confusions` in `transforms/typos/data/en.toml`.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from pathlib import Path

import cases
import count
import numpy as np
import numpy.typing as npt
from forest import exported, save
from gather import FOLDS, Cases, gather
from sklearn.ensemble import HistGradientBoostingClassifier

from transforms.typos import lexicon, realword, score
from transforms.typos.context import Counts
from transforms.typos.evidence import Evidence
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.realword import FEATURES, Confusions

SHARE = {"listed": 0.05, "rare": 0.01}  # of the words that are exchanged
WEIGHTS = {"gittypos": 3.0, "ewt": 3.0, "gum": 1.0, "holbrook": 0.0, "news": 1.0, "page": 1.0, "damaged": 0.5}
FOREST = {
    "max_iter": 200,
    "max_depth": 5,
    "learning_rate": 0.08,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "early_stopping": False,
    "random_state": 0,
}


def exchanged(
    documents: list[cases.Document], vocabulary: Vocabulary, confusions: Confusions, seed: int
) -> list[cases.Document]:
    """Copies with words exchanged for those that are written for them; only these are marked."""
    written = defaultdict(list)
    rows = vocabulary.lexicon.find(vocabulary.keys)
    for word, row in zip(vocabulary.proposals, rows.tolist(), strict=True):
        for pair in range(confusions.begin[row], confusions.begin[row] + confusions.count[row]) if row >= 0 else ():
            kind = "listed" if confusions.number[pair] else "rare"
            written[vocabulary.proposals[confusions.meant[pair]], kind].append(word)
    found = []
    for document in documents:
        chance = random.Random(f"{seed} {document.group}")
        pieces, at, size, edits = [], 0, 0, {}
        for match in re.finditer(r"(?<![\w'’-])(?:[A-Z][a-z]*|[a-z]+)(?![\w'’-])", document.text):
            word, draw = match[0], chance.random()
            kind = "rare" if draw < SHARE["rare"] else "listed"
            others = written.get((word.lower(), kind))
            if draw >= SHARE["listed"] or not others:
                continue
            wrong = chance.choice(others)
            wrong = wrong.capitalize() if word[0].isupper() else wrong
            pieces += [document.text[at : match.start()], wrong]
            size += match.start() - at
            edits[size, size + len(wrong)] = (word, "realword")
            size += len(wrong)
            at = match.end()
        if edits:
            found.append(cases.Document("damaged", document.group, "".join(pieces) + document.text[at:], edits))
    return found


def mark(documents: list[cases.Document]) -> None:
    """Mark in news and pages the errors that `realwords.txt` beside this script has."""
    texts = {document.group: document for document in documents}
    for line in Path(__file__).with_name("realwords.txt").read_text().splitlines()[1:]:
        group, start, written, meant = line.split()
        texts[group].edits[int(start), int(start) + len(written)] = (meant, "realword")


def fit(found: Cases, chosen: npt.NDArray[np.bool_]) -> score.Model:
    """A model of the suspects chosen (by suspect)."""
    weights = np.array([WEIGHTS[name] for name in found.source])[found.suspect]
    pairs = np.flatnonzero(chosen[found.suspect] & (weights > 0))
    trees = HistGradientBoostingClassifier(**FOREST)
    values = np.column_stack([found.features[pairs], np.zeros(len(pairs), np.int32)])
    trees.fit(values, found.right[pairs], sample_weight=weights[pairs])
    return exported(np.zeros(len(FEATURES), np.int64), trees)


def report(found: Cases, vocabulary: Vocabulary, least: int) -> None:
    """List natural corrections, by models that did not see their documents."""
    scores = np.zeros(len(found.suspect), np.int64)
    for fold in range(FOLDS):
        model = fit(found, found.fold != fold)
        held = np.flatnonzero(found.fold[found.suspect] == fold)
        scores[held] = model.judge(found.features[held], np.zeros(len(held), np.int64))
    for pair in np.argsort(-scores, kind="stable"):
        source = found.source[found.suspect[pair]]
        if scores[pair] >= least and source != "damaged":
            _, spelling, known, around = found.about[found.suspect[pair]]
            verdict = "right" if found.right[pair] else f"({known})"
            word = vocabulary.proposals[found.meant[pair]]
            print(f"{scores[pair]:4d} {source} {spelling.lower()} {word} {verdict} | {around}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--report", type=int, metavar="LEAST")
    given = parser.parse_args()
    documents = cases.documents(given.data)
    news = [document for document in documents if document.source == "news"]
    pages = count.articles(given.data)
    mark(news + pages)
    seen = count.see(news + pages, FOLDS)
    vocabulary = Vocabulary(
        lexicon.english(), Counts(*seen.without(None)), Counts.load(lexicon.DATA / "recorded_en.npz")
    )
    confusions = Confusions.of(vocabulary)

    def find(passage: Passage) -> Evidence:
        return realword.doubts(passage, vocabulary, confusions)

    documents += pages + exchanged(news, vocabulary, confusions, seed=1)
    found = gather(documents, vocabulary, seen, find, {})
    if given.report is not None:
        report(found, vocabulary, given.report)
    save(fit(found, np.ones(len(found.fold), bool)), FEATURES, given.target)


if __name__ == "__main__":
    main()
