"""Real words in the wrong place."""

import pyarrow as pa
import pytest

from transforms.typos import Corrector, Options, correct, load

PLAIN = "The council said on Monday that the new bridge would open before the end of the year."

pytestmark = pytest.mark.usefixtures("each_twin")


@pytest.fixture(scope="module")
def corrector() -> Corrector:
    return load(Options())


def made(corrector: Corrector, text: str) -> list[tuple[str, str, str]]:
    edits = correct(pa.array([text]), pa.array(["en"]), corrector).to_pylist()
    return [(text.encode()[e["start"] : e["end"]].decode(), e["replacement"], e["rule"]) for e in edits]


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("The figures were much higher then expected by the bank.", ("then", "than")),
        ("Ion a statement on Tuesday the company said that it would appeal.", ("Ion", "In")),
        ("They went on there own to the meeting with the union.", ("there", "their")),
    ],
)
def test_a_word_that_does_not_fit_is_repaired_where_another_does(corrector, text, edit):
    assert made(corrector, f"{PLAIN} {text}") == [(*edit, "typos/realword")]


@pytest.mark.parametrize(
    "text",
    [
        "First they talked, then they voted, and then the meeting was over.",
        "They fill in the form, form a line and take their seats over there.",
        "There was more then, and there is more now than there was.",
        "You know your own mind, and for all you people that is enough.",
        "No more then. Their own form of it led them there, though.",
    ],
)
def test_words_in_their_place_stay(corrector, text):
    assert made(corrector, f"{PLAIN} {text}") == []
