"""A word profile: which words the stories of earlier runs write, on how many sites. `copydesk profile` writes it.

One Parquet file, sorted by language, word and name, with `copydesk.word_profile` (the version below) in its metadata.
Words of a single story are left out. Two profiles are one by joining their rows: `stories` add up, `sites` by or.
"""

import pyarrow as pa

from schemas.dataset import column

VERSION = 1
VERSION_KEY = b"copydesk.word_profile"

WORD_PROFILE = pa.schema(
    [
        column("language", pa.string(), "ISO 639-1 code of the stories"),
        column("word", pa.string(), "the word in lower case; of ASCII letters, 3 to 23 of them"),
        column("name", pa.bool_(), "written with a capital inside a sentence; else in lower case"),
        column("sites", pa.uint64(), "a bit for each site that writes it, by a hash of the site: at most 64 are told"),
        column("stories", pa.uint32(), "the distinct stories that have it"),
    ],
    metadata={VERSION_KEY: str(VERSION).encode()},
)
