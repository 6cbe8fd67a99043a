"""What is known of a suspect before it is judged."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.twins import both
from transforms.typos import Options, evidence, load
from transforms.typos.evidence import COLUMN, LISTS
from transforms.typos.memory import Memory
from transforms.typos.passage import Passage, Vocabulary
from transforms.typos.tokens import tokenize

pytestmark = pytest.mark.usefixtures("each_twin")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load(Options()).languages["en"].vocabulary


def weighed(vocabulary: Vocabulary, text: str, word: str, meant: str, *names: str) -> list[int]:
    """What the evidence says of a word of the text and one that it could have been meant to be."""
    tokens = tokenize(pa.array([text]))
    passage = Passage.of(tokens, vocabulary)
    found = evidence.weigh(passage, vocabulary, evidence.suspects(passage, vocabulary))
    pairs = zip(found.suspect.tolist(), found.meant.tolist(), strict=True)
    row = next(
        n
        for n, (suspect, proposal) in enumerate(pairs)
        if tokens.word(found.token[suspect]) == word and vocabulary.proposals[proposal] == meant
    )
    return [int(found.features[row, COLUMN[name]]) for name in names]


def test_a_word_parted_by_a_space_is_told(vocabulary):
    text = "She waited for a m oment while the council of the town met."
    assert weighed(vocabulary, text, "oment", "moment", "joined") == [1]


@pytest.mark.parametrize("text", ["He waited for the m, oment by oment.", "oment", "It was om ent by oment."])
def test_a_sign_or_another_word_between_joins_nothing(vocabulary, text):
    assert weighed(vocabulary, f"It was said in the town. {text}", "oment", "moment", "joined") == [0]


def test_rare_words_are_known_by_the_lists_that_have_them(vocabulary):
    text = "The hackling of flax is an old trade, and tmesis is an old figure, but a tradde is none."
    assert weighed(vocabulary, text, "hackling", "tackling", *LISTS) == [1, 1, 0]
    assert weighed(vocabulary, text, "tmesis", "thesis", *LISTS) == [1, 0, 0]
    assert weighed(vocabulary, text, "tradde", "trade", *LISTS) == [0, 0, 0]


def test_suspects_among_unknown_words_are_left_out_where_that_is_asked_for(vocabulary):
    text = "The goverment fell in the night. Quando il goverment cadde nella notte, nessuno piangeva."
    tokens = tokenize(pa.array([text]))
    passage = Passage.of(tokens, vocabulary)
    suspects = evidence.suspects(passage, vocabulary)

    def looked_at(least_known: int) -> int:
        found = evidence.weigh(passage, vocabulary, suspects, least_known)
        return sum(tokens.word(token) == "goverment" for token in found.token.tolist())

    assert (looked_at(0), looked_at(70)) == (2, 1)


def test_what_is_kept_in_mind_of_a_spelling_changes_nothing():
    vocabulary = load(Options()).languages["en"].vocabulary
    tokens = tokenize(pa.array(["Mr Zrqualdonix said the goverment of Xyvortrania, a zzyqqva, would fall."]))
    passage = Passage.of(tokens, vocabulary)
    suspects = evidence.suspects(passage, vocabulary)
    fresh, again = (evidence.weigh(passage, vocabulary, suspects) for _ in range(2))
    alone = [tokens.word(at) for at in suspects[vocabulary.memory.alone(tokens.key[suspects])].tolist()]
    assert alone == ["Zrqualdonix", "Xyvortrania", "zzyqqva"]
    for column in ("token", "suspect", "meant", "features"):
        assert getattr(fresh, column).tolist() == getattr(again, column).tolist()


WORDS = "the goverment Goverment of zzyqqva said oment m in Nicel de la 3 internationnallization"
PIECES = st.sampled_from([*WORDS.split(), '"', "“", "”", ",", ".", "\n"])


@given(st.lists(st.lists(PIECES, max_size=40).map(" ".join), max_size=4))
def test_both_twins_weigh_alike(vocabulary, texts):
    def all_weighed() -> evidence.Evidence:
        vocabulary.memory = Memory()
        passage = Passage.of(tokenize(pa.array(texts, pa.string())), vocabulary)
        return evidence.weigh(passage, vocabulary, evidence.suspects(passage, vocabulary))

    in_c, in_numpy = both(all_weighed)
    for column in ("token", "suspect", "meant", "features"):
        one, other = getattr(in_c, column), getattr(in_numpy, column)
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist(), column
