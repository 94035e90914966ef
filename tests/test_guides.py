"""The guides: their commands exist with the options named, their links lead somewhere, the page of codes is that of the catalogs."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from csbook.cli import COMMANDS, csbook
from csbook.issues import Code
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
