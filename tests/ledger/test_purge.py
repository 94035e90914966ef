"""Purge: what goes, what stays, that nothing of it can be read any more, and what becomes of a purged record that comes back."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from csbook.issues import UnfinishedError
from csbook.ledger import restore_ledger
from csbook.ledger.database import schema
from csbook.ledger.export import Plan
from csbook.ledger.keeping.backup import Shelf
from csbook.ledger.keeping.clearing import Purged
from csbook.policy import Backups
from csbook.policy.retention import Age
from tests.ledger.faults import content
from tests.ledger.steps import images
from tests.ledger.workbooks import OTHER, SOLVED, Office, Workbook, case, codes, everywhere, form, saved

LATER = dt.datetime(2027, 1, 1)
SECRET = "紫色鲸鱼在第三条河里唱歌"
OLD = case(**SOLVED, description=SECRET, reviewer="*紫鲸主管", note="紫色备注")
EDITED = {**OLD, "solution": "紫色方案第二版"}
KEPT = case("A07-5KQ2M-002", **OTHER)


def purge(office: Office, *, hold: tuple[str, ...] = (), archive: Plan | None = None, before: dt.datetime = LATER) -> Purged:
    with office.ledger() as ledger:
        purged = ledger.purge({"response": before}, hold, LATER, "admin", archive)
        assert ledger.verify() == [], "the chain stands"
    return purged


@pytest.fixture
def filled(office: Office) -> Office:
    """A closed record in two revisions, with a faulty row that was mended, and an open one."""
    office.hand_in(Workbook([OLD | {"good": False, "channel": "紫色传真"}, KEPT]))
    office.hand_in(Workbook([OLD, KEPT], modified=saved(1)))
    office.hand_in(Workbook([EDITED, KEPT], modified=saved(2)))
    assert office.records("record_no", "state") == [("20231003001", "open"), ("20231001001", "resolved")]
    return office


@everywhere()
def test_closed_records_go_and_the_others_stay(filled: Office) -> None:
    with filled.ledger() as ledger:
        assert ledger.due({"response": dt.datetime(2023, 10, 1)}, ()) == {}
        (found,) = ledger.due({"response": LATER}, ()).values()
        assert (len(found.ids), found.held, found.waiting) == (1, 0, 0)
    assert len(purge(filled).due["response"].ids) == 1
    assert filled.records("record_no") == ["20231003001"]
    assert filled.kept_aside("status") == []
    assert purge(filled).due == {}
    filled.hand_in(Workbook([case("A07-5KQ2M-009", customer="CUST9", raised_at="2023-10-01 10:00")], modified=saved(3)))
    assert filled.records("record_no") == ["20231003001", "20231001002"], "a number is never issued again"


def test_a_copy_under_another_key_stays_where_nothing_was_ever_purged(filled: Office) -> None:
    """Such as what a restore put aside before the ledger was encrypted: nobody can open it to see, but it holds nothing that went."""
    with filled.ledger() as ledger:
        ledger.back_up(LATER, Backups())
    aside = filled.path.parent / "backups" / f"{filled.path.stem}-replaced-20231001T090000{filled.path.suffix}"
    aside.write_bytes(b"under another key " * 500)
    purged = purge(filled, before=dt.datetime(2023, 10, 1))
    assert (purged.due, purged.backups, aside.exists()) == ({}, (), True)
    assert aside.name in purge(filled).backups, "once something went, what nobody can open may hold it"
    assert not aside.exists()


@everywhere()
def test_hold_list_and_rows_that_wait_keep_their_record(filled: Office) -> None:
    for hold in (("response 20231001001",), ("A07-5KQ2M-001",)):
        assert purge(filled, hold=hold).due["response"].held == 1
    filled.hand_in(Workbook([EDITED | {"good": False, "channel": "fax"}], modified=saved(3)))
    assert purge(filled).due["response"].waiting == 1
    assert len(filled.records("id")) == 2


@everywhere()
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(EDITED, id="as it was last"),
        pytest.param(OLD, id="as it was before"),
        pytest.param({**EDITED, "customer": "CUST99"}, id="one fact corrected"),
        pytest.param({**EDITED, "good": False}, id="faulty"),
        pytest.param({**EDITED, "id": None}, id="without its id"),
        pytest.param({**EDITED, "id": "A07-9ZZZ9-001"}, id="pasted into another template"),
    ],
)
def test_a_purged_record_that_comes_back_is_known_and_not_taken_in(filled: Office, row: dict[str, object]) -> None:
    purge(filled)
    merged = filled.hand_in(Workbook([row, KEPT], modified=saved(9)))
    assert (list(merged.outcomes[0]), codes(merged)) == (["stale", "unchanged"], ["RECORD_PURGED"])
    assert filled.records("record_no") == ["20231003001"]
    assert filled.kept_aside("id") == []


@everywhere()
def test_another_case_in_the_row_of_a_purged_record_is_new(filled: Office) -> None:
    purge(filled)
    merged = filled.hand_in(Workbook([case(customer="CUST5", raised_at="2023-10-04 10:00", description="发票抬头写错")], modified=saved(9)))
    assert list(merged.outcomes[0]) == ["new"]


def test_a_purged_number_is_never_issued_even_where_the_sequence_has_not_come_to_it(office: Office) -> None:
    office.hand_in(Workbook([OLD]))
    with office.ledger() as ledger, ledger.engine.begin() as connection:  # as a foreign workbook with numbers of its own would leave it
        connection.execute(schema.record.update().values(record_no="20231001002"))
        connection.execute(schema.number_sequence.update().where(schema.number_sequence.c.form == "response").values(last_number=0))
    with office.ledger() as ledger:
        ledger.purge({"response": LATER}, (), LATER, "admin")
    rows = [case(f"A07-5KQ2M-10{number}", customer=f"CUST{number}") for number in range(2)]
    assert list(office.hand_in(Workbook(rows)).numbers[0]) == ["20231001001", "20231001003"]


def test_nothing_can_be_read_in_the_file_its_free_pages_and_its_backups(filled: Office, tmp_path: Path) -> None:
    with filled.ledger() as ledger:
        ledger.back_up(filled.now, Backups())
    traces = [text.encode() for text in (SECRET, "紫色", "紫鲸", "A07-5KQ2M-001")]
    assert all(traces[0] in path.read_bytes() for path in (filled.path, *(tmp_path / "backups").iterdir()))
    filled.hand_in(Workbook([case("A07-5KQ2M-003", customer="CUST3")], modified=saved(3)))
    purged = purge(filled)
    assert (len(purged.backups), purged.backup is not None) == (1, True)
    assert len(list((tmp_path / "backups").iterdir())) == 1
    assert traces_in(tmp_path) == []


def test_what_a_restore_put_aside_is_cleared_too(filled: Office, tmp_path: Path) -> None:
    with filled.ledger() as ledger:
        backup = ledger.back_up(filled.now, Backups())
    kept = restore_ledger(filled.path, backup, now=filled.now, user="admin", lang="en")
    assert kept is not None
    purge(filled)
    assert (kept.exists(), backup.exists()) == (False, False)
    assert traces_in(tmp_path) == []


def test_rows_of_the_quarantine_that_are_purged_leave_the_backups_too(office: Office, tmp_path: Path) -> None:
    office.hand_in(Workbook([OLD | {"good": False, "channel": "紫色传真"}]))
    office.hand_in(Workbook([KEPT | {"id": "A07-5KQ2M-001"}], modified=saved(1)))
    with office.ledger() as ledger:
        ledger.back_up(office.now, Backups())
    assert len(traces_in(tmp_path, "紫色")) == 2
    assert [(each.ids, len(each.entries)) for each in purge(office).due.values()] == [((), 1)]
    assert traces_in(tmp_path, "紫色") == []
    office.hand_in(Workbook([KEPT | {"id": "A07-5KQ2M-005", "good": False}], modified=saved(2)))
    with office.ledger() as ledger:
        later = ledger.back_up(office.now + dt.timedelta(hours=2), Backups())
    purge(office)
    assert later.exists(), "a new row under the id of one that went is not what went"


def test_the_backup_before_is_whole_and_outlives_a_purge_that_does_not_end_well(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(filled.path)
    for fault, said in (("compact", "written anew"), ("verify", "does not verify")):
        with monkeypatch.context() as patch:
            if fault == "compact":
                patch.setattr("csbook.ledger.keeping.purge.compact", raising(sqlite3.OperationalError("database or disk is full")))
            else:
                patch.setattr("csbook.ledger.keeping.clearing.verify", functools.partial(next, iter([[], ["flaw"]])))
            with pytest.raises(UnfinishedError, match=said), filled.ledger() as ledger:
                ledger.purge({"response": LATER}, (), LATER, "admin")
        shelf = Shelf.of(filled.path)
        assert content(shelf.folder / next(iter(shelf.taken()))) == before
    purged = purge(filled)
    assert (purged.due, len(purged.backups), traces_in(filled.path.parent)) == ({}, 1, []), "the next purge ends it"
    assert purge(filled).backup is None


def raising(error: Exception) -> Callable[..., None]:
    def call(*_: object) -> None:
        raise error

    return call


def test_killed_at_every_step_of_a_purge_nothing_is_lost_and_the_next_one_ends_it(filled: Office, tmp_path: Path) -> None:
    path = filled.path
    with filled.ledger() as ledger:
        ledger.back_up(filled.now, Backups())
    shutil.copytree(tmp_path, room := tmp_path / "room")
    office, path = Office(room / path.name), room / path.name
    before = content(path)
    found = images(room, lambda: purge(office))
    after = content(path)
    assert after != before
    tried = set()
    for image in found:
        image.laid_out(room)
        left, shelf = content(path), Shelf.of(path)
        assert left in (before, after)
        assert any(content(shelf.folder / name) in (before, after) for name in shelf.taken() if shelf.sound(name))
        state = (left == after, *sorted(each.name for each in room.rglob("*")))
        if state not in tried:
            tried.add(state)
            purge(office)
            assert {name: rows for name, rows in content(path).items() if name not in {"audit", "tombstone"}} == {
                name: rows for name, rows in after.items() if name not in {"audit", "tombstone"}
            }
            assert traces_in(room) == []
    assert len(found) > 100
    assert len(tried) > 8


def traces_in(folder: Path, *texts: str) -> list[Path]:
    """Files in which one of these texts, or one of the purged record, can be read."""
    traces = [text.encode() for text in texts or (SECRET, "紫色", "紫鲸", "A07-5KQ2M-001")]
    return [path for path in folder.rglob("*") if path.is_file() and any(trace in path.read_bytes() for trace in traces)]


def test_without_the_new_writing_traces_would_stay(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: what deletes without secure_delete and without compacting leaves texts behind."""
    with filled.ledger() as ledger:
        raw = ledger.engine.raw_connection()
        raw.dbapi_connection.execute("PRAGMA secure_delete=OFF")
        raw.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        raw.dbapi_connection.execute("DELETE FROM revision WHERE record_id = 2")
        raw.close()
    assert SECRET.encode() in filled.path.read_bytes()


def test_an_archive_is_written_first_or_nothing_goes(filled: Office, tmp_path: Path) -> None:
    def plan(path: Path) -> Plan:
        return Plan(target=path, format="xlsx", forms={"response": form()})

    with pytest.raises(Exception, match="gone"):
        purge(filled, archive=plan(tmp_path / "gone" / "x.xlsx"))
    assert len(filled.records("id")) == 2
    purged = purge(filled, archive=plan(tmp_path / "x.xlsx"))
    assert purged.archived == {tmp_path / "x.xlsx": 1}
    rows = list(openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0].values)
    assert dict(zip(*rows, strict=True))["问题描述"] == SECRET


def test_a_purge_that_breaks_off_leaves_everything(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csbook.ledger.keeping.purge.chain.append", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        purge(filled)
    monkeypatch.undo()
    assert len(filled.records("id")) == 2
    with filled.ledger() as ledger:
        assert ledger.verify() == []


def test_a_deletion_that_no_purge_wrote_down_still_shows(filled: Office) -> None:
    purge(filled)
    with filled.ledger() as ledger:
        with ledger.engine.begin() as connection:
            connection.execute(sa.delete(schema.tombstone).where(schema.tombstone.c.form != ""))
        assert "tombstone" in {flaw.table for flaw in ledger.verify()}


@given(
    st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(2100, 1, 1)),
    st.integers(1, 300),
    st.sampled_from(["d", "w", "mo", "y"]),
)
def test_ages(moment: dt.datetime, count: int, unit: str) -> None:
    age = Age.read(f"{count}{unit}")
    assert age is not None
    days = {"d": 1, "w": 7, "mo": 365.2425 / 12, "y": 365.2425}[unit] * count
    # up to 3 days where a month is shorter than the day asked for, and up to 2 by where the leap years fall
    assert abs((moment - age.before(moment)).days - days) <= 5
    assert Age(count + 1, unit).before(moment) < age.before(moment) < moment


@pytest.mark.parametrize("text", ["", "3", "0y", "-1d", "3 y", "3m", None, 3])
def test_no_ages(text: object) -> None:
    assert Age.read(text) is None


def test_before_the_year_1() -> None:
    assert Age(9999, "y").before(LATER) == dt.datetime(1, 1, 1)
