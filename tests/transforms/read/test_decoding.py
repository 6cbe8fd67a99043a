"""Bytes to text: marks, declarations, detection, and what has to be replaced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read.decoding import decode, decode_utf8, known_encoding, repair_surrogates

GERMAN = "Die Bürgermeisterin sagte: „Größe allein genügt nicht“ – und ging."
RUSSIAN = "Мэр города сообщила журналистам, что новый мост откроют весной."
JAPANESE = "市長は記者会見で、新しい橋が春に開通すると述べた。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-32"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
    ],
)
def test_an_encoding_is_found_without_being_told(text, encoding):
    assert decode(text.encode(encoding)) == (text, 0)


def test_a_declaration_decides_where_utf8_and_marks_do_not():
    assert decode("дом".encode("iso-8859-5"), declared="iso-8859-5") == ("дом", 0)
    assert decode("ä".encode(), declared="iso-8859-1") == ("ä", 0)
    assert decode("ä".encode("utf-16"), declared="iso-8859-1") == ("ä", 0)


@pytest.mark.parametrize("declared", ["nonsense", "", "utf-16", "x-user-defined", "none", "\0"])
def test_an_impossible_declaration_does_no_harm(declared):
    text, _ = decode("Größe".encode("cp1252"), declared)
    assert text in ("Größe", "Gr\ufffd\ufffde")


def test_bytes_undefined_in_windows_encodings_stay_as_browsers_show_them():
    assert decode(b"a\x81b\x93", declared="windows-1252") == ("a\x81b“", 0)


def test_names_are_read_as_browsers_do():
    assert known_encoding("ISO-8859-1") == "cp1252"
    assert known_encoding("utf8") == known_encoding("utf-16") == "utf-8"
    assert known_encoding("nonsense") is None


def test_a_replacement_character_in_the_input_is_not_counted():
    assert decode_utf8("\ufffd".encode() + b"\xe2\x82 \xff") == ("\ufffd\ufffd \ufffd", 2)


@given(st.binary(max_size=200))
def test_any_bytes_become_valid_unicode(data):
    text, replaced = decode(data)
    text.encode()
    assert 0 <= replaced <= len(data)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_utf8_is_kept_as_it_is(text):
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decode(text.encode()) == (text, 0)


@given(st.text())
def test_every_surrogate_is_replaced_and_counted(text):
    repaired, count = repair_surrogates([{text: text}])
    assert count == 2 * sum("\ud800" <= char <= "\udfff" for char in text)
    repr(repaired).encode()
