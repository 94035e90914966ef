"""The house: documents, catalogs and layout agree with the code."""

from __future__ import annotations

import ast
import gettext
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from csbook.cli import COMMANDS
from csbook.issues import Code

ROOT = Path(__file__).parent.parent
EVERY_CATALOG = sorted((ROOT / "csbook" / "messages").glob("*/LC_MESSAGES/*.po"))
CATALOGS = [path for path in EVERY_CATALOG if path.stem != "click"]  # of click there is Chinese only, English is its own


def messages_of(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        each = [(message.id, message.string) for message in read_po(file) if message.id]
    first = [[text[0] if isinstance(text, tuple) else text for text in pair] for pair in each]
    return {str(message_id): str(said) for message_id, said in first}


@pytest.mark.parametrize("path", EVERY_CATALOG, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_compiled_catalogs_are_those_of_the_po_files(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = {message_id: compiled.gettext(message_id) for message_id in messages_of(path)}
    known |= {message_id: compiled.ngettext(message_id, "", 1) for message_id, text in known.items() if text == message_id}
    assert known == messages_of(path), "run `make messages`"


@pytest.mark.parametrize("domain", sorted({path.stem for path in CATALOGS}))
def test_both_languages_say_the_same_things(domain: str) -> None:
    zh, en = (messages_of(ROOT / "csbook" / "messages" / locale / "LC_MESSAGES" / f"{domain}.po") for locale in ("zh_CN", "en"))
    assert zh.keys() == en.keys()
    for message_id, text in zh.items():
        assert text, message_id
        assert en[message_id], message_id


def test_every_issue_code_has_words() -> None:
    known = {message_id for path in CATALOGS for message_id in messages_of(path)}
    assert {f"{code}.{part}" for code in Code for part in ("prompt", "fault", "remedy")} <= known


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split("## Commands")[1].split("\n## ")[0]
    assert {row.split()[0] for row in re.findall(r"^\| `csbook ([^`]+)`", table, re.MULTILINE)} == set(COMMANDS)


def test_the_readme_gives_a_reason_for_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[\[<>=; ]", each)[0] for each in [*project["dependencies"], *project["optional-dependencies"]["test"]]}
    table = (ROOT / "README.md").read_text("utf-8").split("## Dependencies")[1].split("\n## ")[0]
    assert {name for name in names if name not in table} <= {"sqlglot", "tzdata"}


def test_every_library_that_csbook_imports_is_installed_with_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [each for name, wanted in project["optional-dependencies"].items() if name not in ("test", "lint") for each in wanted]
    declared = {re.split(r"[\[<>=; ]", each)[0].lower() for each in [*project["dependencies"], *extras]}
    modules = {path: ast.parse(path.read_text("utf-8")) for path in (ROOT / "csbook").rglob("*.py")}
    nodes = [(path, node) for path, tree in modules.items() for node in ast.walk(tree)]
    names = {(alias.name, path) for path, node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {(node.module, path) for path, node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    providers = packages_distributions()
    tops = {(name.split(".")[0], path) for name, path in names}
    foreign = {(top, path) for top, path in tops if top != "csbook" and top not in sys.stdlib_module_names}
    unmet = {(top, path.name) for top, path in foreign if not declared & {each.lower() for each in providers.get(top, ())}}
    assert unmet == set()


def test_the_readme_opens_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()[:8]
    assert [line.split("#")[0].strip() for line in lines if line.startswith("make ")] == ["make demo", "make test"]


def test_no_english_count_of_one_reads_as_several() -> None:
    """A count stands behind what it counts (`records: 1`)."""
    plural = re.compile(r"\{(count|records|rows|files)\} (\w+ )?(records|rows|files|backups|desks|receipts|faults|updates)\b")
    catalogs = [path for path in EVERY_CATALOG if "en" in path.parts]
    told = {message_id: text for path in catalogs for message_id, text in messages_of(path).items()}
    assert len(told) > 500
    assert {message_id: text for message_id, text in told.items() if plural.search(str(text))} == {}


def test_no_module_grows_out_of_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): n for path in (ROOT / "csbook").rglob("*.py") if (n := len(path.read_text("utf-8").splitlines())) > 260
    }
    assert not long
