"""The dataset card: `README.md` of an output, for people and for `datasets.load_dataset`.

- `write`: the result of a run in, Markdown out
"""

from __future__ import annotations

import functools
from typing import Any

import jinja2

from schemas.dataset import type_name
from schemas.datasets import DATASETS
from schemas.duplicates import RELATIONS
from schemas.filtered import REASONS
from schemas.stories import FLAGS


def write(result: dict[str, Any]) -> str:
    """The card of a run. `result`: as `run.json` holds it."""
    counts = result["counts"]
    rows = {
        "stories": counts["kept"] + (counts["dropped"] if result["settings"]["duplicates"] == "mark" else 0),
        "duplicates": counts["clusters"] + sum(counts["relations"].values()),
        "edits": None,
        "filtered": sum(counts["filtered"].values()),
        "rejects": sum(counts["rejected"].values()) + counts["unreadable"],
    }
    return _template().render(
        result=result,
        counts=counts,
        rows=rows,
        datasets=DATASETS,
        words={"flags": FLAGS, "relation": RELATIONS, "reason": REASONS},
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("transforms"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["type_name"] = type_name
    return environment.get_template("dataset_card.md.jinja")
