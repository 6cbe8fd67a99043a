"""Every night: a run knows the stories of earlier runs, and leaves its own to later ones."""

import fcntl
import json
import time
from pathlib import Path

import corpus
import pytest
import runs

STEPS = ("--steps", "dedup", "--duplicates", "mark")


def write(path: Path, *numbers: int, date: str = "2026-05-01", site: str = "a.example", cut: int = 0) -> Path:
    """A file of invented stories, one a number, less `cut` words at their ends."""
    pages = []
    for number in numbers:
        words = corpus.story(number).split(" ")
        pages.append(
            {
                "id": f"{site}/{number}",
                "url": f"https://{site}/{number}",
                "published": f"{date}T0{number % 10}:00:00Z",
                "text": " ".join(words[: len(words) - cut]),
            }
        )
    path.write_text("".join(json.dumps(page) + "\n" for page in pages), encoding="utf-8")
    return path


@pytest.fixture
def night(tmp_path):
    """Run a night: its number, its input, more options; gives the output folder."""

    def run(day: int, pages: Path, *more: str, again: str = "", code: int = 0) -> Path:
        output = tmp_path / f"out-{day}{again}"
        date = ("--index", str(tmp_path / "index"), "--run-date", f"2026-05-{day:02d}")
        runs.run(pages, *STEPS, *date, *more, output=output, code=code)
        return output

    return run


def runs_in(index: Path) -> list[dict[str, object]]:
    return list(json.loads((index / "index.json").read_bytes())["runs"])


def days_in(index: Path) -> list[int]:
    """The days of May whose runs count."""
    return [int(str(run["date"])[-2:]) for run in runs_in(index)] if index.exists() else []


def kept(output: Path) -> dict[str, bool]:
    return {row["id"]: row["kept"] for row in runs.rows(output, "stories")}


def test_a_copy_of_last_nights_story_is_marked_with_the_run_that_has_it(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1, 2))
    second = night(2, write(tmp_path / "two.jsonl", 2, 3, date="2026-05-02", site="b.example", cut=5))
    assert kept(second) == {"b.example/2": False, "b.example/3": True}
    copy = runs.rows(second, "duplicates")[0]
    assert (copy["id"], copy["kept_id"], copy["cluster_id"]) == ("b.example/2", "a.example/2", "a.example/2")
    assert copy["kept_run"].startswith("2026-05-01-")


def test_a_story_of_an_earlier_run_wins_over_a_longer_one_of_tonight(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 4, cut=20))
    longer = night(2, write(tmp_path / "two.jsonl", 4, date="2026-05-02", site="b.example"))
    row = runs.rows(longer, "duplicates")[0]
    assert row["kept_id"] == "a.example/4"


def test_a_run_done_again_gives_the_same_output_and_the_same_index(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1, 2))
    pages = write(tmp_path / "two.jsonl", 2, 3, date="2026-05-02", site="b.example")
    first = runs.fingerprint(night(2, pages))
    index = runs.names(tmp_path / "index"), (tmp_path / "index" / "index.json").read_bytes()
    assert runs.fingerprint(night(2, pages, again="-again")) == first
    assert (runs.names(tmp_path / "index"), (tmp_path / "index" / "index.json").read_bytes()) == index


def test_a_night_done_again_with_other_input_leaves_nothing_of_the_output_that_it_replaces(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1, 2))
    night(1, write(tmp_path / "one.jsonl", 1), "--overwrite")
    assert len(runs_in(tmp_path / "index")) == len(list((tmp_path / "index").glob("2026-*"))) == 1
    second = night(2, write(tmp_path / "two.jsonl", 1, 2, date="2026-05-02", site="b.example"))
    assert kept(second) == {"b.example/1": False, "b.example/2": True}


def test_a_night_whose_output_takes_the_place_of_the_last_nights_is_compared_with_that(tmp_path):
    for day in (1, 2, 3):
        pages = write(tmp_path / "in.jsonl", 1, day + 1, site=f"{day}.example")
        date = ("--index", tmp_path / "index", "--run-date", f"2026-05-{day:02d}", "--overwrite")
        runs.run(pages, *STEPS, *date, output=tmp_path / "out")
    assert kept(tmp_path / "out") == {"3.example/1": False, "3.example/4": True}


def test_a_run_that_is_done_again_later_does_not_see_the_nights_behind_it(night, tmp_path):
    pages = write(tmp_path / "one.jsonl", 1, 2)
    first = runs.fingerprint(night(1, pages))
    night(2, write(tmp_path / "two.jsonl", 2, 3, date="2026-05-02", site="b.example"))
    assert runs.fingerprint(night(1, pages, again="-again")) == first


def test_stories_older_than_the_window_lapse_and_their_files_go(night, tmp_path):
    for day in (1, 9):
        night(day, write(tmp_path / f"{day}.jsonl", day), "--window-days", "7")
    assert days_in(tmp_path / "index") == [1, 9]
    night(10, write(tmp_path / "10.jsonl", 10), "--window-days", "7")
    assert days_in(tmp_path / "index") == [9, 10]
    assert not list((tmp_path / "index").glob("2026-05-01-*/*.arrow"))


def test_a_night_that_looks_back_less_far_takes_nothing_from_the_others(night, tmp_path):
    for day, days in ((1, 14), (10, 14), (12, 1), (13, 1)):
        night(day, write(tmp_path / f"{day}.jsonl", day), "--window-days", str(days))
    assert days_in(tmp_path / "index") == [1, 10, 12, 13]


def test_a_night_of_a_mistyped_date_takes_nothing_from_the_others(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1))
    night(31, write(tmp_path / "mistyped.jsonl", 2), "--window-days", "7")
    second = night(2, write(tmp_path / "two.jsonl", 1, site="b.example"), "--window-days", "7")
    assert kept(second) == {"b.example/1": False}
    assert days_in(tmp_path / "index") == [1, 2, 31]


def test_a_window_may_be_longer_than_there_were_days(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1), "--window-days", "9999999")
    assert days_in(tmp_path / "index") == [1]


def test_with_keep_earliest_two_nights_keep_the_same_stories_as_one_run_over_both(night, tmp_path):
    one = write(tmp_path / "one.jsonl", 1, 2, 6, cut=12)
    two = write(tmp_path / "two.jsonl", 2, 3, 6, date="2026-05-02", site="b.example")
    by_night = kept(night(1, one, "--keep", "earliest")) | kept(night(2, two, "--keep", "earliest"))
    both = tmp_path / "both.jsonl"
    both.write_text(one.read_text() + two.read_text())
    runs.run(both, *STEPS, "--keep", "earliest", output=tmp_path / "out")
    assert kept(tmp_path / "out") == by_night


def test_of_two_runs_at_once_one_commits_and_the_other_can_be_given_again(tmp_path):
    index, pages = tmp_path / "index", [write(tmp_path / f"{number}.jsonl", number) for number in (1, 2)]
    index.mkdir()
    options = (*STEPS, "--index", index, "--run-date", "2026-05-01")
    outputs = [tmp_path / f"out-{number}" for number in (1, 2)]
    with (index / "index.json.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # both come to the pointer before either may write it
        processes = [
            runs.launch("run", page, *options, "--workers", "1", "--output", output)
            for page, output in zip(pages, outputs, strict=True)
        ]
        while not all(any(output.rglob("README.md")) for output in outputs):
            assert [process.poll() for process in processes] == [None, None]
            time.sleep(0.1)
    said = [process.communicate()[1] for process in processes]
    codes = [process.returncode for process in processes]
    assert sorted(codes) == [0, 1]
    refused = codes.index(1)
    assert "another run has changed the index" in said[refused]
    assert [(output / "run.json").exists() for output in outputs] == [code == 0 for code in codes]
    assert len(runs_in(index)) == 1
    runs.run(pages[refused], *options, output=outputs[refused])
    assert len(runs_in(index)) == 2


def test_what_a_killed_run_left_in_the_index_goes_when_it_would_have_lapsed(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1))
    left = tmp_path / "index" / f"2026-04-20-{16 * 'a'}-{12 * 'b'}"
    left.mkdir()
    (left / "part-00000.keys.arrow").touch()
    own = tmp_path / "index" / "2026-04-20-notes"
    own.mkdir()
    (own / "part-00000.keys.arrow").touch()
    night(4, write(tmp_path / "two.jsonl", 2, date="2026-05-04"))
    assert left.exists()
    night(5, write(tmp_path / "three.jsonl", 3, date="2026-05-05"))
    assert left.exists()
    night(6, write(tmp_path / "four.jsonl", 4, date="2026-05-06"))
    assert not left.exists()
    assert own.exists()


def test_a_story_published_longer_ago_than_the_window_is_not_compared_with(night, tmp_path):
    night(9, write(tmp_path / "one.jsonl", 1, date="2026-05-01"))
    pages = write(tmp_path / "two.jsonl", 1, date="2026-05-10", site="b.example")
    assert kept(night(10, pages, "--window-days", "8")) == {"b.example/1": True}
    assert kept(night(10, pages, "--window-days", "9", again="-again")) == {"b.example/1": False}


def test_an_undated_page_carries_no_story_over_the_window(night, tmp_path):
    night(
        1,
        corpus.write_jsonl(tmp_path / "one.jsonl", [{"id": "old", "text": corpus.story(1), "published": "2020-01-01"}]),
    )
    new = {"id": "new", "text": corpus.story(1), "published": "2026-05-02"}
    pages = corpus.write_jsonl(tmp_path / "two.jsonl", [new, {"id": "undated", "text": corpus.story(1)}])
    assert kept(night(2, pages)) == {"new": True, "undated": False}


def test_an_index_serves_runs_with_other_rules(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1))
    pages = write(tmp_path / "two.jsonl", 1, date="2026-05-02", site="b.example")
    assert kept(night(2, pages, "--drop-at", "95", "--join-at", "70", "--keep", "latest")) == {"b.example/1": False}


def test_only_earlier_stories_that_share_a_key_with_tonight_are_loaded(night, tmp_path, monkeypatch):
    def unlike_each_other(name, *numbers):
        texts = [" ".join(f"w{number}x{place}" for place in range(80)) for number in numbers]
        return corpus.write_jsonl(tmp_path / name, [{"id": f"{name}/{text[:4]}", "text": text} for text in texts])

    night(1, unlike_each_other("one.jsonl", *range(1, 9)))
    from transforms import index

    earlier_keys, loaded = index.earlier_keys, set()

    def looked_at(plan, parts, tonight):
        found = earlier_keys(plan, parts, tonight)
        loaded.update(found["document"].tolist())
        return found

    monkeypatch.setattr(index, "earlier_keys", looked_at)
    night(2, unlike_each_other("two.jsonl", 8))
    assert len(loaded) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no JSON", "is no index"),
        ('{"runs": [{"name": "a", "date": "May", "identity": "b", "parts": []}]}', "runs.0.date"),
        ('{"sketches": {"permutations": 64}}', "another version"),
    ],
)
def test_an_index_that_cannot_be_compared_with_is_refused_before_the_run(tmp_path, content, message):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "index.json").write_text(content)
    pages = write(tmp_path / "one.jsonl", 1)
    options = ("--index", tmp_path / "index", "--run-date", "2026-05-01")
    assert message in runs.run(pages, *options, output=tmp_path / "out", code=2).err


def test_an_index_without_a_date_is_refused(tmp_path):
    pages = write(tmp_path / "one.jsonl", 1)
    assert "--run-date" in runs.run(pages, "--index", tmp_path / "index", output=tmp_path / "out", code=2).err


def test_an_index_without_the_step_that_fills_it_is_refused(tmp_path):
    options = ("--steps", "encoding", "--index", tmp_path / "index", "--run-date", "2026-05-01")
    refused = runs.run(write(tmp_path / "one.jsonl", 1), *options, output=tmp_path / "out", code=2)
    assert "--index needs the step dedup" in refused.err
    assert not (tmp_path / "index").exists()


def test_a_night_that_is_done_again_with_other_settings_and_fails_leaves_the_index_as_it_was(
    night, tmp_path, monkeypatch
):
    pages = write(tmp_path / "one.jsonl", 1, 2)
    night(1, pages)
    before = runs.fingerprint_of_folder(tmp_path / "index")
    from transforms import index

    def failing(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(index, "commit", failing)
        night(1, pages, "--min-words", "99999", again="-again", code=1)
    assert runs.fingerprint_of_folder(tmp_path / "index").items() >= before.items()
    second = night(2, write(tmp_path / "two.jsonl", 2, date="2026-05-02", site="b.example"))
    assert kept(second) == {"b.example/2": False}


def test_explain_names_the_stories_of_earlier_runs_that_a_page_is_a_copy_of(night, tmp_path):
    night(1, write(tmp_path / "one.jsonl", 1, 2))
    page = write(tmp_path / "page.jsonl", 2, date="2026-05-02", site="b.example", cut=5)
    asked = ("explain", page, "--steps", "encoding", "--index", tmp_path / "index")
    (near,) = json.loads(runs.copydesk(*asked, "--json").out)["near"]
    assert (near["relation"], near["id"], near["similarity"]) == ("near-identical", "a.example/2", 1.0)
    assert near["run"].startswith("2026-05-01-")
    assert "near-identical\t100%\t0\ta.example/2" in runs.copydesk(*asked).out
    assert json.loads(runs.copydesk(*asked, "--run-date", "2026-05-01", "--json").out)["near"] == []
    other = write(tmp_path / "other.jsonl", 3)
    told = runs.copydesk("explain", other, "--steps", "encoding", "--index", tmp_path / "index").out
    assert "no near-duplicate of a story in the index" in told


def test_explain_refuses_a_folder_that_holds_no_index(tmp_path):
    refused = runs.copydesk("explain", write(tmp_path / "page.jsonl", 1), "--index", tmp_path)
    assert (refused.code, "holds no index" in refused.err) == (2, True)
