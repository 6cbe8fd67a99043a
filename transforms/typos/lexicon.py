"""What words a language has, how common they are, and which spellings are listed as wrong.

Alone useful: `english` (the lexicon of symspellpy's dictionary, wordfreq's frequencies and the misspellings of
`data/misspellings_en.npz`) and `Index` (64-bit keys to row numbers, looked up by columns).

A language is data: a `Lexicon` made of three plain tables. Nothing here knows what a text is.
"""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import msgpack
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms import native
from transforms.typos.tokens import WIDTH, Ints, Keys, keys

Ids = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Hundredths = npt.NDArray[np.int16]

DATA = Path(__file__).parent / "data"
UNKNOWN = -1
VARIANT_AT_LEAST = 180  # frequency from which a national variant of a dictionary word is a word
COMMON_AT_LEAST = 200  # frequency from which a dictionary word may be proposed as a correction
MODERN_AT_LEAST = 300  # the same for longer words that the dictionary lacks: tweeted, airplane
MODERN_LENGTH = 6
COMMON, COMMON_BITS = 8_000, 15  # words that are looked up first, and the size of their table
BLOCK = 1 << 15  # words looked up at a time
_COMMON_SHIFT = np.uint64(64 - COMMON_BITS)


class Index:
    """Sorted keys, of which `find` gives the places.

    Keys are evenly spread, so their leading bits tell where to look: at a key or two, where halving looks at twenty.
    """

    def __init__(self, members: Keys | npt.NDArray[np.uint32], width: int = 64) -> None:
        """members: sorted, each once; width: bits of a key."""
        bits = min(width, max(4, len(members).bit_length() + 1))
        self._shift, self._size = members.dtype.type(width - bits), len(members)
        last = np.full(1, np.iinfo(members.dtype).max, members.dtype)  # stops every search
        self._members = np.concatenate([members, last])
        count = np.bincount((members >> self._shift).astype(np.int64), minlength=1 << bits)
        self._begin = (np.cumsum(count) - count).astype(np.int32)

    @property
    def table(self) -> tuple[npt.NDArray[np.unsignedinteger], Ids, int]:
        """The members and one above all, where those with each leading bits begin, and the bits behind these."""
        return self._members, self._begin, int(self._shift)

    def find(self, wanted: Keys | npt.NDArray[np.uint32]) -> Ids:
        """The place of each key among the members, `UNKNOWN` where it is none of them."""
        if native.BUILT:
            return native.lexicon.find(*self.table, wanted)
        place: Ids = self._begin[wanted >> self._shift]
        held = self._members[place]
        below = np.flatnonzero(held < wanted)
        while len(below):
            place[below] += 1
            held[below] = self._members[place[below]]
            below = below[held[below] < wanted[below]]
        place[(held != wanted) | (place == self._size)] = UNKNOWN
        return place


def runs(begin: npt.NDArray[np.integer], count: npt.NDArray[np.integer]) -> Ints:
    """Runs of rows as one array: `count` rows from `begin` on, of each."""
    return np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())


@dataclass(frozen=True)
class Lexicon:
    """Words and what is known about them; `frequency`, `dictionary` and `listed` have one entry a word.

    - `members`: the words' keys; `index` finds the row of one
    - `frequency`: Zipf scale in hundredths (the logarithm of occurrences in a thousand million words), 0 if unseen
    - `dictionary`: whether a dictionary has it
    - `listed`: the row of `corrections` that holds its corrections, `UNKNOWN` if it is not listed as wrong
    - `proposals`: the words that may be proposed as corrections
    - `misspellings`: spellings that are listed as wrong; `corrections`: for each, its corrections, the likeliest first
    - `function_words`, `prefixes`, `suffixes`, `inflections`: the commonest words, and what new words are made with
    - `foreign_words`: what other languages are full of
    - `confusions`: words that are written for others, and the score from which that is believed
    """

    members: Keys
    index: Index
    frequency: Hundredths
    dictionary: Flags
    listed: Ids
    proposals: tuple[str, ...]
    misspellings: pa.StringArray
    corrections: pa.ListArray
    function_words: tuple[str, ...]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    inflections: tuple[str, ...]
    foreign_words: tuple[str, ...]
    confusions: tuple[tuple[str, str, int], ...]

    def find(self, words: Keys) -> Ids:
        """The row of each word, `UNKNOWN` where the lexicon does not have it.

        Three words in four are common: they are found in a table that stays in the cache. C finds them as fast without.
        """
        if native.BUILT:
            return self.index.find(words)
        keys, common = self._common
        rows, others = np.empty(len(words), np.int32), [np.empty(0, np.int64)]
        for at in range(0, len(words), BLOCK):
            block = words[at : at + BLOCK]
            slot = (block >> _COMMON_SHIFT).astype(np.int64)
            rows[at : at + BLOCK] = common[slot]
            others.append(at + np.flatnonzero(keys[slot] != block))
        other = np.concatenate(others)
        rows[other] = self.index.find(words[other])
        return rows

    @cached_property
    def _common(self) -> tuple[Keys, Ids]:
        """The commonest words by the leading bits of their keys, the commoner of two that share them."""
        common = np.argsort(self.frequency, kind="stable")[-COMMON:]
        keys, rows = np.zeros(1 << COMMON_BITS, np.uint64), np.full(1 << COMMON_BITS, UNKNOWN, np.int32)
        slot = (self.members[common] >> _COMMON_SHIFT).astype(np.int64)
        keys[slot], rows[slot] = self.members[common], common
        return keys, rows

    def flags(self, words: Sequence[str]) -> Flags:
        """Which rows of the lexicon are among these words."""
        flags = np.zeros(len(self.frequency), bool)
        rows = self.find(keys(words))
        flags[rows[rows != UNKNOWN]] = True
        return flags


def english() -> Lexicon:
    """English of all national spellings."""
    misspelled, corrections = misspellings()
    words, frequency = _frequencies()
    dictionary = _dictionary()
    american = _american(dictionary)
    used = pc.is_in(american, words.filter(pa.array(frequency >= VARIANT_AT_LEAST)))
    wrong = pc.is_in(american, misspelled)
    habits = tomllib.loads((DATA / "en.toml").read_text(encoding="utf-8"))
    variants = pa.array(habits.pop("variants").split(), pa.string())
    dictionary = pa.concat_arrays([dictionary, american.filter(pc.and_not(used, wrong)), variants])
    confused = (line.split() for line in habits.pop("confusions").splitlines() if line)
    confusions = tuple((written, meant, int(least)) for written, meant, least in confused)
    plain = {name: tuple(words.split()) for name, words in habits.items()}
    return build(dictionary, words, frequency, misspelled, corrections, plain, confusions)


def build(
    dictionary: pa.StringArray,
    words: pa.StringArray,
    frequency: Hundredths,
    misspellings: pa.StringArray,
    corrections: pa.ListArray,
    habits: Mapping[str, tuple[str, ...]],
    confusions: tuple[tuple[str, str, int], ...],
) -> Lexicon:
    """A lexicon of plain tables: dictionary words; distinct words with their frequencies on the Zipf scale in
    hundredths; misspellings with their corrections; the habits of the language (function words, prefixes, suffixes,
    inflections); words often confused."""
    own = keys(dictionary), keys(words), keys(misspellings)
    members = np.sort(np.concatenate(own))
    members = members[np.append(True, members[1:] != members[:-1])]
    index = Index(members)
    in_dictionary, in_words, in_misspelled = (index.find(some) for some in own)
    known, share = np.zeros(len(members), bool), np.zeros(len(members), np.int16)
    listed = np.full(len(members), UNKNOWN, np.int32)
    known[in_dictionary] = True
    share[in_words] = frequency
    listed[in_misspelled] = np.arange(len(misspellings))
    length = pc.binary_length(words).to_numpy()
    modern = (frequency >= MODERN_AT_LEAST) & (length >= MODERN_LENGTH)
    proposed = (frequency >= COMMON_AT_LEAST) & (length >= 2) & (length <= WIDTH) & (listed[in_words] == UNKNOWN)
    proposals = words.filter(pa.array(proposed & (known[in_words] | modern)))
    return Lexicon(
        members=members,
        index=index,
        frequency=share,
        dictionary=known,
        listed=listed,
        proposals=tuple(sorted(proposals.to_pylist())),
        misspellings=misspellings,
        corrections=corrections,
        confusions=confusions,
        **habits,
    )


# British ending or stem and its American form: symspellpy's dictionary has the British words only
_NATIONAL = (
    "our or/elled eled/elling eling/eller eler/alled aled/alling aling/ise ize/isa iza/isi izi/yse yze/ysi yzi/"
    "ence ense/ogue og/tre ter/bre ber/ae e/oe e/mould mold/plough plow/grey gray/sceptic skeptic/minium minum/"
    "lful llful/stalment stallment/geing ging"
)


def _american(dictionary: pa.StringArray) -> pa.StringArray:
    """The American spellings that British words could have."""
    words = dictionary.filter(pc.greater_equal(pc.binary_length(dictionary), 5))
    found = [
        pc.replace_substring(words.filter(pc.match_substring(words, british)), british, american)
        for british, american in (pair.split() for pair in _NATIONAL.split("/"))
    ]
    return pc.unique(pa.concat_arrays(found))


def misspellings() -> tuple[pa.StringArray, pa.ListArray]:
    """Listed misspellings of English, and for each its corrections, the likeliest first."""
    with np.load(DATA / "misspellings_en.npz") as table:
        text = table["lines"].tobytes().decode()
    words = pc.split_pattern(pc.split_pattern(pa.array([text]), "\n").flatten(), ",")
    return pc.list_element(words, 0), pc.list_slice(words, 1)


def _dictionary() -> pa.StringArray:
    """symspellpy's words."""
    lines = _data_of("symspellpy", "frequency_dictionary_en_82_765.txt").decode("utf-8-sig").split()
    return _plain(pa.array(lines[::2]))[0]


def _frequencies() -> tuple[pa.StringArray, Hundredths]:
    """wordfreq's words with how often they are used, in hundredths of the Zipf scale."""
    _, *levels = msgpack.loads(gzip.decompress(_data_of("wordfreq", "data", "large_en.msgpack.gz")))
    words, kept = _plain(pa.array(chain.from_iterable(levels)))
    # words by the power of ten of their share, in hundredths
    hundredths = 900 - np.arange(len(levels), dtype=np.int16)
    return words, np.repeat(hundredths, [len(level) for level in levels])[kept]


def _plain(words: pa.StringArray) -> tuple[pa.StringArray, Flags]:
    """The words of ASCII letters, and which they are."""
    plain = pc.and_(pc.string_is_ascii(words), pc.utf8_is_alpha(words))
    return words.filter(plain), plain.to_numpy(zero_copy_only=False)


def _data_of(package: str, *path: str) -> bytes:
    """A file of an installed package, which is not imported: wordfreq takes half a second and more for that."""
    spec = find_spec(package)
    assert spec is not None
    return Path(spec.origin or "").parent.joinpath(*path).read_bytes()
