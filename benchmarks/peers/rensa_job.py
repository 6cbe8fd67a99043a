"""rensa 0.5 (MinHash in Rust) in a script of an afternoon: everything in memory, one core, Parquet at the end.

pip install rensa pyarrow ftfy
python rensa_job.py CORPUS OUTPUT [--clean]     # --clean: ftfy on every page first
"""

import argparse
import json
from pathlib import Path

import ftfy
import pyarrow as pa
import pyarrow.parquet as pq
from rensa import RMinHash, RMinHashLSH


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--clean", action="store_true")
    chosen = parser.parse_args()
    shards = sorted(chosen.corpus.glob("pages-*"))
    pages = [json.loads(line) for shard in shards for line in shard.read_text(encoding="utf-8").splitlines()]
    seen, kept = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16), []
    for number, page in enumerate(pages):
        if chosen.clean:
            page["text"] = ftfy.fix_text(page["text"])
        words = page["text"].split()
        signature = RMinHash(num_perm=128, seed=42)
        signature.update([" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))])
        if not seen.query(signature):
            kept.append(page)
        seen.insert(number, signature)
    (chosen.output / "stories").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(kept), chosen.output / "stories" / "part-00000.parquet")


if __name__ == "__main__":
    main()
