"""A form that a team changed while records of its former self stand in the ledger and old workbooks still come in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, filled, query, type_rows
from tests.cli.test_main_job import COMMUNICATION, RESPONSE

RULES, LAYOUT = Path("validations/communication.toml"), Path("templates/communication.toml")
AGENT, AGENTS_COLUMN = "agent = {", '[[column]]\nfield = "agent"'


@pytest.fixture
def team(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's folder, in which its files are changed."""
    assert terminal("init", "team").code == 0
    monkeypatch.chdir(tmp_path / "team")
    return tmp_path / "team"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def with_column(name: str, rules: str) -> None:
    """Another column before that of the agent."""
    change(RULES, AGENT, f"{name} = {{ {rules} }}\n{AGENT}")
    change(LAYOUT, AGENTS_COLUMN, f'[[column]]\nfield = "{name}"\nzh = "{name}"\nen = "{name}"\n\n{AGENTS_COLUMN}')


def without_column(name: str) -> None:
    kept = (line for line in RULES.read_text("utf-8").splitlines(keepends=True) if not line.startswith(f"{name} = "))
    RULES.write_text("".join(kept), "utf-8")
    change(LAYOUT, f'[[column]]\nfield = "{name}"\nzh = "{name}"\nen = "{name}"\n\n', "")


def next_version() -> None:
    change(RULES, 'version = "1"', 'version = "2"')


def made(terminal: Terminal, folder: str, rows: list[dict]) -> Path:
    """A workbook of the form as it is, with these rows."""
    assert terminal("template", "communication", "-o", folder, "--desk", "A07", "--rows", "5").code == 0
    type_rows(path := Path(folder) / "communication-A07.xlsx", rows)
    return path


def totals(terminal: Terminal, path: Path, **wanted: int) -> None:
    document = terminal("ingest", path, "--receipts", "receipts", "--json").document
    assert document["totals"] | wanted == document["totals"], document["issues"]


def exported(terminal: Terminal, *columns: str) -> list[tuple[str, ...]]:
    assert terminal("ledger", "export", "-o", "all.csv", "--format", "csv").code == 0
    with Path("all.csv").open(encoding="utf-8-sig") as file:
        return [tuple(row[column] for column in columns) for row in csv.DictReader(file)]


def test_an_old_workbook_goes_back_for_the_column_that_is_new_and_required(terminal: Terminal, team: Path) -> None:
    old = made(terminal, "old", COMMUNICATION[:2])
    totals(terminal, old, new=2)
    with_column("region", 'kind = "text", limit = 9, required = true')
    next_version()
    document = terminal("ingest", old, "--receipts", "receipts", "--json").document
    assert document["files"][0]["verdict"] == "partly"
    faults = [(each["code"], each["row"], each["field"]) for each in document["issues"] if each["severity"] == "error"]
    assert faults == [("REQUIRED_MISSING", 5, "region"), ("REQUIRED_MISSING", 6, "region")]
    (receipt,) = Path("receipts").glob("*.xlsx")
    type_rows(receipt, [{"region": "浙江"}, {"region": "江苏"}])
    totals(terminal, receipt, read=2, updated=2, mended=2, new=0)
    assert exported(terminal, "记录编号", "region") == [("CR001", "浙江"), ("CR002", "江苏")]
    totals(terminal, old, stale=2, quarantined=0)


def test_what_stood_in_a_column_that_is_gone_stays_when_its_record_changes(terminal: Terminal, team: Path) -> None:
    with_column("region", 'kind = "text", limit = 9')
    with_column("visits", 'kind = "whole", low = 0, high = 9')
    old = made(terminal, "old", [row | {"region": "浙江", "visits": 3} for row in COMMUNICATION[:2]])
    totals(terminal, old, new=2)
    without_column("region")
    without_column("visits")
    next_version()
    type_rows(old, [{"summary": "已说明"}])
    totals(terminal, old, updated=1, unchanged=1)
    assert terminal("ledger", "verify").code == 0
    told = query(team / "ledger.sqlite", "select rest ->> 'region', rest ->> 'visits', rest ->> 'summary' from record order by record_no")
    assert told == [("浙江", 3, "已说明"), ("浙江", 3, None)]


@pytest.mark.parametrize(
    ("kinds", "held"),
    [
        (('"text", limit = 9', '"whole", low = 0, high = 9'), "三次"),
        (('"whole", low = 0, high = 9', '"text", limit = 9'), 3),
        (('"text", limit = 9', '"moment"'), "三次"),
    ],
)
def test_a_column_that_holds_something_keeps_its_type(terminal: Terminal, team: Path, kinds: tuple[str, str], held: object) -> None:
    with_column("visits", f"kind = {kinds[0]}")
    totals(terminal, made(terminal, "old", [COMMUNICATION[0] | {"visits": held}]), new=1)
    was, becomes = (f"visits = {{ kind = {kind} }}" for kind in kinds)
    change(RULES, was, becomes)
    next_version()
    new = made(terminal, "new", [COMMUNICATION[1]])
    for command in (("ingest", new), ("template", "communication", "-o", "more", "--desk", "A07", "--carry-over")):
        said = terminal(*command)
        assert said.code == 2
        assert "visits" in said.err
    assert exported(terminal, "记录编号", "visits") == [("CR001", str(held))]
    change(RULES, becomes, was)
    totals(terminal, new, new=1)


def test_a_column_that_holds_nothing_may_be_of_another_type(terminal: Terminal, team: Path) -> None:
    with_column("visits", 'kind = "text", limit = 9')
    totals(terminal, made(terminal, "old", [COMMUNICATION[0]]), new=1)
    change(RULES, '"text", limit = 9', '"whole", low = 0, high = 9')
    totals(terminal, made(terminal, "new", [COMMUNICATION[1] | {"visits": 3}]), new=1)
    assert exported(terminal, "记录编号", "visits") == [("CR001", ""), ("CR002", "3")]


def test_a_column_of_the_ledgers_own_keeps_its_type_from_the_start(terminal: Terminal, team: Path) -> None:
    change(
        Path("validations/response.toml"),
        'transfers = { kind = "transfers", limit = 500 }',
        'transfers = { kind = "whole", low = 0, high = 9 }',
    )
    said = terminal("ingest", filled(terminal, team / "inbox" / "a.xlsx", "A07", [RESPONSE | {"transfers": 2}]))
    assert said.code == 2
    assert "transfers" in said.err


def test_an_export_names_the_records_whose_form_is_no_longer_defined(terminal: Terminal, team: Path) -> None:
    for path in (RULES, LAYOUT):
        (path.parent / "talks.toml").write_bytes(path.read_bytes())
    assert terminal("template", "talks", "-o", "talks", "--desk", "A07", "--rows", "5").code == 0
    type_rows(made := Path("talks/talks-A07.xlsx"), COMMUNICATION[:2])
    totals(terminal, made, new=2)
    assert terminal("ledger", "export", "-o", "all.csv").err == ""
    for path in (RULES, LAYOUT):
        (path.parent / "talks.toml").unlink()
    said = terminal("ledger", "export", "-o", "all.csv")
    assert (said.code, "talks (2)" in said.err) == (0, True)
    assert "talks" not in terminal("ledger", "export", "-o", "all.csv", "--form", "hotline").err
