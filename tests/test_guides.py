"""The guides: their commands exist with the options named, their links lead somewhere, the page of codes is that of the catalogs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from csbook.cli import COMMANDS, csbook
from csbook.forms.columns import COLUMN, FIELD
from csbook.forms.columns import KINDS as COLUMN_KINDS
from csbook.forms.conditions import SAYS
from csbook.forms.draft import LAYOUT, LAYOUT_NEEDS, NUMBER, RULES, RULES_NEED, STATE
from csbook.forms.parameters import parameters
from csbook.forms.vocabulary import ENTRY, MASK
from csbook.issues import Code
from csbook.rules import KINDS as RULE_KINDS
from docs import codes

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"^```(?:sh|powershell)\n(.*?)^```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^(?:\S*[/\\])?csbook ([^#\n]+)", re.MULTILINE)


def commands(page: Path) -> list[str]:
    """Every csbook command line of the page's code spans and shell blocks, without the program's name."""
    spans = ("".join(found) for found in CODE.findall(page.read_text("utf-8")))
    return [line for span in spans for line in COMMAND.findall(span)]


def unknown(line: str) -> str | None:
    """The first word or option of a command line that csbook does not know."""
    command: click.Command = csbook
    known: set[str] = set()
    expect_value = False
    for word in re.split(r"[\s\[\]]+|\\?\|", line):
        known |= {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        if word.startswith("-"):
            if word not in known:
                return word
            expect_value = True
        elif expect_value:
            expect_value = False
        elif isinstance(command, click.Group) and word and word not in ("COMMAND", "…"):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return word
            command = found
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_the_page_exists(page: Path) -> None:
    assert {line: fault for line in commands(page) if (fault := unknown(line))} == {}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_name_every_command(name: str) -> None:
    assert {line.split()[0] for line in commands(ROOT / name)} >= set(COMMANDS)


def test_a_command_that_does_not_exist_is_seen() -> None:
    assert unknown("ledger forget") == "forget"
    assert unknown("analyze -o x --colour") == "--colour"
    assert unknown("--lang en forms --json") is None
    assert len(commands(ROOT / "README.md")) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_page_of_codes_is_that_of_the_catalogs() -> None:
    assert codes.PAGE.read_text("utf-8") == codes.page(), "run `python -m docs.codes`"
    assert set(re.findall(r"^\| `(\w+)`", codes.page(), re.MULTILINE)) == set(Code)


NAME = re.compile(r"`(\w+)`")


def reference() -> Iterator[list[list[str]]]:
    """The tables of the page about definitions: rows of cells, without their heads."""
    text = (ROOT / "docs" / "definitions.zh.md").read_text("utf-8")
    for table in re.findall(r"^\| --- .*\n((?:\|.*\n)+)", text, re.MULTILINE):
        yield [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]


def named(cells: list[str]) -> dict[str, bool]:
    """The names in some cells of a table, and whether each is needed: a mark behind several names is for all of them."""
    parts = (part for cell in cells for part in re.split("(?<=●)、", cell))
    return {name: "●" in part for part in parts for name in NAME.findall(part)}


def test_the_page_of_definitions_names_every_key_and_kind_and_no_other() -> None:
    rules, number, state, kinds, field, rule_kinds, conditions, layout, column, entry, mask = reference()
    for table, keys, needed in (
        (rules, RULES, RULES_NEED), (number, NUMBER, ["pattern"]), (state, STATE, ["resolved"]), (kinds, COLUMN_KINDS, []),
        (field, FIELD, ["kind"]), (layout, LAYOUT, LAYOUT_NEEDS), (column, COLUMN, ["field", "zh", "en"]),
        (entry, ENTRY, ["key", "zh", "en"]), (mask, MASK, ["hint"]),
    ):  # fmt: skip
        assert named([row[0] for row in table]) == {key: key in needed for key in keys}
    assert named([row[0] for row in rule_kinds]).keys() == RULE_KINDS.keys()
    said = [re.findall(r"(\w+) =", row[0]) for row in conditions]
    assert {names[-1] for names in said} == {*SAYS}


def test_the_page_of_definitions_tells_of_each_kind_of_rule_its_keys_and_its_code() -> None:
    table = next(table for table in reference() if "`required`" in table[0][0] and len(table[0]) == 4)
    for kinds, _, keys, code in table:
        for name in NAME.findall(kinds):
            takes = parameters(RULE_KINDS[name])
            said = {key: "●" in part for part in keys.split("、") for key in NAME.findall(part)}
            assert said == {key: key in takes.needed for key in takes.types if key != "severity"}, name
            assert NAME.findall(code) == [RULE_KINDS[name].code]


def test_the_examples_of_the_page_of_definitions_stand_in_the_five_forms() -> None:
    page = (ROOT / "docs" / "definitions.zh.md").read_text("utf-8")
    shipped = [rule for path in (ROOT / "validations").glob("*.toml") for rule in tomllib.loads(path.read_text("utf-8")).get("rule", ())]
    shown = [rule for block in re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE) for rule in tomllib.loads(block)["rule"]]
    assert len(shown) > 8
    assert [rule for rule in shown if rule not in shipped] == []
