"""Files that are written only if nobody has written them meanwhile, on emulated object stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from transforms import files, object_stores


@pytest.fixture(params=["gcs", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An emulated store with an empty bucket, to which Beam's file systems are pointed."""
    found: Any = request.getfixturevalue(request.param)
    monkeypatch.setattr(FileSystems, "_pipeline_options", PipelineOptions(list(getattr(found, "options", ()))))
    for name in found.names():  # moto's servers of one process share their content
        found.client.delete_object(Bucket="news", Key=name)
    return found


def state(content: bytes | None) -> str:
    return "" if content is None else content.decode()


def replace(store: Any, data: bytes, expected: str, state_of: Callable[[bytes | None], str] = state) -> bool:
    return files.replace(f"{store.root}/index/index.json", data, expected, state_of, f"{store.root}/index/_work")


def test_a_file_is_made_and_replaced_by_who_knows_its_state(store: Any) -> None:
    assert replace(store, b"one", "")
    assert replace(store, b"two", "one")
    assert store.read("index/index.json") == b"two"
    assert store.names() == ["index/index.json"]


def test_who_expects_another_state_changes_nothing(store: Any) -> None:
    assert not replace(store, b"two", "one")
    assert store.names() == []
    assert replace(store, b"three", "")
    assert not replace(store, b"two", "one")
    assert not replace(store, b"two", "")
    assert store.read("index/index.json") == b"three"


@pytest.mark.parametrize("before", [None, b"one"])
def test_who_is_overtaken_between_the_look_and_the_write_changes_nothing(store: Any, before: bytes | None) -> None:
    def overtaken(content: bytes | None) -> str:
        assert replace(store, b"other", state(content))
        return state(content)

    if before is not None:
        assert replace(store, before, "")
    assert not replace(store, b"mine", state(before), overtaken)
    assert store.read("index/index.json") == b"other"


def test_a_write_whose_answer_was_lost_has_been_done(store: Any) -> None:
    """A client repeats it, and the store refuses the repetition."""

    def already_written(content: bytes | None) -> str:
        assert replace(store, b"mine", state(content))
        return state(content)

    assert replace(store, b"mine", "", already_written)


def test_other_paths_have_no_store() -> None:
    assert object_stores.replacer("folder/a") is object_stores.replacer("hdfs://host/a") is None
