"""Compressed files: whole, concatenated, padded, cut short, damaged, and made to burst."""

import bz2
import gzip
import io
import json
import zlib

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.read import Limits
from transforms.read.pieces import UnreadableError
from transforms.read.streams import stream

COMPRESS = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "zstd": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}
SUFFIX = {"gzip": ".gz", "bz2": ".bz2", "zstd": ".zst"}
LINES = b"".join(json.dumps({"text": f"Line {n}, {n * n * 7919 % 10007}"}).encode() + b"\n" for n in range(20_000))


def inflate(data: bytes, kind: str, limits: Limits | None = None) -> tuple[bytes, str | None]:
    """What could be read, and the trouble after it."""
    found = b""
    try:
        for chunk in stream(io.BytesIO(data), kind, limits or Limits()):
            found += chunk
    except UnreadableError as error:
        return found, str(error)
    return found, None


@pytest.mark.parametrize("kind", COMPRESS)
class TestEveryCompression:
    def test_one_member_and_several(self, kind):
        compress = COMPRESS[kind]
        assert inflate(compress(LINES), kind) == (LINES, None)
        assert inflate(compress(LINES) + compress(b"") + compress(b"end"), kind) == (LINES + b"end", None)
        assert inflate(compress(b"ab") * 3000, kind) == (b"ab" * 3000, None)

    def test_nothing_at_all(self, kind):
        assert inflate(b"", kind) == (b"", None)

    def test_zero_bytes_behind_the_end_are_padding(self, kind):
        assert inflate(COMPRESS[kind](LINES) + bytes(100_000), kind) == (LINES, None)

    def test_other_bytes_behind_the_end_are_damage(self, kind):
        found, trouble = inflate(COMPRESS[kind](LINES) + b"and so on", kind)
        assert found == LINES
        assert "damaged" in trouble

    def test_a_file_cut_short_gives_what_there_is_and_says_so(self, kind):
        data = COMPRESS[kind](LINES)
        found, trouble = inflate(data[: len(data) * 2 // 3], kind)
        assert LINES.startswith(found)
        assert "cut short" in trouble
        assert kind != "gzip" or len(found) > len(LINES) // 3  # the others work in blocks larger than this file

    def test_damage_in_the_middle_is_told_and_what_came_before_stays(self, kind):
        good, bad = COMPRESS[kind](LINES), bytearray(COMPRESS[kind](LINES))
        bad[len(bad) // 2] ^= 0xFF
        found, trouble = inflate(good + bytes(bad), kind)
        assert found.startswith(LINES)
        assert trouble is not None

    def test_a_bomb_is_defused(self, kind):
        bomb = COMPRESS[kind](bytes(50_000_000))
        found, trouble = inflate(bomb, kind, Limits(inflated_bytes=1_000_000))
        assert "times its size" in trouble
        assert len(found) < 45_000_000

    def test_records_before_the_damage_are_kept(self, kind, read_bytes):
        data = COMPRESS[kind](LINES) + COMPRESS[kind](LINES)[:-9]
        found = read_bytes("a.jsonl" + SUFFIX[kind], data)
        assert found.pages.num_rows >= 20_000
        assert found.errors[-1] == (None, "unreadable")
        assert read_bytes("b.jsonl" + SUFFIX[kind], COMPRESS[kind](LINES)).errors == []


@settings(max_examples=80, deadline=None)
@given(kind=st.sampled_from(sorted(COMPRESS)), data=st.data())
def test_no_damage_passes_unnoticed_as_another_text(kind, data):
    plain = data.draw(st.binary(min_size=1, max_size=300))
    packed = bytearray(COMPRESS[kind](plain))
    cut = data.draw(st.integers(1, len(packed)))
    found, trouble = inflate(bytes(packed[:cut]), kind)
    assert plain.startswith(found)
    assert (trouble is None) == (cut == len(packed))


def test_many_members_take_linear_time():
    import time

    data = gzip.compress(b"") * 100_000
    began = time.process_time()
    assert inflate(data, "gzip") == (b"", None)
    assert time.process_time() - began < 5


def test_deflate_stays_bounded_while_it_bursts():
    # What one call of the decompressor may give is bounded by what it is fed.
    squeezed = zlib.compressobj(wbits=31)
    bomb = squeezed.compress(bytes(20_000_000)) + squeezed.flush()
    assert max(len(chunk) for chunk in stream(io.BytesIO(bomb), "gzip", Limits())) < 4 << 20
