"""`stories/`: a row is a kept story; with ``--duplicates mark`` every story, copies marked."""

import pyarrow as pa

from schemas.dataset import Dataset, column

FLAGS = {
    "derived": "says that it is adapted from, or sourced from, another story",
    "encoding_suspect": "still looks wrongly decoded after repair",
    "mostly_removed": "scaffolding was most of the page",
    "paywalled": "ends in a paywall's teaser",
    "roundup": "carries several stories; joins no cluster",
    "truncated": "breaks off in mid-sentence",
}

STORIES = Dataset(
    name="stories",
    version=1,
    about="A kept story a row; with --duplicates mark every story, copies marked.",
    schema=pa.schema(
        [
            column("document", pa.uint64(), "the key that joins the datasets of a run"),
            column(
                "id", pa.string(), "the input's id, else a hash of the URL, else of source and position; may repeat"
            ),
            column("url", pa.string(), "the page's URL", nullable=True),
            column("site", pa.string(), "the URL's host, lower-case, without www.", nullable=True),
            column(
                "title",
                pa.string(),
                "the input's title, its encoding repaired as that of text, else the headline",
                nullable=True,
            ),
            column(
                "author",
                pa.string(),
                "the input's author, its encoding repaired likewise, else a byline that stood alone",
                nullable=True,
            ),
            column(
                "published",
                pa.timestamp("us", "UTC"),
                "the input's date, else a dateline that stood alone",
                nullable=True,
            ),
            column("text", pa.string(), "the story, its headline as the first line; never empty"),
            column("language", pa.string(), "ISO 639-1 code, und where it cannot be told"),
            column("language_score", pa.float32(), "probability of language, rounded to .01"),
            column(
                "cluster_id", pa.string(), "id of the story kept for the cluster; its own id where it has no copies"
            ),
            column("cluster_size", pa.int32(), "stories in the cluster, itself included"),
            column("kept", pa.bool_(), "false for copies (with --duplicates mark)"),
            column(
                "flags", pa.list_(pa.field("element", pa.string(), nullable=False)), "what to know: " + ", ".join(FLAGS)
            ),
            column("chars_in", pa.int64(), "characters of the decoded, extracted page"),
            column("chars_out", pa.int64(), "characters of text"),
            column("edit_count", pa.int32(), "rows of edits/ that lead from the page to text"),
            column("source", pa.string(), "the input file, relative to the input's root"),
            column(
                "position",
                pa.int64(),
                "where in source: byte offset of the line (JSONL), row (Parquet, CSV), record (WARC), or 0",
            ),
            column("content_hash", pa.string(), "xxh3-128 of text, hex: the same text, the same hash"),
            column("extra", pa.string(), "the input's other columns as a JSON object", nullable=True),
        ]
    ),
)
