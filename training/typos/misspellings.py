"""Make `transforms/typos/data/misspellings_en.npz` from the word list of the `typos` program.

    python misspellings.py typos-X.Y.Z.tar.gz transforms/typos/data/misspellings_en.npz

The list comes with the source distribution of https://pypi.org/project/typos (MIT or Apache-2.0, crate-ci/typos),
as the Rust table `crates/typos-dict/src/word_codegen.rs`. Kept are single words of ASCII letters that are not the
correction of themselves. One line a misspelling: the wrong spelling, then its corrections, parted by commas.
"""

from __future__ import annotations

import re
import sys
import tarfile

import numpy as np

ENTRY = re.compile(r'dictgen::InsensitiveStr::Ascii\(\s*"([a-z]+)"\s*,?\s*\),\s*&\[((?:\s*"[^"]*",?)*)\s*\]')


def entries(source: str) -> dict[str, list[str]]:
    """Misspelling to corrections, as the Rust table has them."""
    found = {}
    for wrong, listed in ENTRY.findall(source):
        right = [word.lower() for word in re.findall(r'"([^"]*)"', listed)]
        if right and wrong not in right and all(word.isascii() and word.isalpha() for word in right):
            found[wrong] = right
    return found


def main(archive: str, target: str) -> None:
    with tarfile.open(archive) as tar:
        member = next(name for name in tar.getnames() if name.endswith("typos-dict/src/word_codegen.rs"))
        file = tar.extractfile(member)
        assert file is not None
        found = entries(file.read().decode())
    text = "\n".join(",".join([wrong, *found[wrong]]) for wrong in sorted(found))
    np.savez_compressed(target, lines=np.frombuffer(text.encode(), np.uint8))
    print(f"{len(found):,} misspellings")


if __name__ == "__main__":
    main(*sys.argv[1:])
