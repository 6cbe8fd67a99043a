"""`duplicates/`: a row is a member of a cluster of two or more stories."""

import pyarrow as pa

from schemas.dataset import Dataset, column

RELATIONS = {
    "identical": "the same text",
    "near-identical": "nearly all words of both are shared",
    "contained": "nearly all of its words stand in the kept story",
    "version": "the same URL as the kept story, crawled at another time",
    "overlapping": "shares much with the kept story and has words of its own",
}

DUPLICATES = Dataset(
    name="duplicates",
    version=2,
    about="A member of a cluster of two or more stories a row, the kept story included.",
    schema=pa.schema(
        [
            column("document", pa.uint64(), "joins stories/ (with --duplicates mark)"),
            column("id", pa.string(), "the story's id"),
            column("cluster_id", pa.string(), "id of the story kept for the cluster"),
            column("cluster_document", pa.uint64(), "its document: ids may repeat, documents do not"),
            column(
                "kept_document",
                pa.uint64(),
                "the kept story that it is compared with: that of the cluster, or another member that stays where that "
                "one has nearly all of its words",
            ),
            column("kept_id", pa.string(), "its id"),
            column("kept_run", pa.string(), "the earlier run that holds it, null for this run", nullable=True),
            column("relation", pa.string(), "to the kept story: " + ", ".join(RELATIONS), nullable=True),
            column(
                "similarity",
                pa.float32(),
                "share of the shorter story's words that the other has, rounded down to .01; its headline counts as "
                "had, and so do one or two words that differ amid shared ones",
            ),
            column("own_words", pa.int32(), "words that the kept story does not have, counted likewise"),
            column(
                "kept", pa.bool_(), "whether stories/ holds it as a story (relation is null for the kept one itself)"
            ),
        ]
    ),
)
