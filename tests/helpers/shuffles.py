"""How many bytes cross each shuffle of the job.

- `counted`: within it, every GroupByKey of a local run in this process counts the bytes of what it is given
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.coders import registry

_BYTES: Counter[str] = Counter()


@contextlib.contextmanager
def counted() -> Iterator[Counter[str]]:
    """Bytes by the name of the step, encoded as the runner encodes them."""
    _BYTES.clear()
    apply = beam.Pipeline.apply

    def applied(self: beam.Pipeline, transform: Any, given: Any = None, label: str | None = None, **more: Any) -> Any:
        if isinstance(transform, beam.GroupByKey) and label is None:  # a label is taken off first
            step, kind = str(given.producer.full_label), given.element_type
            count = beam.Map(_count, step, registry.get_coder(kind)).with_output_types(kind)
            given = apply(self, count, given, f"Counted after {step}")
        return apply(self, transform, given, label, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beam.Pipeline, "apply", applied)
        yield _BYTES


def _count(element: Any, step: str, coder: Any) -> Any:
    _BYTES[step] += len(coder.encode(element))
    return element
