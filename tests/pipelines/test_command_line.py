"""Each option of `copydesk run`, seen in what comes out."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import corpus
import pyarrow as pa
import pytest
import runs

DEDUP = ("--steps", "dedup")
CLEAN = ("--steps", "encoding,scaffolding,dedup")
GERMAN = (
    "Die Stadt hat am Montag beschlossen, die alte Brücke über den Fluss zu erneuern. Der Bürgermeister sagte, dass "
    "die Arbeiten im Frühjahr beginnen und bis zum Ende des Jahres dauern sollen. Viele Einwohner begrüßten das."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 pages of two files; number 9 is a copy of number 0."""
    folder = tmp_path_factory.mktemp("pages")
    corpus.write_jsonl(folder / "a.jsonl", corpus.pages(30))
    corpus.write_jsonl(folder / "sub" / "b.jsonl", corpus.pages(10, 30))
    return folder


def ids(output: Path, dataset: str = "stories") -> list[str]:
    return sorted(row["id"] for row in runs.rows(output, dataset))


def write_page(path: Path, **record: object) -> Path:
    return corpus.write_jsonl(path, [{"id": "1", "text": corpus.story(1), **record}])


def test_the_command_says_its_version_and_its_options() -> None:
    assert importlib.metadata.version("copydesk") in runs.copydesk("--version").out
    help = runs.copydesk("run", "--help")
    assert help.code == 0
    for flag in ("--duplicates", "--edits", "--headline", "--config", "--json", "--dry-run"):
        assert flag in help.out


def test_the_job_is_a_module_too(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipelines.clean", folder, "--output", tmp_path / "out", *DEDUP]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    assert "read                  40" in done.stdout
    assert runs.counts(tmp_path / "out")["kept"] == 40 - runs.counts(tmp_path / "out")["dropped"]


@pytest.mark.parametrize("name", ["a.jsonl", "sub", "sub/*.jsonl", "**/b.jsonl", "@list"])
def test_input_is_a_file_a_folder_a_glob_or_a_list_of_them(name: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{folder}/a.jsonl\n\n{folder}/sub\n", encoding="utf-8")
    given = f"@{tmp_path}/list.txt" if name == "@list" else f"{folder}/{name}"
    runs.run(given, *DEDUP, output=tmp_path / "out")
    read = {"a.jsonl": 30, "@list": 40}.get(name, 10)
    assert runs.counts(tmp_path / "out")["read"] == read


def test_what_several_inputs_name_twice_is_read_once(folder: Path, tmp_path: Path) -> None:
    runs.run(folder, folder / "sub", folder / "a.jsonl", *DEDUP, output=tmp_path / "out")
    assert runs.counts(tmp_path / "out")["read"] == 40
    assert {row["source"] for row in runs.rows(tmp_path / "out", "stories")} == {"a.jsonl", "sub/b.jsonl"}


def test_an_output_within_the_input_is_no_input(folder: Path, tmp_path: Path) -> None:
    corpus.write_jsonl(tmp_path / "a.jsonl", corpus.pages(5))
    runs.run(tmp_path, *DEDUP, output=tmp_path / "out")
    runs.run(tmp_path, *DEDUP, "--overwrite", output=tmp_path / "out")
    assert runs.counts(tmp_path / "out")["files_read"] == 1


def test_columns_are_found_under_the_names_that_are_given(tmp_path: Path) -> None:
    record = {"key": 5, "link": "https://a.example/5", "body": corpus.story(5), "head": "A title", "by": "Ann"}
    corpus.write_jsonl(tmp_path / "a.jsonl", [record | {"when": "2026-03-04", "text": "not this"}])
    names = {"text": "body", "id": "key", "url": "link", "date": "when", "title": "head", "author": "by"}
    flags = [f"--{field}-field={name}" for field, name in names.items()]
    runs.run(tmp_path / "a.jsonl", *DEDUP, *flags, output=tmp_path / "out")
    (row,) = runs.rows(tmp_path / "out", "stories")
    assert (row["id"], row["url"], row["site"]) == ("5", "https://a.example/5", "a.example")
    assert (row["title"], row["author"], str(row["published"])) == ("A title", "Ann", "2026-03-04 00:00:00+00:00")
    assert row["text"] == corpus.story(5)
    assert json.loads(row["extra"]) == {"text": "not this"}


def test_carried_columns_are_columns_and_all_others_travel_in_extra(tmp_path: Path) -> None:
    write_page(tmp_path / "a.jsonl", section="s1", views=7, tags=["x"])
    runs.run(tmp_path / "a.jsonl", *DEDUP, "--carry", "section,views", output=tmp_path / "out")
    (row,) = runs.rows(tmp_path / "out", "stories")
    assert (row["section"], row["views"]) == ("s1", "7")
    assert json.loads(row["extra"]) == {"views": 7, "tags": ["x"]} or json.loads(row["extra"]) == {"tags": ["x"]}


def test_columns_that_no_page_has_are_warned_of(folder: Path, tmp_path: Path) -> None:
    told = runs.run(folder, *DEDUP, "--carry", "sektion", "--url-field", "lnik", output=tmp_path / "out").err
    assert "warning: --carry sektion: no page has that column" in told
    assert "warning: --url-field lnik" in told


def test_a_carried_column_that_would_hide_another_is_refused(folder: Path, tmp_path: Path) -> None:
    outcome = runs.copydesk("run", folder, "--output", tmp_path / "out", "--carry", "url")
    assert outcome.code == 2
    assert "cannot carry url" in outcome.err


@pytest.mark.parametrize("steps", ["encoding", "scaffolding", "language", "dedup"])
def test_a_step_alone_does_its_work_and_no_other(steps: str, folder: Path, tmp_path: Path) -> None:
    runs.run(folder / "a.jsonl", "--steps", steps, output=tmp_path / "out")
    edited = set(runs.table(tmp_path / "out", "edits")["step"].cast(pa.string()).to_pylist())
    languages = set(runs.table(tmp_path / "out", "stories")["language"].to_pylist())
    assert edited == {steps} & {"encoding", "scaffolding"}
    assert languages == ({"en"} if steps == "language" else {"und"})
    assert bool(runs.rows(tmp_path / "out", "duplicates")) == (steps == "dedup")


def test_no_step_at_all_hands_the_pages_on_as_they_were_read(folder: Path, tmp_path: Path) -> None:
    runs.run(folder / "a.jsonl", "--steps", "", output=tmp_path / "out")
    texts = {row["id"]: row["text"] for row in runs.rows(tmp_path / "out", "stories")}
    assert texts == {page["id"]: page["text"] for page in corpus.pages(30)}


def test_copies_are_dropped_or_marked(folder: Path, tmp_path: Path) -> None:
    runs.run(folder, *DEDUP, output=tmp_path / "dropped")
    runs.run(folder, *DEDUP, "--duplicates", "mark", output=tmp_path / "marked")
    kept = [row["id"] for row in runs.rows(tmp_path / "marked", "stories") if row["kept"]]
    assert sorted(kept) == ids(tmp_path / "dropped")
    assert ids(tmp_path / "marked") == [page["id"] for page in corpus.pages(40)]
    assert "marked in" in runs.copydesk("run", folder, *DEDUP, "--duplicates=mark", "--output", tmp_path / "x").out


def test_edits_are_told_in_full_as_spans_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    for kind in ("full", "spans", "none"):
        runs.run(folder, *CLEAN, "--edits", kind, output=tmp_path / kind)
    full, spans = runs.table(tmp_path / "full", "edits"), runs.table(tmp_path / "spans", "edits")
    assert full.num_rows > 0
    assert spans["before"].null_count == spans["after"].null_count == spans.num_rows
    assert spans.drop(["before", "after"]).equals(full.drop(["before", "after"]))
    assert runs.table(tmp_path / "none", "edits").num_rows == 0
    texts = [runs.table(tmp_path / kind, "stories")["text"] for kind in ("full", "spans", "none")]
    assert texts[0].equals(texts[1])
    assert texts[0].equals(texts[2])


def test_the_headline_stays_or_moves_to_its_column(tmp_path: Path) -> None:
    write_page(tmp_path / "a.jsonl")
    headline, _, rest = corpus.story(1).partition("\n")
    for kind, text in (("keep", corpus.story(1)), ("column", rest)):
        runs.run(tmp_path / "a.jsonl", *CLEAN, "--headline", kind, output=tmp_path / kind)
        (row,) = runs.rows(tmp_path / kind, "stories")
        assert (row["title"], row["text"]) == (headline, text)


def test_moving_headlines_without_the_step_that_finds_them_is_refused(folder: Path, tmp_path: Path) -> None:
    options = ("--headline", "column", "--steps", "language")
    refused = runs.copydesk("run", folder, *options, "--output", tmp_path / "out")
    assert (refused.code, "needs the step scaffolding" in refused.err) == (2, True)


def test_stories_in_other_languages_are_filtered_where_some_are_asked_for(tmp_path: Path) -> None:
    pages = [{"id": "en", "text": corpus.story(1)}, {"id": "de", "text": GERMAN}]
    corpus.write_jsonl(tmp_path / "a.jsonl", pages)
    runs.run(tmp_path / "a.jsonl", "--steps", "language", "--languages", "de,fr", output=tmp_path / "out")
    assert ids(tmp_path / "out") == ["de"]
    assert [(row["id"], row["reason"]) for row in runs.rows(tmp_path / "out", "filtered")] == [("en", "language")]


def test_a_language_that_is_none_is_refused(folder: Path, tmp_path: Path) -> None:
    outcome = runs.copydesk("run", folder, "--output", tmp_path / "out", "--languages", "english")
    assert outcome.code == 2
    assert "--languages: 'english' is no language that can be told" in outcome.err


def test_stories_of_fewer_words_are_filtered(tmp_path: Path) -> None:
    pages = [{"id": str(words), "text": " ".join(["word"] * words)} for words in (4, 5, 6)]
    corpus.write_jsonl(tmp_path / "a.jsonl", pages)
    runs.run(tmp_path / "a.jsonl", "--steps", "", "--min-words", "5", output=tmp_path / "out")
    assert ids(tmp_path / "out") == ["5", "6"]
    assert [row["reason"] for row in runs.rows(tmp_path / "out", "filtered")] == ["too-short"]


def test_a_limit_reads_the_first_pages_in_the_order_of_the_files(folder: Path, tmp_path: Path) -> None:
    runs.run(folder, "--steps", "", "--limit", "33", output=tmp_path / "out")
    assert ids(tmp_path / "out") == [page["id"] for page in corpus.pages(33)]
    runs.run(folder, "--steps", "", "--limit", "3", output=tmp_path / "few")
    assert [runs.counts(tmp_path / one)["files_read"] for one in ("out", "few")] == [2, 1]


def test_a_dry_run_shows_the_plan_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    outcome = runs.copydesk("run", folder, "--output", tmp_path / "out", "--dry-run", "--min-words", "9")
    assert outcome.code == 0
    assert "would read 2 files" in outcome.out
    assert "{'min_words': 9}" in outcome.out
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_needs_no_output(folder: Path) -> None:
    assert runs.copydesk("run", folder, "--dry-run").code == 0


def test_the_summary_is_one_screen_or_json_or_nothing(folder: Path, tmp_path: Path) -> None:
    screen = runs.run(folder, *DEDUP, output=tmp_path / "screen").out
    assert 5 <= len(screen.splitlines()) <= 24
    assert str(tmp_path / "screen") in screen
    summary = json.loads(runs.run(folder, *DEDUP, "--json", output=tmp_path / "json").out)
    assert (summary["read"], summary["output"]) == (40, str(tmp_path / "json"))
    assert runs.run(folder, *DEDUP, "--quiet", output=tmp_path / "quiet").out == ""


def test_a_file_says_everything_that_the_command_line_says(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "copydesk.toml"
    config.write_text(
        f'input = ["{folder}"]\noutput = "{tmp_path}/out"\nsteps = ["dedup"]\nlimit = 5\nquiet = true\n'
        '[beam]\nrunner = "FnApiRunner"\n',
        encoding="utf-8",
    )
    outcome = runs.copydesk("run", "--config", config, "--limit", "6")
    assert (outcome.code, outcome.out) == (0, "")
    assert runs.counts(tmp_path / "out")["read"] == 6
    assert runs.result(tmp_path / "out")["settings"]["limit"] == 6


def test_the_order_and_repetition_of_steps_decide_nothing(folder: Path, tmp_path: Path) -> None:
    runs.run(folder, "--steps", "encoding,dedup", output=tmp_path / "one")
    runs.run(folder, "--steps", "dedup,encoding,dedup", output=tmp_path / "two")
    assert runs.fingerprint(tmp_path / "one") == runs.fingerprint(tmp_path / "two")
