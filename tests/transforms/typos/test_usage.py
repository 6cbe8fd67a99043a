"""Word profiles: what earlier outputs write, by site."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.word_profile import WORD_PROFILE
from transforms.typos import Options, correct, load, usage
from transforms.typos.tokens import keys
from transforms.typos.usage import SITES, ProfileError, Usage

PLAIN = (
    "The council said on Monday that the new bridge over the river would open to traffic before the end of the year."
)


def stories(*rows: tuple[str | None, str], kept: bool = True, language: str = "en") -> pa.Table:
    return pa.table(
        {
            "text": pa.array([text for _, text in rows], pa.string()),
            "site": pa.array([site for site, _ in rows], pa.string()),
            "language": pa.array([language] * len(rows), pa.string()),
            "kept": pa.array([kept] * len(rows), pa.bool_()),
        }
    )


def counted(*rows: tuple[str | None, str]) -> dict[tuple[str, bool], tuple[int, int]]:
    """(word, name) to (sites, stories)."""
    found = usage.count(stories(*rows), "en").to_pylist()
    return {(row["word"], row["name"]): (row["sites"].bit_count(), row["stories"]) for row in found}


def profile(word: str, sites: int, each: int = 1, text: str = "they saw the {} there") -> pa.Table:
    rows = [(f"site{n}.example", text.format(word)) for n in range(sites) for _ in range(each)]
    return usage.count(stories(*rows), "en")


def test_words_are_counted_by_story_and_by_site():
    found = counted(
        ("a.example", "the hoverbike, a hoverbike"), ("a.example", "no hoverbike"), ("b.example", "hoverbike")
    )
    assert found["hoverbike", False] == (2, 3)
    assert found["the", False] == (1, 1)


def test_names_are_told_from_words_and_heads_of_sentences_are_neither():
    found = counted(("a.example", "they met Gove there. Gove left; they saw the gove"))
    assert found["gove", True] == (1, 1)
    assert found["gove", False] == (1, 1)
    assert ("they", True) not in counted(("a.example", "They met. They left."))


def test_numbers_foreign_letters_and_tiny_words_are_no_words():
    assert counted(("a.example", "x2y as café MiXed McCoy URLs")) == {}


def test_stories_without_a_site_are_of_one_site():
    assert counted((None, "the hoverbike"), (None, "the hoverbike"))["hoverbike", False] == (1, 2)


def test_copies_and_other_languages_are_not_counted():
    assert usage.count(stories(("a.example", "the word"), kept=False), "en").num_rows == 0
    assert usage.count(stories(("a.example", "the word"), language="de"), "en").num_rows == 0


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a.example", "b.example", "c.example", None]),
        st.lists(st.sampled_from(["the", "hoverbike", "Gove", "saw", "said."]), max_size=6).map(" ".join),
    ),
    max_size=8,
)


@given(ROWS, st.integers(0, 8))
def test_parts_joined_in_any_order_are_the_whole(rows, cut):
    whole = usage.merge([usage.count(stories(*rows), "en")])
    parts = [usage.count(stories(*part), "en") for part in (rows[:cut], rows[cut:])]
    assert usage.merge(parts).equals(whole)
    assert usage.merge(parts[::-1]).equals(whole)


def test_a_profile_survives_its_file_but_for_words_of_a_single_story():
    found = usage.load(usage.dump(usage.merge([profile("hoverbike", 3), profile("once", 1)])))
    assert found.schema.equals(WORD_PROFILE)
    assert "hoverbike" in found["word"].to_pylist()
    assert "once" not in found["word"].to_pylist()


def test_another_file_and_another_version_are_refused():
    with pytest.raises(ProfileError, match="no word profile"):
        usage.load(b"PAR1 no")
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), file)
    with pytest.raises(ProfileError, match="no word profile"):
        usage.load(file.getvalue())
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({"copydesk.word_profile": "99"}), file)
    with pytest.raises(ProfileError, match="version 99"):
        usage.load(file.getvalue())


def written(table: pa.Table, spelling: str, meant: str) -> bool:
    return bool(Usage(table, "en").written(keys([spelling]), keys([meant]))[0])


def test_what_several_sites_write_is_a_word():
    assert written(profile("hoverbike", 2 * SITES), "hoverbike", "motorbike")
    assert not written(profile("hoverbike", 1, each=50), "hoverbike", "motorbike")


def test_a_common_slip_is_no_word():
    often = usage.merge([profile("goverment", 2 * SITES), profile("government", 2 * SITES, each=40)])
    assert not written(often, "goverment", "government")
    assert written(often, "government", "governments")


def test_the_corrector_leaves_what_the_corpus_writes():
    text = f"{PLAIN} The annoucement of the plan was the first of many steps."

    def made(table: pa.Table | None) -> int:
        return correct(pa.array([text]), pa.array(["en"]), load(Options(), table)).num_rows

    assert made(None) == 1
    assert made(profile("annoucement", 1, each=9)) == 1
    assert made(profile("annoucement", 2 * SITES)) == 0
