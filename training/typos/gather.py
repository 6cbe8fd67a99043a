"""Suspects of marked texts with what they could mean and which of it is right: what a score is trained on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cases
import count
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.typos import tokens
from transforms.typos.context import Counts
from transforms.typos.evidence import Evidence
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.protection import protected

FOLDS = 5
BATCH = 400  # documents


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
    documents: list[cases.Document],
    vocabulary: Vocabulary,
    seen: count.Seen,
    find: Callable[[Passage], Evidence],
    verdicts: dict[str, str],
) -> Cases:
    """All suspects that `find` has in the documents with what they could mean, and which is right.

    What stands side by side is counted without the documents of the same fold: a text must not vouch for itself.
    """
    documents = sorted(documents, key=lambda document: document.fold(FOLDS))
    counted = None
    parts: list[tuple[npt.NDArray[np.int32], ...]] = []
    right, source, fold, about, total = [], [], [], [], 0
    for batch in batches(documents):
        if batch[0].fold(FOLDS) != counted:
            counted = batch[0].fold(FOLDS)
            vocabulary.counts = Counts(*seen.without(counted))
        words = tokens.tokenize(pa.array([document.text for document in batch]))
        passage = Passage.of(words, vocabulary)
        found = find(passage)
        known: list[str | None] = []  # the right word, "" where the spelling stands, None where it is not to be judged
        inside = (words.first(found.token) == tokens.UPPER) & ~words.opens(found.token)
        places = zip(found.token.tolist(), words.row(found.token).tolist(), inside.tolist(), strict=True)
        for token, row, name in places:
            document, begin = batch[row], int(words.bounds[row])
            start = len(words.text[begin : words.start[token]].tobytes().decode())
            end = start + int(words.end[token] - words.start[token])
            spelling = document.text[start:end]
            known.append(_known(document, start, end, verdicts.get(spelling if name else spelling.lower(), "")))
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
    if protected(document.text, start, end):
        return None
    edit = document.edits.get((start, end))
    if edit:  # who read the news saw more than who marked it
        return verdict if verdict and document.source == "news" else edit[0].lower()
    spans = [*document.ignore, *document.edits]
    if document.source in ("damaged", "respaced") or any(low < end and start < high for low, high in spans):
        return None
    return verdict
