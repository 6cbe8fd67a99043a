"""The step as a whole, on pages in the likeness of real ones."""

import datetime
import time
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest

from schemas.edits import BATCH_EDITS
from transforms.scaffolding import FLAGS, Cleaner, Options, clean
from transforms.scaffolding.model import Judgement
from transforms.scaffolding.region import GAIN

STORY = """Harbour bridge to close for a year

  • Engineers found cracks in two of its nine piers last month
  • Ferries will run every ten minutes from the old customs quay

The harbour bridge will close to all traffic on Monday for at least a year, the port authority said on Friday.

“We looked for another way and there was none that we could answer for,” said Ada Quill, who leads the inspection.

A costly choice

Traders at the quay fear for their custom, and the council has promised them a fund of two million.

(The Herald's parent company owns shares in the ferry line.)"""

PAGE = f"""Get more with myNEWS
Stories picked by our desk, for you
Learn more
The bridge at dusk, seen from Mill Place on May 16, 2018. Photo: Jo Penn

{STORY}

(Adapted from


Leave a Reply

Fill in your details below or click an icon to log in: Logo

You are commenting using your account. Log Out /  Change )

Connecting to %s"""


@pytest.fixture(scope="module")
def cleaner():
    return Cleaner.of()


def cleaned(texts, cleaner, sites=None, titles=None):
    """The texts with their edits applied, and what was found."""
    column = pa.array(texts, pa.string())
    found = clean(column, sites and pa.array(sites), titles and pa.array(titles, pa.string()), cleaner)
    out = [(text or "").encode() for text in texts]
    for edit in reversed(found.edits.to_pylist()):
        raw = out[edit["row"]]
        out[edit["row"]] = raw[: edit["start"]] + edit["replacement"].encode() + raw[edit["end"] :]
    return [raw.decode() for raw in out], found


def test_promo_caption_form_and_tail_go_and_the_story_stays_whole(cleaner):
    (text,), found = cleaned([PAGE], cleaner)
    assert text == STORY
    assert found.edits.schema == BATCH_EDITS
    rules = found.edits["rule"].to_pylist()
    assert rules == ["scmp/mynews", "caption/credit-at-end", "attribution/adapted-from", "wordpress/comment-form"]
    assert set(found.flags) == set(FLAGS)
    assert found.flags["derived"].tolist() == [True]


def test_a_story_without_scaffolding_is_left_alone(cleaner):
    (text,), found = cleaned([STORY], cleaner)
    assert text == STORY
    assert len(found.edits) == 0
    assert found.headline.to_pylist() == ["Harbour bridge to close for a year"]


def test_the_headline_is_kept_once(cleaner):
    (text,), _ = cleaned([STORY + "\n\nHarbour bridge to close for a year"], cleaner)
    assert text == STORY


def test_a_title_with_the_sites_name_finds_the_headline(cleaner):
    _, found = cleaned(["Top stories\n" + STORY], cleaner, titles=["Harbour bridge to close for a year | The Herald"])
    assert found.headline.to_pylist() == ["Harbour bridge to close for a year"]


def test_a_line_of_dates_is_no_headline(cleaner):
    headline, rest = STORY.split("\n", 1)
    dated = f"{headline}\n\nPublished 14:02, 3 May 2026 | Updated 18:40\n{rest}"
    assert cleaned([dated], cleaner)[1].headline.to_pylist() == [headline]


def test_a_byline_and_a_dateline_that_stand_alone_are_handed_on(cleaner):
    headline, rest = STORY.split("\n", 1)
    page = f"{headline}\nBy Ada Quill\nThursday, January 12, 2012\n{rest}"
    (text,), found = cleaned([page], cleaner)
    assert text == STORY
    assert found.author.to_pylist() == ["Ada Quill"]
    assert found.published.to_pylist() == [datetime.datetime(2012, 1, 12, tzinfo=datetime.UTC)]


@pytest.mark.parametrize(
    "page",
    [
        "We use cookies and other tools to improve your visit to our site.\nAccept all cookies\nCookie settings",
        "404 Not Found\nSorry, the page you are looking for could not be found on this server any more.\nHome",
        "Home\nNews\nSport\nMost Popular\nBridge to close\nCouncil votes\nFerry line sold",
        "",
        " \n\n",
    ],
)
def test_a_page_of_nothing_but_scaffolding_is_no_article(cleaner, page):
    _, found = cleaned([page], cleaner)
    assert found.article.tolist() == [False]
    assert len(found.edits) == 0


def test_a_few_words_without_scaffolding_are_a_page(cleaner):
    texts, found = cleaned(["Ferries run again"], cleaner)
    assert texts == ["Ferries run again"]
    assert found.article.tolist() == [True]


@dataclass(frozen=True)
class Harsh:
    """A model that doubts every second line, and finds that pages gain by so much when they go."""

    gain: int

    def judge(self, lines, families, sentence, titles):
        scores = np.where(np.arange(len(lines)) % 2, 3000, -4000).astype(np.int32)
        return Judgement(scores, np.full(lines.pages, 5000), np.full(lines.pages, self.gain))


def test_a_page_that_gains_nothing_is_left_to_the_rules(cleaner):
    posts = "\n".join(f"Post {n}: the ferry to the north quay was late once more, and full" for n in range(9))
    page = f"Ferry talk\n{posts}\nFollow us on Twitter"
    removed = {
        gain: set(cleaned([page], replace(cleaner, model=Harsh(gain)))[1].edits["rule"].to_pylist())
        for gain in (GAIN, GAIN + 1)
    }
    assert "model/line" in removed[GAIN + 1]
    assert removed[GAIN] == {"social/follow"}


class Fading:
    """A model that is sure of a page's beginning, less of what follows, and doubts single words."""

    def judge(self, lines, families, sentence, titles):
        scores = np.where(lines.words == 1, -2000, np.where(np.arange(len(lines)) < 5, 5000, 1000)).astype(np.int32)
        return Judgement(scores, np.full(lines.pages, 5000), np.full(lines.pages, 1000))


def test_a_word_said_again_and_again_marks_comments_but_where_a_rule_knows_it(cleaner):
    told = [
        "Ferries run again",
        *(f"The ferry left the north quay for the {n}th time, and it was full." for n in range(4)),
    ]
    rules = {}
    for word in ("odpowiedz", "Advertisement"):
        more = [line for n in range(5) for line in (word, f"It was late at the south quay on day {n}, and full again.")]
        rules[word] = set(
            cleaned(["\n".join(told + more)], replace(cleaner, model=Fading()))[1].edits["rule"].to_pylist()
        )
    assert rules == {"odpowiedz": {"comments/thread"}, "Advertisement": {"ad/label"}}


def test_a_family_that_is_off_stays(cleaner):
    off = Cleaner.of(Options(families_off=("caption",)))
    assert "Photo: Jo Penn" in cleaned([PAGE], off)[0][0]
    assert "Photo: Jo Penn" not in cleaned([PAGE], cleaner)[0][0]


def test_a_rule_can_be_turned_off_by_itself(cleaner):
    page = f"{STORY}\n\nSubscribe to: Post Comments (Atom)\n\nLeave a Reply\n\nConnecting to %s"
    off = Cleaner.of(Options(rules_off=("wordpress/comment-form",)))
    (without,), found = cleaned([page], off)
    assert "Leave a Reply" not in cleaned([page], cleaner)[0][0]
    assert "Leave a Reply" in without
    assert "Subscribe to" not in without
    assert "wordpress/comment-form" not in found.edits["rule"].to_pylist()


def test_the_model_can_be_off_and_rules_still_hold():
    page = PAGE + "\nTerms\nHome delivery\nBridge to close\nHouse prices fall"
    rules_only = Cleaner.of(Options(families_off=("model",)))
    found = cleaned([page], rules_only)[1].edits["rule"].to_pylist()
    assert "scmp/mynews" in found
    assert "model/line" not in found


def test_a_phrase_to_keep_keeps_its_line():
    keep = Cleaner.of(Options(keep_phrases=("Connecting to",)))
    assert cleaned([PAGE], keep)[0][0].endswith("Connecting to %s")


def test_own_rules_hold_on_their_sites():
    rules = """
    [[rule]]
    name = "motto"
    family = "herald"
    line = '^all the tides that fit$'
    sites = ["herald.example"]
    match = ["All the tides that fit"]
    """
    own = Cleaner.of(Options(rules=(rules,)))
    page = STORY.replace("A costly choice", "All the tides that fit")
    texts, found = cleaned([page] * 3, own, ["www.herald.example", "other.example", None])
    assert ["All the tides" in text for text in texts] == [False, True, True]
    assert found.edits["rule"].to_pylist() == ["herald/motto"]


def test_a_wall_behind_the_text_makes_it_paywalled_and_one_before_more_text_does_not(cleaner):
    wall = "To continue reading, please subscribe"
    headline, rest = STORY.split("\n\n", 1)
    _, found = cleaned([f"{STORY}\n\n{wall}", f"{headline}\n\n{wall}\n\n{rest}", STORY], cleaner)
    assert found.flags["paywalled"].tolist() == [True, False, False]


def test_a_subscribers_login_alone_is_no_wall(cleaner):
    _, found = cleaned([f"{STORY}\n\nAlready a subscriber? Log in"], cleaner)
    assert found.edits.num_rows == 1
    assert found.flags["paywalled"].tolist() == [False]


def test_a_story_that_breaks_off_is_truncated(cleaner):
    story = STORY[: STORY.index("(The Herald")].rstrip()
    ends = [
        "The fund, he said in the same breath, will be for the",
        "Nobody had told the traders at the quay about the plan until last week, and …",
        "The fund will help those who cannot wait for the ferries, says the council,",
        "Traders who want to know more can write to the council's new fund at",  # an address that was taken out
        "Yours sincerely,",
        "------------------------------------------------------------------------",
    ]
    truncated = cleaned([f"{story}\n\n{end}" for end in ends], cleaner)[1].flags["truncated"].tolist()
    assert truncated == [True, True, True, False, False, False]
    assert not cleaned([STORY], cleaner)[1].flags["truncated"].any()


def test_a_page_fares_the_same_alone_and_in_any_batch(cleaner):
    texts = [PAGE, "", STORY, PAGE.replace("bridge", "tunnel"), None]
    together, _ = cleaned(texts, cleaner)
    assert together == [cleaned([text], cleaner)[0][0] for text in texts]
    assert together == cleaned(texts[::-1], cleaner)[0][::-1]


FOOTER = "Read at the quay since 1911"


def surveyed(lines):
    """The footer is its site's own; every headline there is names one of its stories."""
    said = pa.array(lines.distinct).to_pylist()
    repeated = np.array([line == FOOTER for line in said], bool)[lines.code]
    return repeated, np.array([line.startswith("Harbour bridge") for line in said], bool)[lines.code]


def test_what_a_site_repeats_and_titles_of_its_other_stories_go(cleaner):
    teaser = "Harbour bridge opens again"
    page = pa.array([f"{STORY}\n\n{teaser}\n\n{FOOTER}"])
    edits = clean(page, None, None, cleaner, surveyed).edits.to_pylist()
    assert [(edit["rule"], edit["confidence"]) for edit in edits][-2:] == [
        ("site/title-of-another", 90),
        ("site/repeated-line", 95),
    ]
    assert page[0].as_py().encode()[: edits[-2]["start"]].decode() == STORY  # its own headline among it


def test_what_is_known_of_a_site_leaves_something_of_every_page_and_bows_to_the_user(cleaner):
    assert len(clean(pa.array([FOOTER]), None, None, cleaner, surveyed).edits) == 0
    page = pa.array([f"{STORY}\n\n{FOOTER}"])
    for options in (Options(keep_phrases=("quay since",)), Options(families_off=("site",))):
        assert len(clean(page, None, None, Cleaner.of(options), surveyed).edits) == 0


def test_an_empty_batch_gives_empty_columns(cleaner):
    texts, found = cleaned([], cleaner)
    assert texts == []
    assert (len(found.edits), len(found.article), len(found.headline)) == (0, 0, 0)


@pytest.mark.parametrize("page", ["a" * 4_000_000, "a\n" * 100_000, " " * 4_000_000, "\n" * 1_000_000, "\x00" * 1000])
def test_a_page_of_one_character_takes_linear_time(cleaner, page):
    started = time.process_time()
    cleaned([page], cleaner)
    assert time.process_time() - started < 5


def test_the_seeds_come_out_clean(cleaner, shared):
    pages = [path.read_text(encoding="utf-8") for path in sorted((shared / "data/seeds").glob("*.txt"))]
    (first, second), found = cleaned(pages, cleaner)
    assert first == pages[0].split("\n", 5)[5]  # promo, caption and a blank line above the headline
    assert second == pages[1][: pages[1].index("(Adapted")].rstrip()
    assert found.flags["derived"].tolist() == [False, True]
    assert found.article.all()
