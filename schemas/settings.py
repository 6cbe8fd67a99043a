"""What a run can be told: one field an option of the command line and a key of ``copydesk.toml``.

`Settings` decides what comes out and is part of the plan; `Execution` decides where and how it runs and never changes
a byte of the result. A field's description is its help. Fields of the nested models are keys of a table of the same
name (``[typos]``); those that have an option, too, name it.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

StepName = Literal["encoding", "scaffolding", "language", "typos", "dedup"]
STEPS: tuple[StepName, ...] = ("encoding", "scaffolding", "language", "typos", "dedup")
STEPS_DO: dict[StepName, str] = {
    "encoding": "repairs letters that were decoded wrongly, HTML entities, control characters; composes accents (NFC)",
    "scaffolding": "strips what is not the article: promotions, captions, share bars, comments; sets other pages aside",
    "language": "tells the language of each story",
    "typos": "repairs typing errors of English stories",
    "dedup": "finds near-duplicates, in the run and in an index of earlier ones, and keeps one story of each cluster",
}


def _from_commas(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _in_order(names: tuple[StepName, ...]) -> tuple[StepName, ...]:
    """Steps run in one order, each once, however they are named: so the same steps are the same settings."""
    return tuple(step for step in STEPS if step in names)


def _day(value: Any) -> Any:
    """The words that a schedule can say every night; what a run keeps is the date."""
    days = {"today": 0, "yesterday": 1}
    if isinstance(value, str) and value in days:
        return datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=days[value])
    return value


RunDate = Annotated[datetime.date | None, BeforeValidator(_day)]
Names = Annotated[tuple[str, ...], BeforeValidator(_from_commas)]
StepNames = Annotated[tuple[StepName, ...], BeforeValidator(_from_commas), AfterValidator(_in_order)]


def _flag(name: str) -> dict[str, JsonValue]:
    """Marks a field that has an option of this name on the command line, other than its own name."""
    return {"flag": name}


def _of(step: StepName) -> dict[str, JsonValue]:
    """Marks a field that belongs to a step, other than by standing in the step's table."""
    return {"step": step}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldNames(_Strict):
    """Which columns of the input hold what."""

    text: str = Field("text", description="column that holds the page's text", json_schema_extra=_flag("--text-field"))
    id: str = Field("id", description="column that holds the page's id", json_schema_extra=_flag("--id-field"))
    url: str = Field("url", description="column that holds the URL", json_schema_extra=_flag("--url-field"))
    date: str = Field("published", description="column that holds the date", json_schema_extra=_flag("--date-field"))
    title: str = Field("title", description="column that holds the title", json_schema_extra=_flag("--title-field"))
    author: str = Field("author", description="column that holds the author", json_schema_extra=_flag("--author-field"))


class Scaffolding(_Strict):
    """The step that strips what is not the article."""

    rules: Names = Field((), description="rule files (TOML) that join the packs shipped with copydesk")
    families_off: Names = Field(
        (), description="families of rules to leave out: their lines stay unless the model removes them"
    )
    keep_phrases: tuple[str, ...] = Field((), description="a line that holds one of these phrases always stays")


class Typos(_Strict):
    """The step that repairs typing errors."""

    threshold: int | None = Field(
        None,
        description="what an edit's score has to reach: higher repairs less, and less wrongly",
        json_schema_extra=_flag("--typo-threshold"),
    )
    never_touch: Names = Field((), description="words that are never altered, in any case")
    word_profile: str | None = Field(
        None,
        description="file of the words that earlier outputs write (copydesk profile): these are no typing errors",
        json_schema_extra=_flag("--word-profile"),
    )


class Dedup(_Strict):
    """The step that finds near-duplicates."""

    keep: Literal["longest", "earliest", "latest", "preferred-sites"] = Field(
        "longest", description="which story of a cluster is kept", json_schema_extra=_flag("--keep")
    )
    sites: Names = Field(
        (),
        description="sites for --keep preferred-sites, the most preferred first",
        json_schema_extra=_flag("--preferred-sites"),
    )
    join_at: int = Field(
        58,
        description="per cent of the shorter story's words that two stories of a cluster share",
        ge=30,
        le=100,
        json_schema_extra=_flag("--join-at"),
    )
    drop_at: int = Field(
        85,
        description="per cent of its words that a copy shares with the kept story before it is dropped",
        ge=50,
        le=100,
        json_schema_extra=_flag("--drop-at"),
    )


class WorkLimits(_Strict):
    """Limits of work, so that no page holds up a run: what is over them becomes a row of rejects/."""

    page_bytes: int = Field(16 << 20, description="largest page, in bytes of UTF-8", ge=1024, le=1 << 30)
    page_edits: int = Field(50_000, description="most edits of one page by one step", ge=100)
    inflation: int = Field(
        200,
        description="times its size that a compressed file of more than 1 GB may grow to; beyond, it is a bomb",
        ge=2,
    )


class Settings(_Strict):
    """What comes out: the same input and settings give the same bytes."""

    steps: StepNames = Field(STEPS, description="the steps to run, of " + ",".join(STEPS))
    duplicates: Literal["drop", "mark"] = Field(
        "drop", description="leave copies out, or keep them with kept = false", json_schema_extra=_of("dedup")
    )
    edits: Literal["full", "spans", "none"] = Field(
        "full", description="the audit: with the text removed, only where, or none"
    )
    rules_off: Names = Field(
        (), description="rules of any step to leave out, as edits/ names them: wordpress/comment-form (with commas)"
    )
    headline: Literal["keep", "column"] = Field(
        "keep",
        description="the headline as the first line of text, or in title only, unless the input has another title",
        json_schema_extra=_of("scaffolding"),
    )
    languages: Names = Field(
        (),
        description="keep only stories in these languages (ISO 639-1, with commas)",
        json_schema_extra=_of("language"),
    )
    min_words: int = Field(0, description="fewest words of a story; pages without any character never are one", ge=0)
    exclude: str | None = Field(
        None, description="file of sites, URLs and ids, one a line, that must appear in no output"
    )
    limit: int | None = Field(None, description="read only the first N pages", ge=1)
    run_date: RunDate = Field(
        None,
        description="the run's date, which --index needs, and {date} in paths: 2026-05-31, today or yesterday (UTC)",
        json_schema_extra=_of("dedup"),
    )
    window_days: int = Field(
        14,
        description="compare with stories of the index so many days older; it keeps what the longest look needs",
        ge=1,
        json_schema_extra=_of("dedup"),
    )
    survey: bool = Field(
        True,
        description="look at all pages first, to learn what lines the stories of each site share",
        json_schema_extra=_of("scaffolding"),
    )
    carry: Names = Field((), description="other columns of the input that become columns of stories/ (with commas)")
    fields: FieldNames = FieldNames()
    scaffolding: Scaffolding = Scaffolding()
    typos: Typos = Typos()
    dedup: Dedup = Dedup()
    limits: WorkLimits = WorkLimits()

    @property
    def surveys(self) -> bool:
        """Whether there is a phase 0: without the step scaffolding nobody asks what a site's lines are."""
        return self.survey and "scaffolding" in self.steps

    @model_validator(mode="after")
    def _steps_have_what_they_need(self) -> Settings:
        if "typos" in self.steps and "language" not in self.steps:
            raise ValueError(
                "typos needs the step language, which tells which pages are English: --steps language,typos"
            )
        if self.languages and "language" not in self.steps:
            raise ValueError("languages needs the step language, which tells them: add it to --steps")
        if self.headline == "column" and "scaffolding" not in self.steps:
            raise ValueError("headline = column needs the step scaffolding, which finds headlines: add it to --steps")
        if self.dedup.keep == "preferred-sites" and not self.dedup.sites:
            raise ValueError(
                "--keep preferred-sites needs to know which: --preferred-sites first.example,second.example"
            )
        return self


class Execution(_Strict):
    """Where and how it runs: never changes the result."""

    output: str | None = Field(None, description="folder for what comes out, local or on any Beam file system")
    workers: int | None = Field(
        None, description="processes of a local run (default: all cores where the input is worth it)", ge=1
    )
    index: str | None = Field(
        None,
        description="folder of the near-duplicate index: stories of earlier runs, to which this run adds its own",
        json_schema_extra=_of("dedup"),
    )
    site_profiles: str | None = Field(
        None,
        description="folder of what earlier runs learned of sites; this run adds its own, if it surveys",
        json_schema_extra=_of("scaffolding"),
    )
    overwrite: bool = Field(
        False, description="replace the finished run that the output folder holds, once this one is whole"
    )
    dry_run: bool = Field(False, description="show the plan and what would be read; write nothing")
    quiet: bool = Field(False, description="no progress, no warnings, no summary; errors are told")
    profile: bool = Field(False, description="show what each step cost in time, which run.json holds anyway")
    json_summary: bool = Field(False, description="print the summary as JSON", json_schema_extra=_flag("--json"))
