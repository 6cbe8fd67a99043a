"""Counts of what stands side by side."""

import numpy as np
import pyarrow as pa
import pytest

from transforms.typos import context
from transforms.typos.context import END, KEY_BITS, NUMBER, PAUSE, Counts, Neighbourhood, pair_keys, triple_keys
from transforms.typos.tokens import keys, tokenize

THE, OLD, BRIDGE = keys(["the", "old", "bridge"])


def counts(**levels: int) -> Counts:
    known = {
        "the_old": pair_keys(THE[None], OLD[None])[0],
        "old_bridge": pair_keys(OLD[None], BRIDGE[None])[0],
        "the_old_bridge": triple_keys(THE[None], OLD[None], BRIDGE[None])[0],
    }
    held = {int(known[name]) >> (64 - KEY_BITS): level for name, level in levels.items()}
    return Counts(np.array(sorted(held), np.uint64), np.array([held[key] for key in sorted(held)], np.uint8))


def test_levels_of_what_was_seen_and_what_was_not():
    table = counts(the_old=3, old_bridge=7)
    wanted = np.concatenate([pair_keys(THE[None], OLD[None]), pair_keys(OLD[None], THE[None])])
    assert table.level(wanted).tolist() == [3, 0]


def test_keys_that_fall_into_one_slot_are_all_found():
    held = np.arange(40, dtype=np.uint64)
    table = Counts(held, np.arange(1, 41, dtype=np.uint8))
    assert table.level(held << np.uint64(64 - KEY_BITS)).tolist() == list(range(1, 41))


def test_a_neighbourhood_counts_words_in_the_place_of_others():
    tokens = tokenize(pa.array(["the olf bridge"]))
    place = Neighbourhood(tokens, counts(the_old=3, old_bridge=7, the_old_bridge=2), np.array([1]))
    sides = {side: place.level(side, OLD[None])[0] for side in ("left", "right", "middle_triple", "left_triple")}
    assert sides == {"left": 3, "right": 7, "middle_triple": 2, "left_triple": 0}


def test_sentences_and_commas_part_neighbours_and_numbers_are_alike():
    tokens = tokenize(pa.array(["the old. Bridge, 5"]))
    place = Neighbourhood(tokens, counts(the_old=1), np.arange(4))
    assert place.left.tolist() == [END, THE, END, PAUSE]
    assert place.right.tolist() == [OLD, END, PAUSE, END]
    assert context.symbols(tokens, np.array([3])) == [NUMBER]


def test_an_unknown_side_is_refused():
    tokens = tokenize(pa.array(["the"]))
    place = Neighbourhood(tokens, counts(the_old=1), np.array([0]))
    with pytest.raises(ValueError, match="behind"):
        place.level("behind", THE[None])
