"""Names that settings hold are looked up before a run starts."""

from __future__ import annotations

import pytest

from pipelines.checks import check_rule_names
from pipelines.options import UsageError
from schemas.settings import Scaffolding, Settings

OWN = """
[[rule]]
name = "stop"
family = "mine"
line = "^stop$"
match = ["Stop"]
"""


@pytest.mark.parametrize(
    "name",
    ["wordpress/comment-form", "model/line", "site/repeated-line", "encoding/nfc", "typos/realword", "mine/stop"],
)
def test_rules_of_every_step_and_of_own_files_can_be_left_out(name: str) -> None:
    check_rule_names(Settings(rules_off=(name,)), [OWN])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            Settings(rules_off=("wordpress/coment-form",)),
            "--rules-off: 'wordpress/coment-form' is no rule .did you mean",
        ),
        (
            Settings(rules_off=("typos/realwrod",)),
            "--rules-off: 'typos/realwrod' is no rule .did you mean typos/realword",
        ),
        (Settings(rules_off=("zzz",)), "--rules-off: 'zzz' is no rule; edits/ and copydesk explain show the names"),
        (
            Settings(scaffolding=Scaffolding(families_off=("wordpres",))),
            "scaffolding.families_off: 'wordpres' is no family of rules .did you mean wordpress",
        ),
    ],
)
def test_a_rule_or_family_that_is_none_is_refused_with_the_nearest(settings: Settings, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        check_rule_names(settings, [])


def test_families_of_own_rules_can_be_left_out() -> None:
    check_rule_names(Settings(scaffolding=Scaffolding(families_off=("mine", "site", "model"))), [OWN])
