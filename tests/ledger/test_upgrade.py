"""Upgrade: a ledger of the first version becomes one of this version, with every record, or stays as it was."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from csbook.issues import UnfinishedError, UsageError
from csbook.ledger import open_ledger, restore_ledger
from csbook.ledger.database import schema
from csbook.ledger.database.encryption import Key, plain
from csbook.ledger.keeping import tombstones, upgrade
from csbook.ledger.keeping.rekey import rekey_ledger
from csbook.ledger.keeping.upgrade import Upgraded, upgrade_ledger
from tests.ledger.faults import content
from tests.ledger.steps import images
from tests.ledger.test_open import FIXTURES, schema_of
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, case, saved


@pytest.fixture
def old(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A ledger that was filled when the schema was that of the first version."""
    with monkeypatch.context() as then:
        then.setattr(schema, "VERSION", "0000")
        then.setattr(schema, "create", create_old)
        without_tombstones(then)
        office.hand_in(Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]))
        office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    return office


def without_tombstones(patch: pytest.MonkeyPatch) -> None:
    """The first version knew of none."""
    patch.setattr(tombstones, "_found", lambda *_: set())
    patch.setattr(tombstones, "_key", lambda *_: None)


def create_old(connection: sa.Connection) -> None:
    for statement in (FIXTURES / "ledger_v0.sql").read_text("utf-8").split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    connection.execute(schema.version.insert().values(version_num="0000"))
    connection.execute(schema.number_sequence.insert().values(form="", period="record", last_number=0))


def upgraded(office: Office) -> Upgraded:
    return upgrade_ledger(office.path, now=NOW, user="admin", lang="en", timeout=0.2)


def test_an_old_ledger_is_not_used_before_it_is_upgraded(old: Office) -> None:
    with pytest.raises(UsageError, match="csbook ledger upgrade"):
        old.hand_in(Workbook([case()]))


def test_an_old_ledger_becomes_a_new_one_with_every_row(old: Office, tmp_path: Path) -> None:
    before = content(old.path)
    done = upgraded(old)
    assert (done.before, done.after) == ("0000", schema.VERSION)
    assert done.backup is not None
    assert content(done.backup) == before
    fresh = Office(tmp_path / "fresh.sqlite")
    fresh.hand_in(Workbook([case()]))
    assert schema_of(old.path) == schema_of(fresh.path)
    after = content(old.path)
    assert {name: after[name] for name in before if name not in {"alembic_version", "audit"}} == {
        name: rows for name, rows in before.items() if name not in {"alembic_version", "audit"}
    }
    with old.ledger() as ledger:
        assert ledger.verify() == []
    assert old.outcomes(Workbook([case(**SOLVED), case(None, **OTHER)], modified=saved(1))) == ["unchanged", "unchanged"]
    assert upgraded(old) == Upgraded(before=schema.VERSION, after=schema.VERSION)


def test_an_encrypted_ledger_is_upgraded_under_its_key_and_so_is_its_backup(old: Office) -> None:
    before, key = content(old.path), Key("5e" * 32)
    rekey_ledger(old.path, None, key, lang="en")
    done = upgrade_ledger(old.path, now=NOW, user="admin", lang="en", key=key)
    assert (done.before, done.after) == ("0000", schema.VERSION)
    assert done.backup is not None
    assert not plain(old.path)
    assert not plain(done.backup)
    with open_ledger(old.path, lang="en", key=key) as ledger:
        assert ledger.verify() == []
        assert ledger.records().num_rows == len(before["record"])
    with pytest.raises(UsageError, match="key is wrong"):
        open_ledger(old.path, lang="en", key=Key("a1" * 32))


def test_a_migration_that_breaks_off_leaves_the_old_ledger(old: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(old.path)
    monkeypatch.setattr(upgrade, "reseal", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        upgraded(old)
    assert content(old.path) == before
    monkeypatch.undo()
    assert upgraded(old).after == schema.VERSION


def test_a_ledger_that_is_not_sound_is_not_upgraded(old: Office) -> None:
    with contextlib.closing(sqlite3.connect(old.path)) as connection, connection:
        connection.execute("UPDATE record SET customer = 'B' WHERE id = 1")
    before = content(old.path)
    with pytest.raises(UnfinishedError, match="not as it was written"):
        upgraded(old)
    assert content(old.path) == before


def test_a_newer_ledger_is_left_alone(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    with contextlib.closing(sqlite3.connect(office.path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(UsageError, match="0099"):
        upgraded(office)
    with pytest.raises(UsageError, match="no ledger"):
        upgrade_ledger(office.path.with_name("none.sqlite"), now=NOW, user="admin", lang="en")


def test_a_column_made_anew_is_sealed_anew(old: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch mode makes the table anew, with other tables referring to it: nothing is lost, and every row is under a seal again."""
    migrate: Any = upgrade._migrate

    def with_batch(connection: sa.Connection, entry: dict[str, str]) -> None:
        from alembic.migration import MigrationContext
        from alembic.operations import Operations

        real = upgrade.reseal

        def reseal_after(connection: sa.Connection, names: Any) -> Any:
            return real(connection, {*names, "record"})

        monkeypatch.setattr(upgrade, "reseal", reseal_after)
        with Operations(MigrationContext.configure(connection)).batch_alter_table("record", recreate="always") as table:
            table.alter_column("desk", nullable=True)
        migrate(connection, entry)

    monkeypatch.setattr(upgrade, "_migrate", with_batch)
    assert upgraded(old).after == schema.VERSION
    with old.ledger() as ledger:
        assert ledger.verify() == []
        assert ledger.records().num_rows == 2


def test_versions_of_the_schema_are_those_of_the_migrations() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "csbook.ledger:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [schema.VERSION]
    assert [script.revision for script in scripts.walk_revisions()][::-1] == [*schema.OLDER, schema.VERSION]


def test_a_backup_of_the_old_ledger_is_restored_as_a_new_one(old: Office) -> None:
    backup = upgraded(old).backup
    assert backup is not None
    old.hand_in(Workbook([case("A07-5KQ2M-009", customer="CUST9")]))
    assert restore_ledger(old.path, backup, now=NOW, user="admin", lang="en") is not None
    assert len(old.records("id")) == 2
    with old.ledger() as ledger:
        assert ledger.verify() == []
    assert [entry[2] for entry in content(old.path)["audit"]][-2:] == ["upgrade", "restore"]


def test_a_backup_of_a_newer_ledger_is_refused(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    newer = office.path.with_name("newer.sqlite")
    newer.write_bytes(office.path.read_bytes())
    with contextlib.closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(UsageError, match="0099"):
        restore_ledger(office.path, newer, now=NOW, user="admin", lang="en")


def test_killed_at_every_step_of_an_upgrade(old: Office) -> None:
    before = content(old.path)
    found = images(old.path.parent, lambda: upgraded(old))
    after = content(old.path)
    for image in found:
        image.laid_out(old.path.parent)
        assert content(old.path) in (before, after)
    assert len(found) > 50
