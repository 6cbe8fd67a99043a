"""datatrove 0.10: repair encoding, drop scaffolding lines by C4's rules, drop near-duplicates, write Parquet.

    pip install "datatrove[io,processing]" spacy
    python datatrove_job.py CORPUS OUTPUT [--dedup-only]

Its defaults throughout (word 5-grams, 14 bands of 8 rows). It has no step for typing errors, and its language filter is
left out, because its model is a download.
"""

import argparse
from pathlib import Path

import pyarrow as pa
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.filters import C4QualityFilter
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader, ParquetReader
from datatrove.pipeline.writers import ParquetWriter

# Told, for what is inferred from the first page of a batch lacks the fields that are empty there.
SCHEMA = pa.schema(
    {
        "text": pa.string(),
        "id": pa.string(),
        "metadata": pa.struct([(name, pa.string()) for name in ("url", "title", "published", "file_path")]),
    }
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--dedup-only", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    work, config = chosen.output / "work", MinhashConfig()
    shards = len(list(chosen.corpus.glob("pages-*")))

    def execute(name: str, tasks: int, *steps: object) -> None:
        LocalPipelineExecutor(
            pipeline=list(steps), tasks=tasks, workers=min(chosen.workers, tasks), logging_dir=str(work / "logs" / name)
        ).run()

    def pages() -> object:
        if chosen.dedup_only:
            return JsonlReader(str(chosen.corpus), glob_pattern="pages-*")
        return ParquetReader(str(work / "clean"))

    if not chosen.dedup_only:
        rules = C4QualityFilter(
            min_num_sentences=-1, min_words_per_line=3, filter_lorem_ipsum=False, filter_curly_bracket=False
        )
        reader = JsonlReader(str(chosen.corpus), glob_pattern="pages-*")
        execute("clean", shards, reader, FTFYFormatter(), rules, ParquetWriter(str(work / "clean"), schema=SCHEMA))
    signatures, buckets, remove = (str(work / name) for name in ("signatures", "buckets", "remove"))
    execute("signatures", shards, pages(), MinhashDedupSignature(signatures, config=config))
    execute("buckets", config.num_buckets, MinhashDedupBuckets(signatures, buckets, config=config))
    execute("cluster", 1, MinhashDedupCluster(buckets, remove, config=config))
    execute(
        "filter",
        shards,
        pages(),
        MinhashDedupFilter(remove),
        ParquetWriter(str(chosen.output / "stories"), schema=SCHEMA),
    )


if __name__ == "__main__":
    main()
