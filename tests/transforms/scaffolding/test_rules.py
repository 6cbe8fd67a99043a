"""Rule files: what is read, and what is said of what is wrong."""

import pytest

from transforms.scaffolding.rules import RuleError, check, packs, parse

GOOD = """
[[rule]]
name = "form"
family = "letters"
line = '^write to the editor'
match = ["Write to the editor"]
keep = ["They write to the editor"]
"""


def test_reads_a_rule_with_its_defaults():
    (rule,) = parse(GOOD)
    assert rule.full_name == "letters/form"
    assert (rule.through, rule.where, rule.confidence, rule.until) == ("line", "anywhere", 95, None)
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("'^write", "'(?<=x)^write", "no RE2 pattern"),
        ("'^write to the editor'", "'.*'", "matches an empty line"),
        ("family =", "famly =", "unknown key `famly`"),
        ('name = "form"', "name = 7", "`name` must be a string"),
        ('name = "form"', 'name = "A Form"', "lower-case letters"),
        ("match =", 'where = "top"\nmatch =', "`where` must be one of anywhere, head, tail"),
        ("match =", "confidence = 101\nmatch =", "`confidence` must be 0 to 100"),
        ("match =", "hint = 1\nmatch =", "`hint` must be true or false"),
        ("match =", 'sites = ["https://a.example/"]\nmatch =', "write a host"),
        ("match =", 'field = "author"\nmatch =', "(?P<value>...)"),
        ('["Write to the editor"]', '["Call the editor"]', "does not remove example 1"),
        ('["They write to the editor"]', '["Write to the editor, he said"]', "removes from example 1"),
        ("[[rule]]", "[rule]", "written [[rule]]"),
        ("[[rule]]", "[[rules]]", "unknown key `rules`"),
        ("family", "= family", "is no TOML"),
    ],
)
def test_says_what_is_wrong(old, new, message):
    problems = check(GOOD.replace(old, new, 1))
    assert any(message in problem.message for problem in problems), problems


def test_names_line_and_rule_of_a_problem():
    text = GOOD + GOOD.replace('"form"', '"box"').replace("'^write", "'[^write")
    (problem,) = check(text)
    assert (problem.line, problem.rule) == (9, "letters/box")
    assert str(problem).startswith("line 9: letters/box: ")


def test_the_same_name_twice_is_a_problem():
    assert "line 2" in check(GOOD + GOOD)[0].message


def test_parse_raises_with_all_problems():
    with pytest.raises(RuleError) as error:
        parse(GOOD.replace("family", "famly"))
    assert len(error.value.problems) == 2  # the unknown key, the missing one


def test_an_empty_file_holds_no_rules():
    assert parse("") == []
    assert check("") == []


def test_block_examples_have_to_go_whole():
    block = GOOD.replace("match =", "through = '^send$'\nmatch =").replace(
        '"Write to the editor"', '"Write to the editor\\nYour name\\nSend"'
    )
    assert check(block) == []
    assert check(block.replace("'^send$'", "'^submit$'"))[0].message.startswith("does not remove example 1")


def test_packs_keep_what_their_examples_say():
    from importlib import resources

    folder = resources.files("transforms.scaffolding") / "packs"
    for file in folder.iterdir():
        assert check(file.read_text(encoding="utf-8")) == [], file.name


def test_packs_have_no_name_twice_and_something_to_keep():
    names = [rule.full_name for rule in packs()]
    assert len(names) == len(set(names))
    assert all(rule.keep for rule in packs())
