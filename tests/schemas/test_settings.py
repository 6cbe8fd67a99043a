"""Settings: frozen, strict, and the same whenever the same result is asked for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.settings import STEPS, Execution, Settings


def test_steps_are_in_one_order_each_once() -> None:
    assert Settings.model_validate({"steps": "dedup,encoding,dedup"}) == Settings(steps=("encoding", "dedup"))
    assert Settings().steps == STEPS


@pytest.mark.parametrize("given", ["a,b", " a , b ,", ["a", "b"], ("a", "b")])
def test_names_are_given_with_commas_or_as_a_list(given: object) -> None:
    assert Settings.model_validate({"carry": given}).carry == ("a", "b")


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": ["typos"]},
        {"steps": ["dedup"], "languages": ["en"]},
        {"steps": ["cleaning"]},
        {"min_words": -1},
        {"limit": 0},
        {"dedup": {"join_at": 101}},
        {"limits": {"page_bytes": 1}},
        {"nonsense": 1},
        {"typos": {"nonsense": 1}},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().min_words = 3  # type: ignore[misc]


def test_no_name_is_both_of_the_result_and_of_its_execution() -> None:
    assert Settings.model_fields.keys().isdisjoint(Execution.model_fields)


def test_sites_are_surveyed_only_for_the_step_scaffolding() -> None:
    assert Settings().surveys
    assert not Settings(survey=False).surveys
    assert not Settings(steps=("dedup",)).surveys
