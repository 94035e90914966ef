"""PostgreSQL: the same ledger on a real server."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from csbook.cli import run
from csbook.issues import UsageError
from csbook.ledger import open_ledger
from csbook.ledger.database import schema
from csbook.ledger.keeping.upgrade import Upgraded, upgrade_ledger
from csbook.policy import Backups
from tests.ledger.test_upgrade import without_tombstones
from tests.ledger.workbooks import NOW, OTHER, ROOT, SOLVED, Office, Workbook, case, codes, saved

BATCHES, ROWS = 3, 4

SAMPLE = Path(__file__).parents[2] / "sample_data" / "A02"


@pytest.fixture
def office(schema_url: str) -> Office:
    return Office(schema_url)


@pytest.mark.parametrize("put", [("csbook@", "csbook:hunter2@"), ("&options=", "&password=hunter2&options=")])
def test_no_command_tells_the_password_of_the_server(
    schema_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], put: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    url = schema_url.replace(*put)
    commands = (("ingest", str(SAMPLE)), *(("ledger", name) for name in ("status", "verify", "upgrade", "backup", "rekey")))
    told = {" ".join(command): (run(["--ledger", url, *command]), "".join(capfd.readouterr())) for command in commands}
    assert [code for code, _ in told.values()] == [1, 0, 0, 0, 2, 2]
    assert [command for command, (_, said) in told.items() if "hunter2" in said] == []
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and b"hunter2" in path.read_bytes()] == []
    assert "postgresql://csbook:***@" in told["ledger status"][1] or "password=%2A%2A%2A" in told["ledger status"][1]


def test_several_administrators_make_the_ledger_and_ingest_at_once(office: Office) -> None:
    desks = ["A07", "B01", "C02"]
    calls = [[sys.executable, "-m", "tests.ledger.desk", office.path, desk, str(BATCHES), str(ROWS)] for desk in desks]
    running = [subprocess.Popen(call, stderr=subprocess.PIPE, text=True) for call in calls]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    count = len(desks) * BATCHES * ROWS
    assert sorted(office.records("record_no")) == [f"20231001{serial:03}" for serial in range(1, count + 1)]
    assert sorted(office.records("id")) == list(range(1, count + 1))
    with office.ledger() as ledger:
        assert ledger.batches().num_rows == len(desks) * BATCHES
        assert ledger.verify() == [], "the audit chain is one, whoever wrote to it"


def test_the_main_job_is_the_same(office: Office) -> None:
    folder = [
        Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]),
        Workbook([case("B01-AAAAA-001")], path="b.xlsx", desk="B01"),
    ]
    first, second = office.hand_in(*folder), office.hand_in(*folder)
    assert (list(first.outcomes[0]), codes(first)) == (["new", "new", "quarantined", "new"], ["POSSIBLE_TWIN"])
    assert list(first.numbers[0][[0, 1, 3]]) == ["20231001001", "20231003001", "20231001002"]
    assert list(second.outcomes[0]) == ["unchanged", "unchanged", "quarantined", "unchanged"]
    changed = [case(**SOLVED), case(None, **OTHER), case("A07-5KQ2M-003", customer="CUST3")]
    third = office.hand_in(Workbook(changed, modified=saved(1)))
    assert (list(third.outcomes[0]), third.mended) == (["updated", "unchanged", "new"], 1)
    assert office.outcomes(folder[0]) == ["stale", "unchanged", "stale"]
    assert office.records("record_no", "state", "closed_at", "total_minutes") == [
        ("20231001001", "resolved", office.now - dt.timedelta(minutes=1), 20),
        ("20231001002", "open", None, None),
        ("20231003001", "open", None, None),
        ("20231001003", "open", None, None),
    ]
    assert office.kept_aside("status", "path", "row") == [("mended", "a.xlsx", 7)]
    with office.ledger() as ledger:
        assert ledger.revisions().num_rows == 5
        assert ledger.batches().num_rows == 4
        assert ledger.status()["forms"]["response"] == {"records": 4, "open": 3, "resolved": 1, "withdrawn": 0}
        assert ledger.known_references({"response 20231001002", "response 20231001009"}) == {"response 20231001002"}


def test_a_merge_that_breaks_off_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csbook.ledger.merging.write.write_entries", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        office.hand_in(Workbook([case()]))
    with pytest.raises(UsageError):
        open_ledger(office.path)
    monkeypatch.undo()
    assert office.hand_in(Workbook([case()]), dry_run=True).totals.new == 1
    assert office.outcomes(Workbook([case()])) == ["new"]


def test_verify_finds_an_edited_row_on_a_server_too(office: Office) -> None:
    office.hand_in(Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    with office.ledger() as ledger:
        assert ledger.verify() == []
        assert len(ledger.history("20231001001", "response")[0]["revisions"]) == 2
        assert [record["record_no"] for record in ledger.find("cust456", 9)] == ["20231003001"]
        with ledger.engine.begin() as connection:
            connection.execute(schema.record.update().where(schema.record.c.id == 1).values(customer="B公司"))
        (flaw,) = ledger.verify()
    assert (flaw.what, flaw.batch, flaw.record) == ("changed", "B0002", "response 20231001001")


def test_an_old_ledger_on_a_server_is_upgraded_in_place(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def create_old(connection: sa.Connection) -> None:
        schema.metadata.create_all(connection, [table for table in schema.metadata.sorted_tables if table.name != "tombstone"])
        connection.execute(schema.version.insert().values(version_num="0000"))
        connection.execute(schema.number_sequence.insert().values(form="", period="record", last_number=0))

    with monkeypatch.context() as then:
        then.setattr(schema, "VERSION", "0000")
        then.setattr(schema, "create", create_old)
        without_tombstones(then)
        office.hand_in(Workbook([case(), case(None, **OTHER)]))
    with pytest.raises(UsageError, match="csbook ledger upgrade"):
        office.ledger()
    done = upgrade_ledger(office.path, now=NOW, user="admin", lang="en")
    assert done == Upgraded(before="0000", after=schema.VERSION, backup=None)
    with office.ledger() as ledger:
        assert ledger.verify() == []
        with pytest.raises(UsageError, match="pg_dump"):
            ledger.back_up(NOW, Backups())
        assert ledger.back_up_if_due(NOW, Backups()) is None
    assert office.outcomes(Workbook([case()])) == ["unchanged"]


def test_the_roles_of_the_guide_hold(server_url: str) -> None:
    """Every statement of docs/postgresql.md runs, and what it promises holds: history only grows, a team sees its own records."""
    guide = (ROOT / "docs" / "postgresql.md").read_text("utf-8")

    def run(connection: psycopg.Connection[Any], part: str) -> None:
        block = guide.partition(f"<!-- {part}:")[2].partition("```sql\n")[2].partition("```")[0]
        for statement in filter(None, map(str.strip, block.split(";"))):
            connection.execute(statement)

    def as_role(role: str) -> str:
        return server_url.replace("csbook@", f"{role}@").replace("/postgres?", "/guide?")

    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE guide")
    with psycopg.connect(as_role("csbook"), autocommit=True) as administrator:
        run(administrator, "roles")
        office = Office(as_role("csbook_office"))
        office.hand_in(Workbook([case()]))
        run(administrator, "after")
        run(administrator, "rows")
        office.hand_in(
            Workbook([case(**SOLVED)], modified=saved(1)), Workbook([case("B01-AAAAA-001", **OTHER)], path="b.xlsx", team="二组")
        )
        assert len(office.records("id")) == 2
        reader = Office(as_role("csbook_reader"))
        with reader.ledger() as ledger:
            assert ledger.verify() == []
            assert len(ledger.history("20231001001", "response")[0]["revisions"]) == 2
        with pytest.raises(sa.exc.ProgrammingError):
            reader.hand_in(Workbook([case("A07-5KQ2M-004", **OTHER)]))
        for statement in ("UPDATE revision SET state = 'open'", "DELETE FROM audit", "CREATE TABLE x (y int)"):
            with psycopg.connect(as_role("csbook_office")) as clerk, pytest.raises(psycopg.errors.InsufficientPrivilege):
                clerk.execute(statement)
        with psycopg.connect(as_role("csbook_team_1")) as leader:
            assert leader.execute("SELECT team FROM record").fetchall() == [("一组",)]


def test_the_figures_of_a_server_are_those_of_a_file(schema_url: str, tmp_path: Path) -> None:
    """Minutes of parts of a minute (feedback's online seconds) among them, also where ratings are set beside them."""
    found = []
    for place in (schema_url, str(tmp_path / "ledger.sqlite")):
        for command, code in (
            (["ingest", str(SAMPLE)], 1),
            (["analyze", "-o", "a.xlsx", "--from", "2026-10-01", "--to", "2026-10-31", "--as-of", "2026-11-02 10:30", "--json"], 0),
        ):
            called = [sys.executable, "-m", "csbook", "--ledger", place, *command]
            done = subprocess.run(called, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
            assert done.returncode == code, done.stderr
        found.append(json.loads(done.stdout)["tables"])
    here, there = found
    assert next(each["n"] for each in here["satisfaction_speed"] if each["form"] == "feedback") >= 10
    # when it was handed in
    assert [name for name in there if name != "hand_in" and here[name] != there[name]] == []
