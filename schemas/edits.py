"""`edits/`: a row is one edit of a written story, and the batch form that steps hand on.

Replaying a story's edits by `order` leads from the decoded, extracted page to `text`; undoing them from the last to
the first leads back. Every `start` and `end` holds for the text as it is at that moment. A step's edits run from the
end of the page to its front, so they hold for the text as the step received it, too.
"""

import pyarrow as pa

from schemas.dataset import Dataset, column

STEPS = ("encoding", "scaffolding", "typos")

EDITS = Dataset(
    name="edits",
    version=1,
    about="An edit of a written story's text a row: undone from the last to the first, they give the page back.",
    schema=pa.schema(
        [
            column("document", pa.uint64(), "joins stories/"),
            column("id", pa.string(), "the story's id"),
            column("order", pa.int32(), "0, 1, 2 ... within the story, as applied"),
            column("step", pa.dictionary(pa.int32(), pa.string()), "the step that made it: " + ", ".join(STEPS)),
            column("rule", pa.dictionary(pa.int32(), pa.string()), "what decided it, as family/name"),
            column("confidence", pa.float32(), "0 to 1, rounded to .01"),
            column("start", pa.int64(), "first character, in the text at that moment"),
            column("end", pa.int64(), "behind the last character replaced"),
            column("before", pa.string(), "what stood there; null with --edits spans", nullable=True),
            column("after", pa.string(), "what stands there now; null with --edits spans", nullable=True),
        ]
    ),
)

BATCH_EDITS = pa.schema(
    [
        column("row", pa.int64(), "the text's index in the batch"),
        column("start", pa.int64(), "first byte of the span in the text's UTF-8"),
        column("end", pa.int64(), "behind its last byte"),
        column("replacement", pa.string(), "what takes its place"),
        column("rule", pa.string(), "what decided it, as family/name"),
        column("confidence", pa.uint8(), "in hundredths: 0 to 100"),
    ]
)
