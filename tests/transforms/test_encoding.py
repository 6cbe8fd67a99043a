"""Damaged text is repaired, whatever damaged it; all other text is left alone; and every repair can be undone."""

import doctest
import gzip
import itertools
import json
import time
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import both

from schemas.edits import BATCH_EDITS
from transforms import editing, native
from transforms.encoding import columns, context, line, repair, runs, screen, suspect

pytestmark = pytest.mark.usefixtures("each_twin")

MOJIBAKE_LETTERS = "ÃÂâ€™œžŸ“”…–—\x80\x93\x9d\xa0\xadÐÑ¡©ãƒ¤√©´┬├ГÄÅ"


def all_repaired(texts: list[str]) -> list[str]:
    column = pa.array(texts, pa.string())
    return editing.apply(column, repair(column)).to_pylist()


def repaired(text: str) -> str:
    return all_repaired([text])[0]


def rules(text: str) -> list[str]:
    return repair(pa.array([text], pa.string()))["rule"].to_pylist()


@pytest.mark.parametrize("module", [line, context, runs])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("The mayorâ€™s â€œplanâ€\x9d failed", "The mayor’s “plan” failed"),
        ("ItÃ¢â‚¬â„¢s twice as bad", "It’s twice as bad"),
        ("a cafÃ© in MÃ¼nchen", "a café in München"),
        ("un r√©gime √©quilibr√©", "un régime équilibré"),
        ("Minister mÃ³wi o podwyÅ¼ce", "Minister mówi o podwyżce"),
        ("РџСЂРµР·РёРґРµРЅС‚ РїРѕРґРїРёСЃР°Р»", "Президент подписал"),
        ("“Both” the cafÃ© and the owner’s", "“Both” the café and the owner’s"),
    ],
)
def test_utf8_read_in_another_encoding_is_read_again(damaged, meant):
    assert repaired(damaged) == meant


ENCODINGS = ["latin-1", "sloppy-windows-1252", "sloppy-windows-1250", "sloppy-windows-1251", "mac-roman", "cp437"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_sentences_in_thirty_languages_are_read_again_whatever_they_were_read_in(encoding):
    sentences = json.loads((Path(__file__).parent / "language_texts.json").read_text(encoding="utf-8"))
    latin_greek_cyrillic = [text for text in sentences.values() if max(text) < "\u0500" and not text.isascii()]
    damaged = [text.encode().decode(encoding) for text in latin_greek_cyrillic]
    assert len(damaged) > 25
    assert all_repaired(damaged) == latin_greek_cyrillic


@pytest.mark.parametrize("encoding", runs._ENCODINGS)
def test_the_characters_of_an_encoding_are_those_that_it_can_write(encoding):
    def written(character: str) -> bool:
        try:
            return bool(character.encode(encoding))
        except UnicodeEncodeError:
            return False

    beyond = [chr(code) for code in range(0x80, 0x110000) if not 0xD800 <= code < 0xE000]
    assert {c for c in runs._CHARACTERS[encoding] if not c.isascii()} == set(filter(written, beyond))


def test_what_was_encoded_twice_is_read_twice_however_long_the_line():
    greek = json.loads((Path(__file__).parent / "language_texts.json").read_text(encoding="utf-8"))["el"]
    text = (greek + " ") * 40
    twice = text.encode().decode("sloppy-windows-1252").encode().decode("sloppy-windows-1252")
    escaped = text.encode("ascii", "xmlcharrefreplace").decode()
    assert all_repaired([twice, escaped]) == [text, text]


def test_a_line_that_is_mojibake_in_places_is_repaired_where_it_is():
    assert repaired("Zespół okreÅ›la zasady, „mówi” wÅ‚aÅ›ciciel") == "Zespół określa zasady, „mówi” właściciel"
    assert repaired("eşit haklar, eÅŸitlik ve kardeÅŸlik") == "eşit haklar, eşitlik ve kardeşlik"


def test_no_break_spaces_that_became_spaces_are_read_as_the_bytes_they_were():
    chinese, hebrew = "两家公司的冠名权合同", "הבנק מודיע על נכסים"
    damaged = [text.encode().decode("sloppy-windows-1252").replace("\xa0", " ") for text in (chinese, hebrew)]
    assert all_repaired(damaged) == [chinese, hebrew]


def test_capitals_with_signs_behind_them_are_no_mojibake():
    words = [
        "SELKÄ",
        "MAAHAN",
        "PÓŁ",
        "ŻÓŁĆ",
        "НІ",
        "РІ",
        "ΔΕΞ",
        "ΟΧΙ",
        "SÃO",
        "NÃO",
        "ĂSTA",
        "ŘÍŠ",
        "ÉTÉ",
        "ŞIŞLI",
        "ĐŽ",
    ]
    lines = [text.replace(" ", sign + " ") + sign for text in (*words, " ".join(words)) for sign in "»…’”®™–—\u00a0:"]
    assert all_repaired(lines) == lines


def test_a_closing_quotation_mark_that_lost_a_byte_is_no_dagger():
    assert repaired("â€œWe won,â€ she said. â€œAt last.â€") == "“We won,” she said. “At last.”"


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("Tom &amp; Jerry&#8217;s &lsquo;caf&eacute;&rsquo;", "Tom & Jerry’s ‘café’"),
        ("Profits &amp;amp;quot;up&amp;amp;quot;", 'Profits "up"'),
        ("It doesn #39;t cost  #36;10", "It doesn't cost $10"),
        ("Marks  amp; Spencer", "Marks & Spencer"),
        ("&#55357;&#56832;&#xD83D;&#xDE00;", "😀😀"),
        ("It&acirc;&#128;&#153;s", "It’s"),
    ],
)
def test_entities_are_read_however_often_they_were_escaped(damaged, meant):
    assert repaired(damaged) == meant


def test_c1_controls_are_the_signs_that_windows_1252_has_in_their_place():
    assert repaired("\x93It\x92s over\x94 \x96 he\x85") == "“It’s over” – he…"


def test_other_controls_go_and_separators_become_blanks():
    assert repaired("a\x00b\x07 c\x1dd \x1b[31mred\x1b[0m\ufeff") == "ab c d red"


def test_soft_hyphens_and_zero_width_characters_inside_words_go():
    assert repaired("news\u00adpaper, re\u200bport, word\u2060joiner, Auf\u200clage") == (
        "newspaper, report, wordjoiner, Auflage"
    )


def test_all_line_ends_become_newlines():
    assert repaired("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\n\r\n") == "a\nb\nc\nd\ne\nf\ng\n\n"


def test_letters_and_marks_are_composed():
    assert repaired("cafe\u0301, A\u030angstro\u0308m, \u1112\u1161\u11ab") == "café, Ångström, 한"


@pytest.mark.parametrize(
    "clean",
    [
        "“Curly quotes,” he said, ‘single’ ones, the ﬁrst ﬂag, ＦＵＬＬ, œuvre, ŒUVRE",
        "AT&T; R&D; ?a=1&copy=2&lang=de, a & b; issues #39; #40; quot",
        "NESTLÉ® in ZZAJÉ’s shop costs 5×£35, c’est l’été à 20 °C, ¿QUÉ?, SÃO PAULO, ÎLE, Āø",
        "می‌خواهم, क्‍ष, 👩‍👩‍👧, \u202bשלום\u202c (ABC)\u200f",
        "ราคา\u200bน้ำมัน",
        "Mọi ngươ\u0300i đê\u0300u co\u0301 quyê\u0300n",
        "ВІКІ, Ђорђе, Αθήνα, ΟΞΕΙΑ, 中文、日本語、한국어",
        "(-1/2)! = √π ≠ 2√π",
        "tab\there, no-break\u00a0space, \u3000ideographic",
        "",
    ],
)
def test_clean_text_stays(clean):
    assert repaired(clean) == clean


def test_an_edit_is_as_small_as_the_damage():
    table = repair(pa.array(["The mayorâ€™s caf&eacute;"]))
    assert [(e["start"], e["end"], e["replacement"]) for e in table.to_pylist()] == [(9, 17, "’"), (22, 30, "é")]


def test_each_repair_names_its_rule():
    text = "a\x00 &amp; cafÃ© so\u00adft e\u0301 \r\n"
    assert rules(text) == [
        "encoding/control",
        "encoding/entity",
        "encoding/mojibake",
        "encoding/zero-width",
        "encoding/nfc",
        "encoding/line-end",
    ]


def test_a_cut_character_never_counts_as_a_line_end_of_the_next_text():
    texts = pa.array(["a\r", "\nb", "", None, "c\u2028"])
    assert editing.apply(texts, repair(texts)).to_pylist()[:3] == ["a\n", "\nb", ""]


def test_nulls_empty_batches_and_slices_are_taken():
    assert repair(pa.array([], pa.string())).schema.equals(BATCH_EDITS)
    assert repair(pa.array([None, "", None])).num_rows == 0
    texts = pa.array(["cafÃ©", "x", "&amp;", None, "y\r\n"])
    assert repair(texts.slice(2, 3))["row"].to_pylist() == [0, 2]


def test_the_outcome_for_a_text_does_not_depend_on_its_batch():
    texts = ["cafÃ© &amp; bar\r\n", "Ã", "", "“don’t”", "e\u0301\u200b", "mayorâ€™s"] * 3
    alone = [repaired(text) for text in texts]
    assert all_repaired(texts) == alone


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.one_of(st.sampled_from(MOJIBAKE_LETTERS + "a Z\r\n&;#39"), st.characters(codec="utf-8")))))
def test_undoing_the_edits_restores_every_text(texts):
    column = pa.array(texts, pa.string())
    table = repair(column)
    fixed = editing.apply(column, table)
    documents = np.arange(len(texts), dtype=np.uint64)
    ids = pa.array([str(n) for n in range(len(texts))], pa.string())
    audit = editing.audit(documents, ids, [editing.Step("encoding", column, table)]).to_pylist()
    for number, (before, after) in enumerate(zip(texts, fixed.to_pylist(), strict=True)):
        assert editing.undo(after, [row for row in audit if row["document"] == number]) == before


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("abcdefgh xyz.,-“”‘’–—…äöüßéèçñ\nABC123")))
def test_ordinary_letters_and_punctuation_are_never_touched(text):
    assert repaired(text) in (text, unicodedata.normalize("NFC", text)) or is_bad(text)


@settings(max_examples=60, deadline=None)
@given(st.text(st.one_of(st.sampled_from(MOJIBAKE_LETTERS), st.characters(codec="utf-8"))))
def test_no_line_that_ftfy_would_repair_passes_the_screen_unseen(text):
    seen = pc.match_substring_regex(pa.array([text], pa.string()), screen.BADNESS)[0].as_py()
    assert seen or not is_bad(text)


def test_signs_that_are_not_screened_are_part_of_no_damage_by_themselves():
    signs = [*screen.HARMLESS, *(chr(code) for code in range(0x20, 0x7F) if chr(code) != ";")]
    ends = [*screen.HARMLESS, *"aZ5 ."]
    texts = pa.array(["".join(three) for three in itertools.product(ends, signs, ends)])
    for pattern in (screen.DAMAGED, screen.UNNORMALISED):
        assert not pc.any(pc.match_substring_regex(texts, pattern)).as_py()


def test_damage_among_harmless_signs_is_repaired():
    assert repaired("“The cafÃ©”\u00a0– it’s … open") == "“The café”\u00a0– it’s … open"
    assert repaired("â€œNo,â€\x9d she said – “no”") == "“No,” she said – “no”"


TEXTS = st.lists(
    st.text(
        st.one_of(
            st.sampled_from("a \t\n\r\v\f\x1f\x7f;‘…\u00a0\u2028\ufffd�Ã"), st.characters(exclude_categories=["Cs"])
        )
    )
)


@given(TEXTS, st.integers(0, 3))
def test_both_twins_find_the_same_lines_and_traces(texts, first):
    column = pa.array(texts, pa.string()).slice(first)
    data = editing.buffers(column)
    in_c, in_numpy = both(lambda: [*columns._odd_lines(*data), *columns._traces(*data)])
    assert [(each.tolist(), each.dtype) for each in in_c] == [(each.tolist(), each.dtype) for each in in_numpy]


@pytest.mark.skipif(not native.BUILT, reason="looks at the loops in C")
def test_no_byte_outside_a_text_is_read():
    table, data = np.zeros(0x10000, np.uint8), np.frombuffer(b"a\xe2\x80\xf0", np.uint8)
    assert native.encoding.odd_lines(data, np.array([0, 3, 4]), table).T.tolist() == [
        [0, 0, 3, 3, 1, 0],
        [1, 3, 4, 4, 1, 0],
    ]
    for offsets in ([], [0, 5], [-1, 2], [2, 1, 4]):
        with pytest.raises(ValueError, match="offsets"):
            native.encoding.traces(data, np.array(offsets, np.int64), table)
    with pytest.raises(ValueError, match="offsets"):
        native.encoding.traces(data, np.array([0, 4]), table[1:])


def test_every_character_that_normalisation_changes_is_screened():
    every = [chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000]
    changed = [c for c in every if not unicodedata.is_normalized("NFC", c)]
    assert pc.all(pc.match_substring_regex(pa.array(changed), screen.UNNORMALISED)).as_py()


@pytest.mark.parametrize("unit", ["Ã", "â€", "Ã\x83", "&amp;", "&#38;#38;", "\x92", "a\u0301", "é", "\r", "Ð ", "а"])
def test_time_is_linear_in_the_text_whatever_it_repeats(unit):
    def seconds(size: int) -> float:
        line._piece_edits.cache_clear()
        started = time.process_time()
        repair(pa.array([unit * (size // len(unit))]))
        return time.process_time() - started

    seconds(1000)
    assert seconds(200_000) < 20 * seconds(20_000) + 0.2


def test_a_long_line_is_repaired_in_small_edits():
    text = "The mayorâ€™s plan for the cafÃ© failed. " * 3000
    table = repair(pa.array([text]))
    assert table.num_rows == 6000
    assert repaired(text) == "The mayor’s plan for the café failed. " * 3000


def test_garbage_is_suspect_and_a_stray_trace_is_not():
    texts = pa.array(
        ["Ordinary “news” text. " * 50, "M\ufffdnchen, K\ufffdln, D\ufffdsseldorf", "caf\ufffd " + "text " * 99]
    )
    assert suspect(texts, np.zeros(3, np.int32)).tolist() == [False, True, False]
    assert suspect(pa.array(["short text", None]), np.array([5, 0], np.int32)).tolist() == [True, False]
    assert suspect(pa.array([], pa.string()), np.zeros(0, np.int32)).tolist() == []


def test_all_damage_of_the_collection_is_repaired_and_nothing_clean_altered(shared: Path):
    with gzip.open(shared / "data/encoding/damage.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(row) for row in file]
    texts = pa.array([row["text"] for row in rows])
    fixed = editing.apply(texts, repair(texts)).to_pylist()
    # Their readers left soft hyphens inside words in; we take them out
    wrong = [r["id"] for r, text in zip(rows, fixed, strict=True) if text != r["gold"].replace("\u00ad", "")]
    assert wrong == []
