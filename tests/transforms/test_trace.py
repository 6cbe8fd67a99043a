"""A page and its story in one."""

import itertools

import numpy as np
import pyarrow as pa
from hypothesis import given
from texts import TEXT, editor

from transforms.editing import Step, apply, audit
from transforms.trace import Piece, trace


def traced(*texts: str) -> list[Piece]:
    """The trace of a page that became each of the next texts in turn, by a step that passes over it so many times."""
    steps, column = [], pa.array([texts[0]])
    for before, after in itertools.pairwise(texts):
        table = editor([before], [after])
        steps.append(Step("step", column, table))
        column = apply(column, table)
    return trace(texts[0], audit(np.zeros(1, np.uint64), pa.array(["p"]), steps).to_pylist())


def test_what_went_stands_beside_what_came_with_the_rule_that_did_it():
    assert [(p.text, p.fate, p.rule) for p in traced("teh port", "the port")] == [
        ("t", "kept", ""),
        ("h", "added", "test/rule"),
        ("e", "kept", ""),
        ("h", "removed", "test/rule"),
        (" port", "kept", ""),
    ]


def test_what_an_earlier_step_put_in_and_a_later_one_took_out_is_gone():
    assert [p.text for p in traced("ab", "aXb", "ab")] == ["a", "b"]


@given(TEXT, TEXT, TEXT)
def test_kept_and_removed_make_the_page_and_kept_and_added_the_story(page, between, story):
    pieces = traced(page, between, story)
    assert "".join(p.text for p in pieces if p.fate != "added") == page
    assert "".join(p.text for p in pieces if p.fate != "removed") == story
