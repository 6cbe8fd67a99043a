"""The line model: learned numbers, shipped as `model.npz`, and how they are read.

- `LineModel.load`: the model that ships
- `LineModel.judge`: how sure it is that a line belongs to the article, for every line of a batch, that a page holds
  one, and that the page is better for losing the others

Scores are log-odds in thousandths, above 0 where yes is likelier. `training/scaffolding/train.py` makes the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO

import numpy as np
import pyarrow as pa

from transforms.scaffolding.article import page_features
from transforms.scaffolding.context import context
from transforms.scaffolding.features import features
from transforms.scaffolding.lines import Array, Lines
from transforms.scaffolding.region import agreed
from transforms.scaffolding.trees import Trees

PARTS = ("first", "second", "page", "gain")


@dataclass(frozen=True)
class Judgement:
    """What the model makes of a batch: int32 arrays of scores."""

    lines: Array  # an entry a line: it belongs to the article
    pages: Array  # an entry a page: it holds an article
    gain: Array  # an entry a page: it is better without the lines that do not belong; a forum or a shop may not be


@dataclass(frozen=True)
class LineModel:
    """Four sums of trees, and the names of the features that each asks for."""

    first: Trees
    second: Trees
    page: Trees
    gain: Trees
    names: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls) -> LineModel:
        """The model that ships with the package."""
        return _shipped()

    @classmethod
    def read(cls, file: bytes) -> LineModel:
        """A model from the bytes of a file that the training script wrote."""
        data = np.load(BytesIO(file))
        trees = {
            part: Trees(
                data[f"{part}_feature"], data[f"{part}_threshold"], data[f"{part}_leaf"], int(data[f"{part}_bias"])
            )
            for part in PARTS
        }
        return cls(**trees, names={part: tuple(data[f"{part}_names"].tolist()) for part in PARTS})

    def judge(self, lines: Lines, families: Array, sentence: Array, titles: pa.Array) -> Judgement:
        """The arguments are those of `features`."""
        rows = features(lines, families, sentence, titles)
        first = self._scores("first", rows)
        second = self._scores("second", rows | context(lines, first))
        pages = page_features(lines, rows, second, sentence, families)
        return Judgement(agreed(lines, first, second), self._scores("page", pages), self._scores("gain", pages))

    def _scores(self, part: str, rows: Mapping[str, Array]) -> Array:
        trees: Trees = getattr(self, part)
        return trees.scores([rows[name] for name in self.names[part]])


@cache
def _shipped() -> LineModel:
    return LineModel.read((resources.files(__package__) / "model.npz").read_bytes())
