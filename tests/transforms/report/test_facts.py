"""What the report tells of much, from few rows of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.rejects import ERRORS, REJECTS
from transforms.manifests import FileInfo, FinishedUnit
from transforms.report import facts


def test_of_rejects_the_first_of_each_kind_is_shown(tmp_path: Path) -> None:
    rows = [
        {"source": "a.jsonl", "position": 9 * n, "error": error, "message": said, "excerpt": "..."}
        for n, (error, said) in enumerate([("missing-text", "has no text"), ("invalid-json", "is no JSON")] * 500)
    ]
    (tmp_path / "rejects").mkdir()
    pq.write_table(pa.Table.from_pylist(rows, REJECTS.schema), tmp_path / "rejects" / "part-00000.parquet")
    info = FileInfo(name="rejects/part-00000.parquet", rows=len(rows), size=1, checksum="")
    unit = FinishedUnit(identity="", unit=0, kept=0, dropped=0, clusters=0, relations={}, indexed=False, files=[info])
    told = facts._rejects(str(tmp_path), [unit])
    assert [(row["position"], row["message"]) for row in told] == [(0, "has no text"), (9, "is no JSON")]
    assert [row["meaning"] for row in told] == [ERRORS["missing-text"], ERRORS["invalid-json"]]
    assert "excerpt" not in told[0]
