"""copydesk's steps inside a Beam pipeline of your own: no input files, no output folder.

    python examples/library/in_a_pipeline.py

Pages come from wherever your pipeline has them, as Arrow tables of some megabytes; here from two lines of Python.
"""

from __future__ import annotations

import apache_beam as beam
import pyarrow as pa

from schemas.settings import Settings, Typos
from transforms.clean_pages import CleanPages

PAGES = pa.table(
    {
        "id": ["lighthouse", "wall"],
        "url": ["https://lantern.example/lighthouse", "https://lantern.example/consent"],
        "text": [
            "Lighthouse to be painted again\n\nThe goverment of the island said on Monday that the lighthouse at Carn "
            "Point will be painted for the first time in thirty years. Itâ€™s the last of nine that had a keeper.\n\n"
            "Two boats will carry the scaffolding over in April, and the lamp will stay lit.\n\n"
            "Sign up for our newsletter and never miss a story",
            "We use cookies on this site\nAccept all\nReject all\nManage preferences",
        ],
    }
)


def build(pipeline: beam.Pipeline) -> beam.pvalue.DoOutputsTuple:
    """Your pipeline, with one step more. Tagged outputs: stories, edits, filtered, rejects."""
    settings = Settings(steps=("encoding", "scaffolding", "language", "typos"), typos=Typos(never_touch=("Carn",)))
    return pipeline | "Pages" >> beam.Create([PAGES]) | CleanPages(settings)


def main() -> None:
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        cleaned = build(pipeline)
        rows = cleaned.stories | "Rows" >> beam.FlatMap(lambda table: table.select(["id", "text"]).to_pylist())
        rows | "Show" >> beam.Map(lambda row: print(row["id"], row["text"], sep="\n"))


if __name__ == "__main__":
    main()
