"""The languages that langdetect finds are found, without chance, whatever the batch; nothing is told of nothing."""

import doctest
import gzip
import json
import random
import time
from itertools import islice
from pathlib import Path

import langdetect
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect import DetectorFactory, detector_factory
from langdetect.utils.ngram import NGram

from tests.helpers.twins import both
from transforms import native
from transforms.language import UNKNOWN, detect, fixed, model, score

pytestmark = pytest.mark.usefixtures("each_twin")

TEXTS: dict[str, str] = json.loads((Path(__file__).parent / "language_texts.json").read_text(encoding="utf-8"))


def languages(texts: list[str | None]) -> list[str]:
    return detect(pa.array(texts, pa.string()))[0].to_pylist()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(DetectorFactory, "seed", 0)
    langdetect.detect("loads the profiles")
    return detector_factory._factory


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_one_sentence_is_told(language):
    names, scores = detect(pa.array([TEXTS[language]]))
    assert names[0].as_py() == language
    assert scores[0].as_py() >= 0.9


def langdetects_answer(text: str) -> tuple[str, float]:
    try:
        best = langdetect.detect_langs(text)[0]
    except langdetect.LangDetectException:
        return UNKNOWN, 1.0
    return best.lang[:2], best.prob


def test_langdetect_says_the_same_wherever_it_is_sure(library):
    rng = random.Random(5)
    texts = []
    for text in TEXTS.values():
        words = text.split()
        texts += [text, text[: len(text) * 2 // 3], " ".join(rng.sample(words, len(words)))]
        texts.append(text + " " + rng.choice(list(TEXTS.values()))[:20])
    sure = 0
    for text, ours in zip(texts, languages(texts), strict=True):
        theirs, probability = langdetects_answer(text)
        if probability > 0.99:
            sure += 1
            assert ours == theirs, text
    assert sure > 0.9 * len(texts)


def test_langdetect_says_the_same_of_web_pages(library, shared: Path):
    texts = []
    for path in sorted((shared / "data/pages_wet").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in islice(lines, 8)]
    disagreements, sure = [], 0
    for text, ours in zip(texts, languages(texts), strict=True):
        theirs, probability = langdetects_answer(text)
        if probability > 0.99:
            sure += 1
            disagreements += [(theirs, ours)] if theirs != ours else []
    assert len(disagreements) <= 0.005 * sure, disagreements


def test_words_remembered_from_other_batches_change_nothing(monkeypatch: pytest.MonkeyPatch):
    texts = pa.array([*TEXTS.values()])
    score._known_words.cache_clear()
    assert [column.to_pylist() for column in detect(texts)] == [column.to_pylist() for column in detect(texts)]
    monkeypatch.setattr(native, "BUILT", False)
    monkeypatch.setattr(score, "_remembered", score._NOTHING)
    first = detect(texts)
    assert len(score._remembered.words) > 500
    assert [column.to_pylist() for column in detect(texts)] == [column.to_pylist() for column in first]
    monkeypatch.setattr(score, "REMEMBERED", 0)
    monkeypatch.setattr(score, "_remembered", score._NOTHING)
    assert [column.to_pylist() for column in detect(texts)] == [column.to_pylist() for column in first]
    assert len(score._remembered.words) == 0


SIGNS = st.sampled_from("aAzéßDžИмир的あ😀\u0301\u0309@:/ .’\x00") | st.sampled_from(
    ["http://a", "a@b.c", "Ŵord", "của"]
)
SAMPLED = st.lists(SIGNS, max_size=40).map("".join) | st.lists(SIGNS, min_size=300, max_size=1200).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.lists(SAMPLED, max_size=4), st.integers(0, 1))
def test_both_twins_find_the_same_scores(texts, first):
    column = pa.array([*texts, *list(TEXTS.values())[:3]], pa.string()).slice(first)
    in_c, otherwise = both(lambda: score._scored(model.load(), column))
    assert in_c.tolist() == otherwise.tolist()
    assert in_c.dtype == otherwise.dtype


def test_tables_and_texts_that_do_not_fit_are_refused():
    if not native.BUILT:
        pytest.skip("looks at the loops in C")
    data, loaded, known = np.frombuffer(b"and so", np.uint8), model.load(), score._known_words(56)
    for offsets in ([0, 7], [-1, 3], [3, 2, 4], []):
        with pytest.raises(ValueError, match="offsets"):
            native.language.sums(data, np.array(offsets, np.int64), False, loaded, known)
    small = score.KnownWords(known.spelled[:8], known.scores[:8])
    with pytest.raises(ValueError, match="room"):
        native.language.sums(data, np.array([0, 6]), False, loaded, small)


def test_the_ngrams_counted_are_those_that_langdetect_finds(library):
    texts = [
        *TEXTS.values(),
        "NATO and the EU's iPhone McDonald a I. O",
        "x" * 50,
        "Мир NATO и EU",
        "ALL CAPITALS",
        "a",
    ]
    loaded = model.load()
    counts = score._scored(loaded, pa.array(texts))[:, len(loaded.languages)]
    for text, count in zip(texts, counts.tolist(), strict=True):
        detector = library.create()
        detector.append(text + " ")  # every word ends, here
        detector.cleaning_text()
        assert count == len(detector._extract_ngrams()), text


def test_a_characters_reading_is_langdetects_own():
    table = model._normalized()
    for code in [*range(0xD800), *range(0xE000, 0xFFFF)]:
        assert table[code] == ord(NGram.normalize(chr(code))), hex(code)


def test_every_profile_entry_is_looked_up_and_weighed():
    loaded = model.load()
    assert len(set(loaded.languages)) == 54
    the = model._ngrams(loaded.letters[np.array([[ord("t"), ord("h"), ord("e")]])])
    row = loaded.weights[loaded.rows(the)[0]]
    assert row[: len(loaded.languages)].argmax() == loaded.languages.index("en")
    assert loaded.rows(np.array([0, 1 << 38], np.uint64)).tolist() == [0, 0]
    assert (loaded.weights[1:, : len(loaded.languages)].max(axis=1) > 0).mean() > 0.99
    assert loaded.weights[loaded.rows(the)[0], len(loaded.languages)] == 3


def test_nothing_is_said_of_texts_without_letters():
    names, scores = detect(pa.array(["", None, "12:30 | 45 %", "https://example.com/le/chat", "😀😀"]))
    assert set(names.to_pylist()) == {UNKNOWN}
    assert set(scores.to_pylist()) == {0.0}
    assert [len(column) for column in detect(pa.array([], pa.string()))] == [0, 0]


def test_urls_addresses_and_brands_in_another_script_do_not_count():
    russian = TEXTS["ru"]
    assert languages([russian + " Google YouTube WhatsApp https://example.com/the/house someone@example.com"]) == ["ru"]


def test_a_page_is_read_all_over_and_not_only_at_its_head():
    page = "Skip to content. Sign in. " * 10 + "\n" + (TEXTS["de"] + "\n") * 40
    assert languages([page]) == ["de"]


def test_vietnamese_with_combining_tones_is_vietnamese():
    assert languages(["Mo\u0323i ngươ\u0300i đê\u0300u co\u0301 quyê\u0300n sô\u0301ng va\u0300 an toa\u0300n"]) == [
        "vi"
    ]


@settings(max_examples=15, deadline=None)
@given(st.permutations([*TEXTS.values(), "", None, "12", "abc"]), st.integers(1, 20))
def test_the_answer_for_a_text_does_not_depend_on_its_batch(texts, cut):
    column = pa.array(texts, pa.string())
    whole = detect(column)
    parts = [detect(column.slice(start, cut)) for start in range(0, len(column), cut)]
    for number in (0, 1):
        assert whole[number].to_pylist() == [value for part in parts for value in part[number].to_pylist()]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text()))
def test_any_text_is_taken(texts):
    names, scores = detect(pa.array(texts, pa.string()))
    assert len(names) == len(scores) == len(texts)
    assert all(value == round(value, 2) for value in scores.cast(pa.float64()).to_numpy().round(6))


def test_scores_are_float32_hundredths_and_lower_where_two_languages_are_near():
    names, scores = detect(pa.array([TEXTS["no"], "Vi er her i dag", TEXTS["zh"]]))
    assert names.type == pa.string()
    assert scores.type == pa.float32()
    assert scores[1].as_py() < scores[0].as_py()
    assert scores[2].as_py() == 1


@pytest.mark.parametrize("text", ["x" * 1000, "的" * 1000, "ab ", "\x00\n", "a@" * 50])
def test_a_huge_page_costs_no_more_than_its_sample(text):
    page = text * (1_000_000 // len(text))
    started = time.process_time()
    detect(pa.array([page] * 3))
    assert time.process_time() - started < 1


def test_logarithms_and_powers_are_right_to_a_unit():
    assert doctest.testmod(fixed).failed == 0
    numbers = np.array([*range(1, 3000), 10**6 + 7, 2**40 + 12345, 2**52 - 1])
    assert np.abs(fixed.log2(numbers) - np.log2(numbers) * fixed.UNIT).max() < 1.2
    powers = fixed.power_table() / fixed.POWER_ONE
    assert np.allclose(powers, 2.0 ** (-np.arange(fixed.UNIT) / fixed.UNIT))
