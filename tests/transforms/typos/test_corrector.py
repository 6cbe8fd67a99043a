"""The editor: what is repaired, what is never touched, and that a page's edits do not depend on its batch."""

import time

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.edits import BATCH_EDITS
from transforms.typos import Corrector, Options, correct, load

PLAIN = (
    "The council said on Monday that the new bridge over the river would open to traffic before the end of the year."
)


@pytest.fixture(scope="module")
def corrector() -> Corrector:
    return load(Options())


def made(corrector: Corrector, text: str, language: str = "en") -> list[tuple[str, str]]:
    edits = correct(pa.array([text]), pa.array([language]), corrector)
    return [
        (text.encode()[start:end].decode(), after)
        for start, end, after in zip(*(edits[c].to_pylist() for c in ("start", "end", "replacement")), strict=True)
    ]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("goverment", "government"), ("annouced", "announced"), ("accomodation", "accommodation"), ("recieve", "receive")],
)
def test_a_plain_error_is_repaired(corrector, wrong, right):
    text = f"{PLAIN} The minister said that the {wrong} of the plan was the first of many steps."
    assert made(corrector, text) == [(wrong, right)]


def test_case_is_kept_at_the_head_of_a_sentence(corrector):
    assert made(corrector, f"{PLAIN} Goverment officials said that they would wait.") == [("Goverment", "Government")]


def test_spans_are_bytes_of_utf8(corrector):
    assert made(corrector, f"“Übermorgen” — naïve café. {PLAIN} The goverment said so.") == [
        ("goverment", "government")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The report is at https://example.org/goverment/recieve.html and on www.goverment-recieve.org today.",
        "Write to goverment@recieve.org, or follow #goverment and @recieve, for the latest on the plan.",
        "The option `recieve goverment` is set in config.goverment_recieve and in path/to/goverment of the file.",
        "The firm is listed as <goverment> on the exchange, and &goverment; is how it stands in the page.",
        "It was GOVERMENT that the sign said in large letters, and the people laughed about it for days.",
        "The talks with Ambassador Goverment and with the Recieve family will go on until the end of the week.",
    ],
)
def test_addresses_tags_code_and_names_stay(corrector, text):
    assert made(corrector, f"{PLAIN} {text}") == []


@pytest.mark.parametrize(
    "text",
    [
        "They localised the service and localized it, focussed and focused, in colour and in color, at the theater.",
        "Each employe is paid by the milage that he drives, said the union, as employes of the railways are.",
        "The campaign targetted young drivers, who had benefitted from cheaper cars, and targeted their parents.",
        "Researchers saw the bird (Ptilonorhynchus violaceus) beside the squid Euprymna tasmanica and other poneroids.",
        "The start-up was bought in an acquihire, the kind of expansiongasm that analysts of cryptoassets feared.",
        "As they say there: “El goverment no tiene la culpa, señor, de lo que pasa con el dinero de la gente”.",
    ],
)
def test_variants_species_coinages_and_foreign_words_stay(corrector, text):
    assert made(corrector, f"{PLAIN} {text}") == []


def test_a_capital_inside_a_sentence_is_repaired_where_no_name_is_like_it(corrector):
    text = f"{PLAIN} The bank told the Internatonal Monetary Fund that it would pay at the end of the year."
    assert made(corrector, text) == [("Internatonal", "International")]
    text = f"{PLAIN} It was read by Professor Oppsiti and by Ms Treasurby of the Chrysalor family in the spring."
    assert made(corrector, text) == []


def test_a_name_of_the_page_stays(corrector):
    text = f"{PLAIN} Recieve, a band from the north, will play. Fans of recieve came early to the hall to get a place."
    assert made(corrector, text) == []


@pytest.mark.parametrize("text", ["the govern ment said so", "the go vernment said so", "the governmen t said so"])
def test_a_space_too_many_is_not_repaired_as_a_letter_too_few(corrector, text):
    assert made(corrector, f"{PLAIN} On Tuesday {text}.") == []


def test_words_that_the_user_protects_stay():
    text = f"{PLAIN} The goverment said so."
    assert made(load(Options(never_touch=("Goverment",))), text) == []


def test_a_higher_threshold_corrects_less():
    text = f"{PLAIN} The goverment said so."
    assert made(load(Options(threshold=10_000)), text) == []


def test_other_languages_are_left_alone(corrector):
    assert made(corrector, f"{PLAIN} The goverment said so.", "de") == []


def test_the_table_is_the_contract(corrector):
    edits = correct(pa.array([f"{PLAIN} The goverment said so."]), pa.array(["en"]), corrector)
    assert edits.schema == BATCH_EDITS
    assert edits["rule"].to_pylist() == ["typos/listed"]
    assert 50 <= edits["confidence"][0].as_py() <= 99


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        ([], []),
        ([""], ["en"]),
        ([None], ["en"]),
        (["x"], [None]),
        (["a" * 100_000], ["en"]),
        (["\x00\x07 \ufffd"], ["en"]),
    ],
)
def test_odd_input_gives_no_edits(corrector, texts, languages):
    edits = correct(pa.array(texts, pa.string()), pa.array(languages, pa.string()), corrector)
    assert edits.num_rows == 0
    assert edits.schema == BATCH_EDITS


def test_a_page_full_of_unknown_words_is_no_prose(corrector):
    noise = " ".join(f"goverment annouced {'abcdefghij'[n % 10]}xq{'klmnopqrst'[n // 10 % 10]}" for n in range(60))
    assert made(corrector, f"{PLAIN} {noise}") == []


def test_a_page_full_of_unknown_names_may_be_prose(corrector):
    names = " ".join(
        f"Ms {first}{last}ingvar,"
        for first in ("Bolt", "Kars", "Tamm", "Venn", "Dorr", "Lusk")
        for last in ("ag", "em", "il", "ov", "uz", "yk", "ash", "ent")
    )
    assert made(corrector, f"{PLAIN} Present were {names} and others. The goverment said so.") == [
        ("goverment", "government")
    ]


def test_a_huge_page_costs_time_in_proportion(corrector):
    def seconds(size: int) -> float:
        page = f"{PLAIN} The goverment said so. " * size + "zzyzx" * size
        started = time.process_time()
        correct(pa.array([page]), pa.array(["en"]), corrector)
        return time.process_time() - started

    seconds(1_000)
    assert seconds(16_000) < 40 * max(seconds(2_000), 0.02)


PAGES = st.lists(
    st.lists(
        st.sampled_from([*PLAIN.split(), "goverment", "Goverment", "annouced.", "“recieve", "hte", "é", "\n"]),
        max_size=25,
    ).map(" ".join),
    min_size=1,
    max_size=4,
)


@settings(max_examples=30, deadline=None)
@given(PAGES)
@example(["said hte The", "The"])  # what stands behind a page's last word is another page
@example([f"{PLAIN} “the goverment said", "”"])  # so is what closes its last quotation
def test_a_page_has_the_same_edits_in_any_batch(corrector, pages):
    together = correct(pa.array(pages), pa.array(["en"] * len(pages)), corrector).to_pylist()
    apart = [
        {**edit, "row": row}
        for row, page in enumerate(pages)
        for edit in correct(pa.array([page]), pa.array(["en"]), corrector).to_pylist()
    ]
    assert together == apart
    spans = [(edit["row"], edit["start"], edit["end"]) for edit in together]
    assert spans == sorted(spans)
