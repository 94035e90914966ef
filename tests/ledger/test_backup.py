"""Backup and restore: a copy counts once it was compared; a damaged one neither replaces anything nor costs a good one."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from csbook.issues import UnfinishedError, UsageError
from csbook.ledger import restore_ledger
from csbook.ledger.database import disk
from csbook.ledger.keeping import backup as backup_module
from csbook.ledger.keeping.backup import Shelf
from csbook.policy import Backups
from tests.ledger.faults import content
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, case, saved

RULE = Backups()
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def filled(office: Office) -> Office:
    office.hand_in(Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]))
    return office


def back_up(office: Office, now: dt.datetime = NOW, **options: Any) -> Path:
    with office.ledger() as ledger:
        return ledger.back_up(now, RULE, **options)


def restored(office: Office, backup: Path) -> Path | None:
    return restore_ledger(office.path, backup, now=NOW, user="admin", lang="en", timeout=0.2)


def flip(path: Path, text: str = "询问如何") -> None:
    raw = bytearray(path.read_bytes())
    raw[raw.index(text.encode())] ^= 1
    path.write_bytes(raw)


def test_a_backup_is_the_ledger_row_for_row(filled: Office) -> None:
    path = back_up(filled)
    assert (path.parent.name, list(Shelf.of(filled.path).taken())) == ("backups", [path.name])
    assert content(path) == content(filled.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name], "no temporary file is left"


def test_a_ledger_made_with_smaller_pages_goes_on_as_it_is(filled: Office) -> None:
    def pages(path: Path) -> int:
        with contextlib.closing(sqlite3.connect(path)) as ledger:
            return int(ledger.execute("PRAGMA page_size").fetchone()[0])

    made = pages(filled.path)
    with contextlib.closing(sqlite3.connect(filled.path)) as ledger:
        ledger.executescript("PRAGMA page_size=4096; VACUUM")
    assert pages(filled.path) == 4096 < made
    filled.hand_in(Workbook([case("A07-5KQ2M-009", customer="CUST9")], modified=saved(1)))
    path = back_up(filled)
    assert content(path) == content(filled.path)
    restored(filled, path)
    assert pages(filled.path) == pages(path) == 4096
    with filled.ledger() as ledger:
        assert not ledger.verify()


def test_a_backup_elsewhere_deletes_nothing(filled: Office, tmp_path: Path) -> None:
    paths = [back_up(filled, NOW + dt.timedelta(minutes=minute), to=tmp_path / "usb") for minute in range(3)]
    assert sorted((tmp_path / "usb").iterdir()) == paths


def test_older_backups_of_a_day_go_once_a_newer_one_is_there(filled: Office) -> None:
    first = back_up(filled)
    second = back_up(filled, NOW + HOUR)
    assert not first.exists()
    flip(second)
    third = back_up(filled, NOW + 2 * HOUR)
    assert second.exists(), "a damaged backup is left where it is"
    assert third.exists()


def test_a_backup_that_differs_is_not_kept_and_costs_no_other(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    good = back_up(filled)
    copied = backup_module._copy

    def spoilt(*engines: Any) -> None:
        copied(*engines)
        flip(filled.path.parent / "backups" / f".{filled.path.name}.tmp")

    monkeypatch.setattr(backup_module, "_copy", spoilt)
    with pytest.raises(UnfinishedError, match="not the same as the ledger"):
        back_up(filled, NOW + HOUR)
    assert list(good.parent.iterdir()) == [good]


def test_a_ledger_whose_index_lost_a_row_gives_no_backup(filled: Office) -> None:
    with contextlib.closing(sqlite3.connect(filled.path)) as ledger:
        (page,) = ledger.execute("SELECT rootpage FROM sqlite_master WHERE name = 'record_facts'").fetchone()
        (size,) = ledger.execute("PRAGMA page_size").fetchone()
    raw, begin = bytearray(filled.path.read_bytes()), (page - 1) * size
    assert raw[begin : begin + 5] == bytes([10, 0, 0, 0, 2]), "a leaf of an index with two entries"
    raw[begin + 4] = 1
    filled.path.write_bytes(raw)
    with pytest.raises(UnfinishedError, match="not the same as the ledger"):
        back_up(filled)
    assert not Shelf.of(filled.path).taken()


@pytest.mark.parametrize("place", [30, 200, -4096, -1])
def test_one_byte_that_differs_is_found_wherever_it_is(filled: Office, tmp_path: Path, place: int) -> None:
    path = back_up(filled)
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    (tmp_path / "x").write_bytes(raw)
    assert disk.same(path, filled.path, backup_module.COUNTERS)
    assert not disk.same(filled.path, tmp_path / "x", backup_module.COUNTERS)
    assert not disk.same(filled.path, path), "without the exceptions it sees the counters"
    (tmp_path / "x").write_bytes(path.read_bytes() + b"x")
    assert not disk.same(filled.path, tmp_path / "x", backup_module.COUNTERS)


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (NOW, False), (NOW - HOUR, False), (NOW - HOUR - dt.timedelta(seconds=1), True), (NOW + HOUR, True)],
    ids=["none yet", "just now", "an hour ago", "longer ago", "the clock went back"],
)
def test_after_a_batch_a_backup_is_taken_when_the_last_is_over_an_hour_old(filled: Office, last: dt.datetime | None, due: bool) -> None:
    if last:
        back_up(filled, last)
    with filled.ledger() as ledger:
        assert (ledger.back_up_if_due(NOW, RULE) is not None) is due


def test_status_tells_the_last_backup(filled: Office) -> None:
    with filled.ledger() as ledger:
        assert ledger.status()["last_backup"] is None
        path = ledger.back_up(NOW, RULE)
        assert ledger.status()["last_backup"] == {"path": str(path), "at": NOW, "sound": True}
        flip(path)
        assert not ledger.status()["last_backup"]["sound"]
        path.unlink()
        path.mkdir()
        assert not ledger.status()["last_backup"]["sound"], "what cannot be read is not sound"


def test_restore_takes_the_ledger_back_and_keeps_what_stood_there(filled: Office) -> None:
    path, before = back_up(filled), content(filled.path)
    filled.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    later = content(filled.path)
    kept = restored(filled, path)
    assert kept is not None
    assert content(kept) == later
    now = content(filled.path)
    assert {name: rows for name, rows in now.items() if name != "audit"} == {name: rows for name, rows in before.items() if name != "audit"}
    assert [entry[2] for entry in now["audit"]] == ["merge", "restore"]
    with filled.ledger() as ledger:
        assert ledger.verify() == []
    assert filled.outcomes(Workbook([case(**SOLVED)], modified=saved(1))) == ["updated"]


def test_restore_where_nothing_or_rubbish_stands(filled: Office) -> None:
    path = back_up(filled)
    filled.path.write_bytes(b"rubbish")
    disk.journal(filled.path).write_bytes(b"old journal")
    kept = restored(filled, path)
    assert kept is not None
    assert (kept.read_bytes(), disk.journal(kept).read_bytes()) == (b"rubbish", b"old journal")
    assert not disk.journal(filled.path).exists()
    assert len(filled.records("id")) == 2
    filled.path.unlink()
    assert restored(filled, path) is None
    assert len(filled.records("id")) == 2


@pytest.mark.parametrize("named", ["", "renamed.sqlite"])
def test_a_damaged_backup_is_refused_and_nothing_changes(filled: Office, named: str) -> None:
    path = back_up(filled)
    if named:
        path = path.rename(path.with_name(named))
    flip(path)
    before = filled.path.read_bytes()
    with pytest.raises(UsageError, match="is damaged"):
        restored(filled, path)
    assert filled.path.read_bytes() == before
    assert sorted(each.name for each in filled.path.parent.iterdir()) == [".ledger.sqlite.lock", "backups", "ledger.sqlite"]


def test_a_file_that_is_no_backup_is_refused(filled: Office, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    with pytest.raises(UsageError, match="not the backup of a csbook ledger"):
        restored(filled, other)
    other.write_bytes(b"PK" * 1000)
    with pytest.raises(UsageError, match="not a csbook ledger"):
        restored(filled, other)


def test_there_is_nothing_to_back_up_yet(office: Office) -> None:
    with office.ledger() as ledger:
        assert ledger.back_up_if_due(NOW, RULE) is None
        with pytest.raises(UsageError, match="no ledger"):
            ledger.back_up(NOW, RULE)


def test_who_writes_waits_for_who_restores(filled: Office) -> None:
    with filled.ledger() as ledger, ledger.alone():
        for call in (lambda: filled.hand_in(Workbook([case(None)])), lambda: back_up(filled), lambda: restored(filled, Path("x"))):
            with pytest.raises(UnfinishedError, match="in use by another program"):
                call()
    assert len(filled.records("id")) == 2


def test_a_backup_does_not_wait_for_ever(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_module, "PATIENCE", 0.0)
    with filled.ledger() as ledger:
        other = sqlite3.connect(filled.path, isolation_level=None, timeout=0)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnfinishedError, match="in use"):
            ledger.back_up(NOW, RULE)
        other.close()
    assert Shelf.of(filled.path).taken() == {}
