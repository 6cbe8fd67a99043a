"""What tells pages with an article from pages without."""

import numpy as np
import pyarrow as pa

from transforms.scaffolding.article import LOOKS, page_features
from transforms.scaffolding.lines import split

STORY = "\n".join(
    ["Dockers vote to end dispute", *["The council said that the crane would stand on the quay by June."] * 3]
)
WALL = "Accept all\nYour privacy\nSettings"


def told(pages, scores):
    lines = split(pa.array(pages))
    rows = {name: np.full(len(lines), 40, np.int16) for name in LOOKS}
    sentence = lines.words > 8
    families = np.zeros(len(lines.distinct), np.int64)
    found = page_features(lines, rows, np.array(scores, np.int32), sentence, families)
    return {name: row.tolist() for name, row in found.items()}


def test_an_article_has_its_sentences_in_a_row():
    found = told([STORY, WALL], [500, 3000, 3000, 3000, -3000, -3000, -3000])
    assert found["run-told"] == [3, 0]
    assert found["count-kept"] == [4, 0]
    assert found["longest"] == [13, 0]


def test_a_run_ends_where_its_page_does():
    assert told([STORY, STORY], [3000] * 8)["run-told"] == [3, 3]


def test_how_lines_look_is_weighed_by_their_words():
    assert told([STORY], [3000] * 4)["reader-kept"] == [40]


def test_a_page_is_told_whatever_stands_beside_it():
    alone, beside = (
        told([STORY], [500, 3000, 3000, -2000]),
        told([WALL, STORY], [-3000, -100, 0, 500, 3000, 3000, -2000]),
    )
    assert [column[0] for column in alone.values()] == [column[1] for column in beside.values()]
