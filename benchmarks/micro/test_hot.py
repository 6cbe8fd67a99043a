"""The functions in which a run spends its time, each on a megabyte of pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import corpus
from transforms import editing, encoding, language, scaffolding, survey, tables, typos, unit_pages
from transforms.clean import Cleaned, Desk
from transforms.neardup.candidates import candidate_pairs
from transforms.neardup.keys import keys
from transforms.neardup.sketch import sketch
from transforms.read import Fields, Limits, read, whole_file
from transforms.scaffolding.lines import split

Hot = Callable[..., Any]


def test_read_json_lines(hot: Hot, tmp_path: Path) -> None:
    corpus.write(400, tmp_path, shards=1)
    piece = whole_file(str(tmp_path / "pages-00000.jsonl"))
    batches = hot(lambda: list(read(piece, Fields(), Limits())))
    assert sum(batch.pages.num_rows for batch in batches) == 400


def test_survey(hot: Hot, pages: pa.Table) -> None:
    texts, urls, titles = (pages[name].combine_chunks() for name in ("text", "url", "title"))
    assert len(hot(survey.sightings, texts, unit_pages.sites(urls), titles))


def test_encoding(hot: Hot, pages: pa.Table) -> None:
    hot(encoding.repair, pages["text"].combine_chunks())


def test_split_lines(hot: Hot, pages: pa.Table) -> None:
    assert hot(split, pages["text"].combine_chunks()).pages == pages.num_rows


def test_scaffolding(hot: Hot, pages: pa.Table, desk: Desk) -> None:
    texts, urls, titles = (pages[name].combine_chunks() for name in ("text", "url", "title"))
    assert hot(scaffolding.clean, texts, unit_pages.sites(urls), titles, desk.cleaner).edits.num_rows


def test_language(hot: Hot, cleaned: Cleaned) -> None:
    languages, _ = hot(language.detect, cleaned.stories["text"].combine_chunks())
    assert "en" in languages.to_pylist()


def test_typos(hot: Hot, cleaned: Cleaned, desk: Desk) -> None:
    texts = cleaned.stories["text"].combine_chunks()
    hot(typos.correct, texts, pa.array(["en"] * len(texts)), desk.corrector)


def test_apply_edits(hot: Hot, pages: pa.Table, desk: Desk) -> None:
    texts, urls, titles = (pages[name].combine_chunks() for name in ("text", "url", "title"))
    assert desk.cleaner is not None
    found = scaffolding.clean(texts, unit_pages.sites(urls), titles, desk.cleaner)
    assert len(hot(editing.apply, texts, found.edits)) == len(texts)


def test_sketch(hot: Hot, cleaned: Cleaned) -> None:
    assert hot(sketch, cleaned.stories).num_rows == cleaned.stories.num_rows


def test_candidate_pairs(hot: Hot, cleaned: Cleaned) -> None:
    found = keys(sketch(cleaned.stories))
    assert len(hot(candidate_pairs, np.concatenate([found] * 4)))


def test_write_stories(hot: Hot, cleaned: Cleaned, tmp_path: Path) -> None:
    def write() -> None:
        with tables.writer(str(tmp_path / "stories.parquet"), cleaned.stories.schema, str(tmp_path)) as file:
            file.write(cleaned.stories)

    hot(write)
    assert tables.rows_of(str(tmp_path / "stories.parquet")) == cleaned.stories.num_rows
