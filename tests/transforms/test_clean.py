"""The chain of steps over a batch: each page ends in one place, with an audit that can be undone."""

from __future__ import annotations

import functools

import corpus
import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.settings import STEPS, Settings
from transforms import clean, editing
from transforms.clean import Cleaned, Desk

STORY = corpus.story(1)
FIRST = 5 << 32

Record = dict[str, object]


@functools.cache
def whole_desk() -> Desk:
    """All steps, loaded once, also for tests that hypothesis runs many times."""
    return Desk.of(Settings(steps=STEPS))


@pytest.fixture
def all_steps() -> Desk:
    return whole_desk()


def cleaned(records: list[Record], desk: Desk | None = None, **given: object) -> Cleaned:
    """The batch of these records, by this desk, else with no steps but what is given."""
    settings = Settings.model_validate({"steps": (), **given})
    return clean.clean(corpus.as_pages(records, settings.carry), FIRST, desk or Desk.of(settings))


def one_story(record: Record, **given: object) -> dict[str, object]:
    (row,) = cleaned([record], **given).stories.to_pylist()
    return dict(row)


def test_a_batch_without_pages_gives_empty_tables(all_steps: Desk) -> None:
    outcome = cleaned([], all_steps)
    tables = (outcome.stories, outcome.edits, outcome.filtered, outcome.rejects)
    assert [table.num_rows for table in tables] == [0, 0, 0, 0]
    assert outcome.counts.balanced()


def test_documents_are_numbered_by_the_row_in_the_batch() -> None:
    outcome = cleaned([{"text": "one"}, {"text": ""}, {"text": "three"}])
    assert outcome.stories["document"].to_pylist() == [FIRST, FIRST + 2]
    assert outcome.filtered["document"].to_pylist() == [FIRST + 1]


def test_an_id_is_the_inputs_else_of_the_url_else_of_the_place() -> None:
    url = "https://a.example/x"
    outcome = cleaned([{"id": "mine", "url": url, "text": "a"}, {"url": url, "text": "b"}, {"text": "c"}])
    of_url, of_place = (xxhash.xxh3_128_hexdigest(key.encode()) for key in (url, "in.jsonl\n2"))
    assert outcome.stories["id"].to_pylist() == ["mine", of_url, of_place]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Site.example/page", "site.example"),
        ("HTTP://site.example:8080/", "site.example"),
        ("https://user:pass@m.site.example?x=1", "m.site.example"),
        ("https://WWW.site.example#top", "site.example"),
        ("site.example/page", None),
        ("", None),
        (None, None),
    ],
)
def test_a_site_is_the_host_of_the_url(url: str | None, site: str | None) -> None:
    assert one_story({"url": url, "text": "a"})["site"] == site


def test_title_and_author_are_repaired_as_the_text_is_and_no_edit_tells_of_it() -> None:
    damaged = {"title": "Itâ€™s the mayor&amp;#8217;s plan &amp; hers", "author": "RenÃ©e MÃ¼ller", "text": STORY}
    outcome = cleaned([damaged, {"text": STORY}], steps=("encoding",))
    assert outcome.stories["title"].to_pylist() == ["It’s the mayor’s plan & hers", None]
    assert outcome.stories["author"].to_pylist() == ["Renée Müller", None]
    assert outcome.edits.num_rows == 0
    (row,) = cleaned([damaged], steps=("encoding",), rules_off=("encoding/mojibake",)).stories.to_pylist()
    assert (row["title"], row["author"]) == ("Itâ€™s the mayor’s plan & hers", damaged["author"])
    assert one_story(damaged, steps=("language",))["title"] == damaged["title"]


def test_a_damaged_title_is_matched_with_the_headline_that_it_repeats() -> None:
    headline, rest = "The mayorâ€™s plan for the harbour is &quot;dead&quot;", corpus.story(1)
    page = {"title": headline, "text": f"Local desk\n\nThe island this week\n\n{headline}\n\n{rest}"}
    damaged = one_story(page, steps=("encoding", "scaffolding"), headline="column")
    whole = {name: value.replace("â€™", "’").replace("&quot;", '"') for name, value in page.items()}
    assert damaged["title"] == whole["title"]
    assert damaged["text"] == one_story(whole, steps=("encoding", "scaffolding"), headline="column")["text"]


@pytest.mark.parametrize(
    ("title", "moved"),
    [
        (None, True),
        ("Storm closes harbour", True),
        ("Storm closes harbour | The Carrow Gazette", True),
        ("Storm closes harbours", False),
        ("The editor's own title", False),
    ],
)
def test_a_headline_moves_to_the_title_where_that_has_it_and_the_inputs_title_stays(title, moved) -> None:
    headline, rest = "Storm closes harbour", corpus.story(1).partition("\n")[2].strip()
    page = {"title": title, "text": f"{headline}\n\n{rest}"}
    row = one_story(page, steps=("scaffolding",), headline="column")
    assert (row["title"], row["text"]) == (title or headline, rest if moved else page["text"])


def test_a_story_alone_is_its_own_cluster() -> None:
    row = one_story({"id": "x", "text": "a"})
    assert (row["cluster_id"], row["cluster_size"], row["kept"]) == ("x", 1, True)


def test_lengths_are_in_characters_and_the_hash_is_of_the_text() -> None:
    row = one_story({"text": "naïve 😀"})
    assert (row["chars_in"], row["chars_out"], row["edit_count"]) == (7, 7, 0)
    assert row["content_hash"] == xxhash.xxh3_128_hexdigest("naïve 😀".encode())


@pytest.mark.parametrize(("text", "kept"), [("", False), (" \n\u00a0", False), ("…!", True), ("a", True), ("新", True)])
def test_a_blank_page_is_too_short(text: str, kept: bool) -> None:
    outcome = cleaned([{"text": text}])
    assert outcome.filtered["reason"].to_pylist() == ([] if kept else ["too-short"])


@pytest.mark.parametrize(
    ("text", "words"), [("it’s well-known", 2), ("a b, c", 3), ("新聞です", 4), ("12 % of 3.5", 4)]
)
def test_words_are_counted_as_people_do(text: str, words: int) -> None:
    assert cleaned([{"text": text}], min_words=words).stories.num_rows == 1
    assert cleaned([{"text": text}], min_words=words + 1).stories.num_rows == 0


def test_the_excluded_are_found_by_id_url_site_and_the_id_that_is_made(all_steps: Desk) -> None:
    url = "https://a.example/1"
    excluded = frozenset(["x", url, "www.B.example", xxhash.xxh3_128_hexdigest(b"https://c.example/1")])
    desk = Desk(Settings(steps=()), excluded=excluded)
    records = [{"id": "x"}, {"url": url}, {"url": "https://b.example/2"}, {"url": "https://c.example/1"}, {"id": "y"}]
    outcome = cleaned([{"text": STORY, **record} for record in records], desk)
    assert outcome.filtered["reason"].to_pylist() == ["excluded"] * 4
    assert outcome.filtered["text"].null_count == 4
    assert outcome.stories["id"].to_pylist() == ["y"]


def test_a_page_that_needs_too_many_edits_is_a_reject_and_its_neighbours_are_not() -> None:
    records = [{"text": "&amp; and " * 150}, {"text": "&amp; and"}]
    outcome = cleaned(records, steps=("encoding",), limits={"page_edits": 100})
    assert outcome.rejects["error"].to_pylist() == ["too-much-work"]
    assert "more than 100 edits" in outcome.rejects["message"][0].as_py()
    assert outcome.stories["text"].to_pylist() == ["& and"]
    assert set(outcome.edits["document"].to_pylist()) == {FIRST + 1}
    assert outcome.counts.balanced()


def test_a_page_that_is_left_out_has_no_edits(all_steps: Desk) -> None:
    outcome = cleaned([{"text": f"&amp; {corpus.COOKIE_WALL}"}, {"text": STORY}], all_steps)
    assert outcome.filtered["reason"].to_pylist() == ["no-article"]
    assert FIRST not in outcome.edits["document"].to_pylist()


def test_flags_are_sorted_lists_and_mostly_empty() -> None:
    masks = {"truncated": np.array([True, False, True]), "derived": np.array([False, False, True])}
    assert clean.flag_lists(masks, 3).to_pylist() == [["truncated"], [], ["derived", "truncated"]]
    assert clean.flag_lists({}, 2).to_pylist() == [[], []]


def test_counts_tell_what_the_tables_hold(all_steps: Desk) -> None:
    outcome = cleaned([dict(page) for page in corpus.pages(40)], all_steps)
    counts = outcome.counts
    assert counts.read == 40
    assert counts.balanced()
    assert counts.stories == outcome.stories.num_rows
    assert sum(counts.filtered.values()) == outcome.filtered.num_rows
    assert sum(counts.edits.values()) == outcome.edits.num_rows
    assert counts.chars_out == sum(len(text) for text in outcome.stories["text"].to_pylist())
    assert sum(counts.languages.values()) == counts.stories


def rows_without_numbers(outcome: Cleaned) -> list[list[dict[str, object]]]:
    tables = (outcome.stories, outcome.edits, outcome.filtered, outcome.rejects)
    drop = {"document", "position"}
    return [[{name: row[name] for name in row if name not in drop} for row in table.to_pylist()] for table in tables]


def test_what_becomes_of_a_page_does_not_depend_on_its_neighbours(all_steps: Desk) -> None:
    records = [dict(page) for page in corpus.pages(30)]
    together = rows_without_numbers(cleaned(records, all_steps))
    alone = [rows_without_numbers(cleaned([record], all_steps)) for record in records]
    assert together == [[row for one in alone for row in one[number]] for number in range(4)]


PIECES = st.sampled_from(
    [
        *(STORY.splitlines()[:4]),
        *(
            "Share this article on Facebook Twitter WhatsApp",
            "Advertisement",
            "By Ann Example",
            "(Adapted from The News)",
        ),
        *("Leave a Reply", "© 2026 The News. All rights reserved.", "Related: More of this", "• a bullet", "Sign up"),
        *(
            "â€œquotedâ€\x9d",
            "caf\u00e9",
            "cafe\u0301",
            "&amp;amp;",
            "\ufffd",
            "\x00\x1b[0m",
            "\u200b\u00ad",
            "\r",
            "\u2028",
        ),
        *("teh goverment recieved", "😀", "", " ", "\t", "新しい駅", "זה טקסט", "a" * 300),
    ]
)
PAGES = st.lists(st.one_of(st.lists(PIECES, max_size=12).map("\n".join), st.text(max_size=60)), min_size=1, max_size=6)


@given(PAGES)
@settings(max_examples=60, deadline=None)
def test_undoing_the_audit_of_the_whole_chain_gives_every_page_back(texts: list[str]) -> None:
    outcome = cleaned([{"id": str(n), "text": text} for n, text in enumerate(texts)], whole_desk())
    edits: dict[int, list[dict[str, object]]] = {}
    for row in outcome.edits.to_pylist():
        edits.setdefault(row["document"], []).append(row)
    for row in outcome.stories.to_pylist():
        assert editing.undo(row["text"], edits.pop(row["document"], [])) == texts[row["document"] - FIRST]
    assert edits == {}
    assert outcome.counts.balanced()
    assert outcome.stories.num_rows + outcome.filtered.num_rows + outcome.rejects.num_rows == len(texts)


@given(PAGES, st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_a_cut_of_the_batch_changes_nothing(texts: list[str], at: int) -> None:
    records: list[Record] = [{"id": str(n), "text": text} for n, text in enumerate(texts)]
    together = rows_without_numbers(cleaned(records, whole_desk()))
    parts = [rows_without_numbers(cleaned(part, whole_desk())) for part in (records[:at], records[at:])]
    assert together == [left + right for left, right in zip(*parts, strict=True)]


def test_the_schema_is_that_of_the_dataset_and_carried_columns_come_last(all_steps: Desk) -> None:
    outcome = cleaned([{"text": "a", "section": "s"}], carry=("section",))
    assert outcome.stories.schema.names[-1] == "section"
    assert outcome.stories["section"].to_pylist() == ["s"]
    assert cleaned([{"text": "a"}]).stories.schema.field("text").type == pa.string()


def test_a_page_of_which_scaffolding_leaves_a_few_words_is_no_article() -> None:
    page = "Harbour Post\n\nSubscribe to our newsletter\n\nCookie policy\n\nAll rights reserved\n\nFerries and tides\n"
    outcome = cleaned([{"text": page}], steps=["scaffolding"])
    assert outcome.filtered["reason"].to_pylist() == ["no-article"]


def test_a_page_of_a_few_words_that_has_no_scaffolding_stays() -> None:
    assert one_story({"text": "Ferries run again"}, steps=["encoding", "scaffolding"])["text"] == "Ferries run again"


def test_a_rule_of_any_step_can_be_left_out() -> None:
    record: Record = {"text": "The caf\u00c3\u00a9 &amp; the bar."}
    assert one_story(record, steps=["encoding"])["text"] == "The café & the bar."
    assert one_story(record, steps=["encoding"], rules_off="encoding/entity")["text"] == "The café &amp; the bar."
