"""What near-duplicate detection hands on: sketches, keys, edges, clusters, relations.

A *sketch* is all that the later phases know of a story: they never see its text. A *key* says that a story has some
feature, and stories that share a key become candidate pairs. An *edge* is a candidate pair that verification let pass.
Sketches and keys wait in files; edges travel as packed NumPy records, little-endian whatever the machine.
"""

import numpy as np
import pyarrow as pa

from schemas.dataset import column

SKETCH = pa.schema(
    [
        column("document", pa.uint64(), "the key of the page in this run"),
        column("id", pa.string(), "the story's id"),
        column("words", pa.int32(), "words of the text"),
        column("headline", pa.int32(), "words of its first line, where that is a headline; else 0"),
        column("published", pa.timestamp("us", "UTC"), "when it was published", nullable=True),
        column("url", pa.uint64(), "xxh3-64 of the URL; 0 where it has none"),
        column("site", pa.uint64(), "xxh3-64 of the site; 0 where it has none"),
        column(
            "known_as",
            pa.list_(pa.field("element", pa.uint64(), nullable=False)),
            "hashes of all that a list of the excluded may name it by: its id, URL, site and the domains above it",
        ),
        column("content", pa.binary(16), "xxh3-128 of the text: the same text, the same hash"),
        column(
            "shingles",
            pa.list_(pa.field("element", pa.uint32(), nullable=False)),
            "hash of the 3-gram at each word but the last two, in the order of the text; one for a word or two",
        ),
        column(
            "named",
            pa.list_(pa.field("element", pa.bool_(), nullable=False)),
            "whether each shingle holds a word with a capital within a sentence: few stories share it",
        ),
        column(
            "quoted",
            pa.list_(pa.field("element", pa.int32(), nullable=False)),
            "which word each quotation begins with, and the first one behind it, one after the other, in the "
            "order of the text",
        ),
        column(
            "numbers",
            pa.list_(pa.field("element", pa.uint32(), nullable=False)),
            "hashes of the words that start with a digit, in the order of the text",
        ),
        column(
            "number_at",
            pa.list_(pa.field("element", pa.int32(), nullable=False)),
            "which word each of the numbers is, from 0",
        ),
    ]
)

# The columns of a sketch that clustering reads: enough to choose the kept story, small enough to hold for all members.
FACTS = ("document", "id", "words", "published", "site")

# What verification reads, which is much the larger part.
COMPARED = tuple(name for name in SKETCH.names if name not in ("id", "site", "known_as", "named"))

# Documents from this one on are stories of earlier runs, as an index holds them.
EARLIER_RUN = 1 << 63

# The upper 48 bits of `key` are the feature's hash (the bucket), the lower 16 the story's words, at most 65,535: so
# sorted keys stand bucket by bucket and by length within each bucket.
KEY = np.dtype([("key", "<u8"), ("document", "<u8")])

# Two stories, a < b; `covered_a`: words of a that stand in b, within runs of words that both have; `parts_a`: bit n is
# set where most words of the n-th of a's 64 equal parts are covered; `told_a`: as `covered_a`, and the word or two that
# differ amid such words, and the headline; `linked`: verified, not only compared.
EDGE = np.dtype(
    [
        ("a", "<u8"),
        ("b", "<u8"),
        ("words_a", "<i4"),
        ("words_b", "<i4"),
        ("covered_a", "<i4"),
        ("covered_b", "<i4"),
        ("parts_a", "<u8"),
        ("parts_b", "<u8"),
        ("told_a", "<i4"),
        ("told_b", "<i4"),
        ("same_text", "?"),
        ("same_url", "?"),
        ("linked", "?"),
    ]
)

MEMBERS = pa.schema(
    [
        column("document", pa.uint64(), "a story of a cluster of two or more, or a round-up"),
        column("cluster", pa.uint64(), "the story kept before all others of its cluster; of one alone itself"),
        column("cluster_size", pa.int32(), "stories in the cluster, itself included"),
        column("rank", pa.int32(), "its place in the order in which the stories of its cluster are preferred, from 0"),
        column("roundup", pa.bool_(), "carries several stories that are unlike each other; joins no cluster"),
    ]
)

RELATION = pa.schema(
    [
        *(MEMBERS.field(name) for name in ("document", "cluster", "cluster_size", "roundup")),
        column(
            "kept_document",
            pa.uint64(),
            "the kept story that it is compared with: that of its cluster, unless a "
            "member that stays has nearly all of its words; its own for the kept one",
        ),
        column("relation", pa.string(), "to the kept story, as in duplicates/; null for the kept one", nullable=True),
        column(
            "similarity",
            pa.uint8(),
            "share of the shorter story's words that the other has, headline and slips included; in hundredths, "
            "rounded down",
        ),
        column("own_words", pa.int32(), "words that the kept story does not have"),
        column("kept", pa.bool_(), "whether it stays a story: the kept one, and whoever has too many words of its own"),
    ]
)
