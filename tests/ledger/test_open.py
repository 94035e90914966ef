"""Opening: what is no ledger, a newer one, locked or not writable, each with one sentence and nothing stored."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger import open_ledger
from csbook.ledger.database import schema
from csbook.ledger.database.engine import FAULTS, told
from tests.ledger.workbooks import Office, Workbook, batch, case

NOBODY = 65534
FIXTURES = Path(__file__).parents[1] / "fixtures"
FIXTURE = FIXTURES / f"ledger_v{int(schema.VERSION)}.sql"


def schema_of(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name").fetchall()
    connection.close()
    return "".join(f"{row[0]};\n" for row in rows)


def test_a_fresh_ledger_has_the_committed_schema(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    assert schema_of(office.path) == FIXTURE.read_text("utf-8")
    with sqlite3.connect(office.path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.VERSION,)]
    connection.close()


def test_the_committed_schema_is_a_ledger(office: Office) -> None:
    with sqlite3.connect(office.path) as connection:
        connection.executescript(FIXTURE.read_text("utf-8"))
        connection.execute("INSERT INTO alembic_version VALUES (?)", (schema.VERSION,))
    connection.close()
    assert office.outcomes(Workbook([case()])) == ["new"]


def test_only_the_owner_may_read_a_new_ledger(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    assert stat.S_IMODE(office.path.stat().st_mode) == 0o600


def test_settings_that_keep_data_safe(office: Office) -> None:
    with office.ledger() as ledger, ledger.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        ]
    assert found == ["delete", 3, 1, 1]


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="还没有台账"):
        open_ledger(tmp_path / "no.sqlite")
    with pytest.raises(UsageError, match="no ledger"):
        open_ledger(tmp_path / "no.sqlite", lang="en")
    assert not list(tmp_path.iterdir())


def test_a_ledger_that_is_to_be_made_knows_nothing_yet(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "new.sqlite", create=True, lang="en") as ledger:
        assert ledger.known_references({"response 20231001001"}) == set()
        with pytest.raises(UsageError, match="no ledger"):
            ledger.records()
    assert not list(tmp_path.iterdir())


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        open_ledger(tmp_path, create=True, lang="en")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError, match="cannot be opened or written"):
        open_ledger(tmp_path / "no" / "ledger.sqlite", create=True, lang="en")


@pytest.mark.parametrize("content", [b"PK\x03\x04 a workbook" * 100, "CREATE TABLE x (y)"])
def test_something_else_is_left_as_it_is(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "other.sqlite"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with sqlite3.connect(path) as connection:
            connection.execute(content)
        connection.close()
    before = path.read_bytes()
    with pytest.raises(UsageError, match="not a csbook ledger"):
        open_ledger(path, create=True, lang="en")
    assert path.read_bytes() == before


def test_a_newer_ledger_is_refused_politely(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    engine = sa.create_engine(f"sqlite:///{office.path}")
    with engine.begin() as connection:
        connection.execute(schema.version.update().values(version_num="0007"))
    engine.dispose()
    with pytest.raises(UsageError, match="0007"):
        office.ledger()


def test_a_locked_ledger_says_so_and_stores_nothing(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    other = sqlite3.connect(office.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnfinishedError, match="in use by another program"):
        office.hand_in(Workbook([case(None)]))
    other.execute("ROLLBACK")
    other.close()
    assert len(office.records("id")) == 1


def test_a_disk_that_is_full_says_so(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    with office.ledger() as ledger:
        sa.event.listen(ledger.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1"))
        with pytest.raises(UnfinishedError, match="disk that holds"):
            ledger.merge(batch(Workbook([case(f"A07-AAAAA-{number:03}", customer=f"CUST{number}") for number in range(400)])))
    assert len(office.records("id")) == 1


@contextmanager
def without_privilege(path: Path) -> Iterator[None]:
    """As somebody whom the mode of a file binds: root, who may write anywhere, becomes the owner nobody."""
    if os.geteuid() != 0:
        yield
        return
    for each in (path, path.parent):
        os.chown(each, NOBODY, -1)
    for each in path.parents:
        each.chmod(each.stat().st_mode | 0o011)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_ledger_that_may_only_be_read_can_be_read(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.path.chmod(0o400)
    with without_privilege(office.path):
        assert len(office.records("id")) == 1
        with pytest.raises(UnfinishedError, match="cannot be opened or written"):
            office.hand_in(Workbook([case(None)]))


@pytest.mark.parametrize(("name", "sentence", "kind"), FAULTS)
def test_each_fault_of_the_file_has_its_sentence(name: str, sentence: str, kind: type[Exception]) -> None:
    error = sqlite3.OperationalError("…")
    error.sqlite_errorname = name
    with pytest.raises(kind) as raised, told("ledger.sqlite", "en"):
        raise sa.exc.OperationalError("…", None, error)
    assert str(raised.value) == messages.text("en", sentence, where="ledger.sqlite")


def test_an_unreachable_server_has_its_sentence_and_no_password() -> None:
    with pytest.raises(UnfinishedError, match="cannot be reached") as raised:
        open_ledger("postgresql://csbook:secret@127.0.0.1:1/csbook", create=True, lang="en")
    assert "secret" not in str(raised.value)


def test_our_own_faults_stay_exceptions() -> None:
    with pytest.raises(sa.exc.IntegrityError), told("ledger.sqlite", "en"):
        raise sa.exc.IntegrityError("…", None, sqlite3.IntegrityError())
    with pytest.raises(UnfinishedError), told("ledger.sqlite", "en"):
        raise PermissionError


@pytest.mark.parametrize("url", ["oracle+none://x/y", "://", "mysql://x/y"])
def test_an_unknown_engine(url: str) -> None:
    with pytest.raises(UsageError, match="unknown or lacks its driver"):
        open_ledger(url, lang="en")
