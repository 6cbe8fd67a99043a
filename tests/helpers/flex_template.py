"""The template's metadata file, read as Dataflow reads it.

- `METADATA`, `PARAMETERS`: the file, and its parameters by name
- `accepts`: whether Dataflow takes a value
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "dataflow"
METADATA: dict[str, Any] = json.loads((DEPLOY / "metadata.json").read_text(encoding="utf-8"))
PARAMETERS = {one["name"]: one for one in METADATA["parameters"]}


def accepts(name: str, value: str) -> bool:
    """A value has to match one of the parameter's patterns."""
    return any(re.search(pattern, value) for pattern in PARAMETERS[name]["regexes"])
