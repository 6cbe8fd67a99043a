"""The typing-error editor: texts and their languages in, a table of edits out.

`load` reads a language's lexicon and model once a process; `correct` is the editor. What a page gets never depends on
the other pages of its batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.edits import BATCH_EDITS
from transforms.typos import evidence, lexicon, realword, score
from transforms.typos.context import Counts
from transforms.typos.evidence import COLUMN, Features
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.protection import protected
from transforms.typos.realword import Confusions
from transforms.typos.tokens import UPPER, Ints, Words, keys, tokenize
from transforms.typos.usage import Usage

# What edits are made by: a misspelling that is on a list, another unknown word, a known word in the wrong place
RULES = LISTED, NONWORD, REALWORD = "typos/listed", "typos/nonword", "typos/realword"

DEFAULT_THRESHOLD = 220
CAUTION = 100  # what a capital inside a sentence takes from a score
AROUND = 400  # bytes on either side of a word by which it is protected
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
class Language:
    """What the corrector knows of a language."""

    vocabulary: Vocabulary
    model: score.Model
    confusions: Confusions
    realword_model: score.Model


@dataclass(frozen=True)
class Corrector:
    """Options with the installed languages, by ISO 639-1 code, and what earlier outputs write in each."""

    options: Options
    languages: dict[str, Language]
    usage: dict[str, Usage]


class Decisions(NamedTuple):
    """Words to correct: place in the batch, row of the word meant in the proposals, log-odds in hundredths, rule."""

    token: Ints
    meant: Ints
    judged: Ints
    rule: npt.NDArray[np.str_]


def load(options: Options, profile: pa.Table | None = None) -> Corrector:
    """Make a corrector; takes half a second, so do it once a process. profile: as `usage.load` gives it."""
    data = lexicon.DATA
    counts, recorded = (Counts.load(data / f"{name}_en.npz") for name in ("counts", "recorded"))
    vocabulary = Vocabulary(lexicon.english(), counts, recorded)
    english = Language(
        vocabulary,
        score.load(data / "model_en.npz", evidence.FEATURES),
        Confusions.of(vocabulary),
        score.load(data / "realword_en.npz", realword.FEATURES),
    )
    return Corrector(options, {"en": english}, {} if profile is None else {"en": Usage(profile, "en")})


def correct(texts: pa.Array, languages: pa.Array, corrector: Corrector) -> pa.Table:
    """The corrections of a column of texts, as `BATCH_EDITS`; texts of languages not installed get none."""
    tables = [BATCH_EDITS.empty_table()]
    for code, language in corrector.languages.items():
        rows = np.flatnonzero(pc.fill_null(pc.equal(languages, code), False).to_numpy(zero_copy_only=False))
        if len(rows):
            tokens = tokenize(texts.take(pa.array(rows)))
            made = _decide(tokens, language, corrector.options)
            if usage := corrector.usage.get(code):
                made = _unusual(made, tokens, language.vocabulary, usage)
            tables.append(_edits(tokens, rows, language.vocabulary, made))
    return pa.concat_tables(tables).sort_by([("row", "ascending"), ("start", "ascending")])


def _decide(tokens: Words, language: Language, options: Options) -> Decisions:
    passage = Passage.of(tokens, language.vocabulary)
    made = [_nonwords(passage, language, options.threshold), _realwords(passage, language, options.threshold)]
    token, meant, judged, rule = (np.concatenate(column) for column in zip(*made, strict=True))
    kept = ~np.isin(tokens.key[token], keys([word.lower() for word in options.never_touch]))
    kept[kept] = ~_protected(tokens, token[kept])
    return Decisions(token[kept], meant[kept], judged[kept], rule[kept])


def _unusual(made: Decisions, tokens: Words, vocabulary: Vocabulary, usage: Usage) -> Decisions:
    """The decisions but those on unknown spellings that the corpus writes as words."""
    written = usage.written(tokens.key[made.token], vocabulary.keys[made.meant]) & (made.rule != REALWORD)
    return Decisions(*(column[~written] for column in made))


def _nonwords(passage: Passage, language: Language, threshold: int) -> Decisions:
    """Unknown words that a known one was surely meant by."""
    suspects = evidence.suspects(passage, language.vocabulary)
    found = evidence.weigh(passage, language.vocabulary, suspects, PLAIN_ENOUGH)
    pair, lead = language.model.best(found.features, found.suspect)
    free = ~vetoed(found.features[pair])
    pair, lead = pair[free], lead[free]
    features = found.features[pair]
    judged = language.model.judge(features, lead) - CAUTION * features[:, COLUMN["inside_title"]]
    sure = judged >= threshold
    rule = np.where(_listed(features), LISTED, NONWORD)
    return Decisions(found.token[found.suspect[pair[sure]]], found.meant[pair[sure]], judged[sure], rule[sure])


def _realwords(passage: Passage, language: Language, threshold: int) -> Decisions:
    """Known words where another was surely meant; each pair has a threshold of its own, which moves along."""
    found = realword.doubts(passage, language.vocabulary, language.confusions)
    above = language.realword_model.judge(found.features, np.zeros(len(found.meant), np.int64)) - found.least
    judged = above + DEFAULT_THRESHOLD
    order = np.lexsort((found.meant, -judged, found.suspect))
    first = order[np.append(True, np.diff(found.suspect[order]) > 0)[: len(order)]]
    sure = first[judged[first] >= threshold]
    rule = np.full(len(sure), REALWORD)
    return Decisions(found.token[found.suspect[sure]], found.meant[sure], judged[sure], rule)


def _edits(tokens: Words, rows: Ints, vocabulary: Vocabulary, made: Decisions) -> pa.Table:
    row = tokens.row(made.token)
    begin = tokens.bounds[row]
    words = (vocabulary.proposals[row] for row in made.meant.tolist())
    capital = tokens.first(made.token) == UPPER
    return pa.table(
        {
            "row": rows[row],
            "start": tokens.start[made.token] - begin,
            "end": tokens.end[made.token] - begin,
            "replacement": [_cased(word, upper) for word, upper in zip(words, capital.tolist(), strict=True)],
            "rule": made.rule.tolist(),
            "confidence": _confidence(made.judged),
        },
        schema=BATCH_EDITS,
    )


def _listed(features: Features) -> npt.NDArray[np.bool_]:
    """Whether the word meant is listed as the spelling's correction."""
    return np.any(features[:, [COLUMN["listed_only"], COLUMN["listed_first"], COLUMN["listed_other"]]], axis=1)


def vetoed(features: Features) -> npt.NDArray[np.bool_]:
    """Names of the page, and words among foreign ones: what the training texts have too little of to learn it."""
    foreign: npt.NDArray[np.bool_] = features[:, COLUMN["known_near"]] < PLAIN_ENOUGH
    return foreign | (features[:, COLUMN["on_page_capital"]] > 0)


def _cased(word: str, upper: bool) -> str:
    return word[0].upper() + word[1:] if upper else word


def _protected(tokens: Words, token: Ints) -> npt.NDArray[np.bool_]:
    """`protection.protected` for words of a batch, on the text around them."""
    row, start, end = tokens.row(token), tokens.start[token], tokens.end[token]
    low, high = np.maximum(tokens.bounds[row], start - AROUND), np.minimum(tokens.bounds[row + 1], end + AROUND)
    text, found = tokens.text.data, []
    for left, begin, stop, right in zip(low.tolist(), start.tolist(), end.tolist(), high.tolist(), strict=True):
        before, behind = (
            bytes(text[one:other]).decode(errors="ignore") for one, other in ((left, begin), (begin, right))
        )
        found.append(protected(before + behind, len(before), len(before) + stop - begin))
    return np.array(found, bool)


# The score from which each hundredth of confidence holds: the logistic function's inverse, 50 to 99 in a hundred
_CONFIDENCE = (
    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 41, 45, 49, 53, 58, 62, 66, 71, 75, 80, 85, 90, 94, 99, 105, 110, 115,
    121, 127, 132, 139, 145, 152, 159, 166, 173, 182, 190, 199, 209, 220, 231, 244, 259, 275, 294, 318, 348, 389,
    460,
)  # fmt: skip


def _confidence(judged: Ints) -> Ints:
    """Log-odds in hundredths as a probability in hundredths, 50 to 99."""
    return (49 + np.maximum(np.searchsorted(_CONFIDENCE, judged, side="right"), 1)).astype(np.uint8)
