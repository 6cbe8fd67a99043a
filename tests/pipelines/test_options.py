"""Options: which there are, which of three places wins, what is refused and in which words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipelines import reference
from pipelines.options import UsageError, beam_flags, merge, split_beam, suggestion
from pipelines.specs import specs
from schemas.settings import STEPS, Execution, Settings

DOCUMENTED = {
    *("--text-field", "--id-field", "--url-field", "--date-field", "--title-field", "--author-field", "--carry"),
    *("--steps", "--duplicates", "--edits", "--headline", "--languages", "--min-words", "--exclude", "--limit"),
    *("--survey", "--site-profiles", "--index", "--run-date", "--window-days", "--keep", "--preferred-sites"),
    *("--dry-run", "--output", "--workers", "--overwrite", "--quiet", "--json"),
    *("--typo-threshold", "--join-at", "--drop-at"),
}


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "copydesk.toml"


def refusal(toml: Path, text: str, typed: dict[tuple[str, ...], object] | None = None) -> str:
    toml.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        merge(typed or {}, str(toml))
    return str(refused.value).replace(str(toml), "FILE")


def test_every_documented_option_is_there() -> None:
    assert {spec.flag for spec in specs()} >= DOCUMENTED


def test_every_setting_says_what_it_does() -> None:
    assert [spec.key for spec in specs() if not spec.help] == []


def test_no_option_of_ours_hides_one_of_beam() -> None:
    assert {spec.flag for spec in specs()}.isdisjoint(beam_flags())


def test_without_a_file_and_options_everything_is_as_the_schema_says() -> None:
    assert merge({}, None) == (Settings(), Execution(), [], [])


def test_the_command_line_wins_over_the_file_and_the_file_over_the_default(toml: Path) -> None:
    toml.write_text("min_words = 5\nlimit = 7\nworkers = 2\n[dedup]\njoin_at = 70\ndrop_at = 90\n", encoding="utf-8")
    settings, execution, _, _ = merge({("min_words",): "6", ("dedup", "join_at"): "75", ("workers",): "3"}, str(toml))
    assert (settings.min_words, settings.dedup.join_at, execution.workers) == (6, 75, 3)
    assert (settings.limit, settings.dedup.drop_at) == (7, 90)
    assert settings.duplicates == "drop"


def test_the_file_has_inputs_and_beams_options_too(toml: Path) -> None:
    toml.write_text(
        'input = ["a", "b"]\noutput = "o"\n[beam]\nrunner = "FlinkRunner"\nexperiments = ["x", "y"]\n'
        "no_auth = true\nsave_main_session = false\n",
        encoding="utf-8",
    )
    _, execution, inputs, beam = merge({}, str(toml))
    assert (inputs, execution.output) == (["a", "b"], "o")
    assert beam == ["--runner=FlinkRunner", "--experiments=x", "--experiments=y", "--no_auth"]


def test_every_setting_can_be_said_in_a_file(toml: Path) -> None:
    toml.write_text(re.sub("^#(?! )", "", reference.config(), flags=re.MULTILINE), encoding="utf-8")
    settings, execution, _, _ = merge({}, str(toml))
    for spec in specs():
        model: BaseModel = settings if spec.lasting else execution
        for name in spec.path[:-1]:
            model = getattr(model, name)
        assert spec.path[-1] in model.model_fields_set, spec.key


def test_a_file_may_begin_with_a_byte_order_mark(toml: Path) -> None:
    toml.write_bytes(b"\xef\xbb\xbfmin_words = 5\n")
    assert merge({}, str(toml))[0].min_words == 5


def test_lists_are_typed_with_commas() -> None:
    settings, _, _, _ = merge({("steps",): "encoding, language", ("carry",): "a,,b"}, None)
    assert settings.steps == ("encoding", "language")
    assert settings.carry == ("a", "b")


def test_all_steps_run_unless_told() -> None:
    assert merge({}, None)[0].steps == STEPS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('dupicates = "mark"', "FILE: dupicates: no such key (did you mean duplicates?)"),
        ("wokers = 3", "FILE: wokers: no such key (did you mean workers?)"),
        ("[dedup]\njoinat = 60", "FILE: dedup.joinat: no such key (did you mean join_at?)"),
        ('keep = "latest"', "FILE: keep: no such key (did you mean keep in [dedup]?)"),
        ('text_field = "body"', "FILE: text_field: no such key (did you mean text in [fields]?)"),
        ("min-words = 5", "FILE: min-words: no such key (did you mean min_words before all tables?)"),
        ('word_profile = "words"', "FILE: word_profile: no such key (did you mean word_profile in [typos]?)"),
        ("[dedup]\nsurvey = false", "FILE: dedup.survey: no such key (did you mean survey before all tables?)"),
        ("zzz = 1", "FILE: zzz: no such key"),
        ('duplicates = "maybe"', "FILE: duplicates: 'maybe' is none of drop, mark"),
        ("[dedup]\njoin_at = 10", "FILE: dedup.join_at: has to be at least 30, and is 10"),
        ("dedup = 4", "FILE: dedup: has to be a table, and is 4"),
        ('limit = "x"', "FILE: limit: has to be a whole number, and is 'x'"),
        ("survey = 7", "FILE: survey: has to be true or false, and is 7"),
        ("carry = 7", "FILE: carry: has to be a list, and is 7"),
        ("output = 7", "FILE: output: has to be text, and is 7"),
        ('run_date = "May"', "FILE: run_date: has to be a date like 2026-05-31, and is 'May'"),
        ("input = 4", "FILE: input: should be a list of paths"),
        ("beam = 4", "FILE: beam: should be a table of Beam's options"),
        ('[beam]\nrunnr = "x"', "FILE: beam.runnr: Beam has no such option (did you mean --runner?)"),
        ("x = = 4", "FILE is no TOML: Invalid value (at line 1, column 5)"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_what_would_be_right(text: str, told: str, toml: Path) -> None:
    assert refusal(toml, text) == told


def test_all_mistakes_are_told_at_once(toml: Path) -> None:
    assert len(refusal(toml, 'dupicates = "mark"\nmin_words = -1\nlimit = "x"\nworkers = 0').splitlines()) == 4


def test_a_mistake_that_was_typed_is_named_by_its_option(toml: Path) -> None:
    assert refusal(toml, "limit = 3", {("min_words",): "-1"}) == "--min-words: has to be at least 0, and is '-1'"


def test_an_option_within_what_should_be_a_table_is_refused(toml: Path) -> None:
    assert refusal(toml, "dedup = 4", {("dedup", "join_at"): "70"}) == "FILE: dedup: should be a table"


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"cannot read the config file nowhere\.toml: No such file"):
        merge({}, "nowhere.toml")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            {("steps",): "dedup,nonsense"},
            "--steps: 'nonsense' is none of encoding, scaffolding, language, typos, dedup",
        ),
        ({("steps",): "typo,language"}, r"--steps: 'typo' is none of .* \(did you mean typos\?\)"),
        ({("steps",): "typos"}, "typos needs the step language"),
        ({("steps",): "dedup", ("languages",): "en"}, "languages needs the step language"),
        ({("dedup", "keep"): "preferred-sites"}, "--keep preferred-sites needs to know which: --preferred-sites"),
    ],
)
def test_settings_that_do_not_exist_or_lack_what_they_need_are_refused(
    typed: dict[tuple[str, ...], str], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        merge(typed, None)


OWN = ["--output", "--duplicates", "--json"]


@pytest.mark.parametrize(
    ("arguments", "mine", "beams"),
    [
        (["in", "--output", "o"], ["in", "--output", "o"], []),
        (["--output=o", "--runner=FlinkRunner"], ["--output=o"], ["--runner=FlinkRunner"]),
        (["--runner", "FlinkRunner", "in"], ["in"], ["--runner", "FlinkRunner"]),
        (["--no_save_main_session", "in"], ["in"], ["--no_save_main_session"]),
        (["in", "--", "--runner"], ["in", "--", "--runner"], []),
        (["-v", "in"], ["-v", "in"], []),
    ],
)
def test_options_that_beam_declares_go_to_beam(arguments: list[str], mine: list[str], beams: list[str]) -> None:
    assert split_beam(arguments, OWN) == (mine, beams)


def test_an_option_of_neither_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no such option: --dupicates \(did you mean --duplicates or "):
        split_beam(["--dupicates", "mark"], OWN)


def test_a_beam_option_without_its_value_is_refused() -> None:
    with pytest.raises(UsageError, match="--runner needs a value"):
        split_beam(["in", "--runner"], OWN)


def test_nothing_is_suggested_where_nothing_is_close() -> None:
    assert suggestion("--zzzz", OWN) == ""
    assert suggestion("--jsn", OWN) == " (did you mean --json?)"
