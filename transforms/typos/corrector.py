"""The typing-error editor: texts and their languages in, a table of edits out.

`load` reads a language's lexicon and model once a process; `correct` is the editor. What a page gets never depends on
the other pages of its batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.edits import BATCH_EDITS
from transforms.typos import evidence, lexicon, score
from transforms.typos.context import Counts
from transforms.typos.evidence import COLUMN, Passage, Vocabulary
from transforms.typos.protection import protected
from transforms.typos.tokens import UPPER, Ints, Tokens, keys, tokenize

DEFAULT_THRESHOLD = 270
CAUTION = 100
TINY = 3  # letters
PLAIN_ENOUGH = 70  # known words among those beside a word, in hundredths


@dataclass(frozen=True)
class Options:
    """What a user may choose.

    - `threshold`: the score from which a correction is made, in hundredths of log-odds; higher is more careful
    - `never_touch`: words that stay as they are, in any case
    """

    threshold: int = DEFAULT_THRESHOLD
    never_touch: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corrector:
    """Options with the vocabulary and the model of each installed language."""

    options: Options
    languages: dict[str, tuple[Vocabulary, score.Model]]


def load(options: Options) -> Corrector:
    """Make a corrector; takes about a second, so do it once a process."""
    english = (
        Vocabulary(lexicon.english(), Counts.load(lexicon.DATA / "counts_en.npz")),
        score.load(lexicon.DATA / "model_en.npz"),
    )
    return Corrector(options, {"en": english})


def correct(texts: pa.Array, languages: pa.Array, corrector: Corrector) -> pa.Table:
    """The corrections of a column of texts, as `BATCH_EDITS`; texts of languages not installed get none."""
    tables = []
    for language, (vocabulary, model) in corrector.languages.items():
        rows = np.flatnonzero(pc.fill_null(pc.equal(languages, language), False).to_numpy(zero_copy_only=False))
        if len(rows):
            tables.append(_correct(texts.take(pa.array(rows)), rows, vocabulary, model, corrector.options))
    made = pa.concat_tables(tables) if tables else BATCH_EDITS.empty_table()
    return made.sort_by([("row", "ascending"), ("start", "ascending")])


def _correct(texts: pa.Array, rows: Ints, vocabulary: Vocabulary, model: score.Model, options: Options) -> pa.Table:
    tokens = tokenize(texts)
    passage = Passage.of(tokens, vocabulary)
    found = evidence.weigh(passage, vocabulary, evidence.suspects(passage, vocabulary))
    pair, lead = model.best(found.features, found.suspect)
    judged = model.judge(found.features[pair], lead)
    token = found.token[found.suspect[pair]]
    judged = judged - _caution(found.features[pair])
    sure = (judged >= options.threshold) & ~_vetoed(found.features[pair])
    sure &= ~np.isin(tokens.key[token], keys([word.lower() for word in options.never_touch]))
    token, judged, pair = token[sure], judged[sure], pair[sure]
    free = np.flatnonzero([not _protected(tokens, int(at)) for at in token])
    token, judged, pair = token[free], judged[free], pair[free]
    listed = found.features[pair][:, [COLUMN["listed_only"], COLUMN["listed_first"], COLUMN["listed_other"]]].any(
        axis=1
    )
    begin = tokens.bounds[tokens.row[token]]
    words = (vocabulary.proposals[row] for row in found.meant[pair].tolist())
    return pa.table(
        {
            "row": rows[tokens.row[token]],
            "start": tokens.start[token] - begin,
            "end": tokens.end[token] - begin,
            "replacement": [
                _cased(word, upper) for word, upper in zip(words, tokens.first[token] == UPPER, strict=True)
            ],
            "rule": np.where(listed, "typos/listed", "typos/nonword").tolist(),
            "confidence": _confidence(judged),
        },
        schema=BATCH_EDITS,
    )


def _caution(features: evidence.Features) -> Ints:
    """What is taken off the score where little was there to learn from: capitals inside a sentence, tiny words."""
    inside, tiny = features[:, COLUMN["inside_title"]] > 0, features[:, COLUMN["length"]] <= TINY
    return np.where(inside | tiny, CAUTION, 0)


def _vetoed(features: evidence.Features) -> npt.NDArray[np.bool_]:
    """Names of the page, words among foreign ones, and words that have only lost a space."""
    name, slipped, run_on, listed = (
        features[:, COLUMN[column]] > 0 for column in ("on_page_capital", "space_slip", "run_on", "listed_only")
    )
    foreign = features[:, COLUMN["known_near"]] < PLAIN_ENOUGH
    return name | slipped | foreign | (run_on & ~listed)


def _cased(word: str, upper: bool) -> str:
    return word[0].upper() + word[1:] if upper else word


def _protected(tokens: Tokens, at: int) -> bool:
    """`protection.protected` for a word of a batch, on the text around it."""
    low = max(int(tokens.bounds[tokens.row[at]]), int(tokens.start[at]) - 400)
    high = min(int(tokens.bounds[tokens.row[at] + 1]), int(tokens.end[at]) + 400)
    before = tokens.text[low : tokens.start[at]].tobytes().decode(errors="ignore")
    after = tokens.text[tokens.start[at] : high].tobytes().decode(errors="ignore")
    return protected(before + after, len(before), len(before) + int(tokens.end[at] - tokens.start[at]))


# The score from which each hundredth of confidence holds: the logistic function's inverse, 50 to 99 in a hundred
_CONFIDENCE = (
    *(
        0,
        4,
        8,
        12,
        16,
        20,
        24,
        28,
        32,
        36,
        41,
        45,
        49,
        53,
        58,
        62,
        66,
        71,
        75,
        80,
        85,
        90,
        94,
        99,
        105,
        110,
        115,
        121,
        127,
    ),
    *(132, 139, 145, 152, 159, 166, 173, 182, 190, 199, 209, 220, 231, 244, 259, 275, 294, 318, 348, 389, 460),
)


def _confidence(judged: Ints) -> Ints:
    """Log-odds in hundredths as a probability in hundredths, 50 to 99."""
    return (49 + np.maximum(np.searchsorted(_CONFIDENCE, judged, side="right"), 1)).astype(np.uint8)
