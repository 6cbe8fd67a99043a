"""`copydesk profile OUTPUT...`: the words that finished runs write, counted by site, for later runs.

- `profile`: count the stories of outputs, join earlier profiles, write the file
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from apache_beam.io.filesystem import BeamIOError

from pipelines.options import UsageError
from pipelines.show import Output
from transforms import files, tables
from transforms.typos import usage

LANGUAGES = ("en",)  # those that have a corrector
COLUMNS = ["text", "site", "language", "kept", "content_hash"]
WAITING_ROWS = 2_000_000  # rows that are joined at a time: memory grows with the distinct words, not with the stories
ENDING = ".parquet"


@dataclass(frozen=True)
class Made:
    """What was counted: distinct stories, words that are in the file, and those that several sites write."""

    stories: int
    words: int
    shared: int


def profile(sources: Sequence[str], target: str) -> Made:
    """Write the word profile of finished runs' folders and of earlier profiles (FILE.parquet).

    A story that several outputs hold, by its text, is counted once. Raises UsageError.
    """
    if not target.endswith(ENDING):
        raise UsageError(f"--to {target}: a word profile is a Parquet file, name it {target}{ENDING}")
    seen: set[str] = set()
    joined, waiting = usage.merge([]), list[pa.Table]()
    for part in _parts(sources, seen):
        waiting.append(part)
        if sum(one.num_rows for one in waiting) > WAITING_ROWS:
            joined, waiting = usage.merge([joined, *waiting]), []
    joined = usage.merge([joined, *waiting])
    data = usage.dump(joined)
    work = f"{target}.tmp"
    try:
        files.write_bytes(target, data, work)
    except (OSError, BeamIOError) as error:
        raise UsageError(f"cannot write {target}: {error}") from None
    finally:
        files.delete_tree(work)
    written = usage.load(data)
    shared = np.bitwise_count(written["sites"].to_numpy()) > 1
    return Made(len(seen), written.num_rows, int(shared.sum()))


def _parts(sources: Sequence[str], seen: set[str]) -> Iterator[pa.Table]:
    for source in sources:
        if source.endswith(ENDING):
            yield _earlier(source)
            continue
        for path in Output(source).paths("stories"):
            for batch in tables.batches(path):
                stories = _unseen(batch.select(COLUMNS), seen)
                yield from (usage.count(stories, language) for language in LANGUAGES)


def _earlier(path: str) -> pa.Table:
    try:
        return usage.load(files.read_bytes(path))
    except (OSError, BeamIOError) as error:
        raise UsageError(f"cannot read {path}: {error}") from None
    except usage.ProfileError as error:
        raise UsageError(f"{path} {error}") from None


def _unseen(stories: pa.Table, seen: set[str]) -> pa.Table:
    """The kept stories whose text was not counted yet."""
    stories = stories.filter(stories["kept"])
    fresh = []
    for content in stories["content_hash"].to_pylist():
        fresh.append(content not in seen)
        seen.add(content)
    return stories.filter(pa.array(fresh, pa.bool_()))
