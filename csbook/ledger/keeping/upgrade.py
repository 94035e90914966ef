"""Upgrade: a ledger of an older csbook as one of this, in one transaction, sealed anew where rows have other columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError
from csbook.ledger.audit import chain
from csbook.ledger.audit.seal import WHOLE, reseal
from csbook.ledger.audit.verify import verify
from csbook.ledger.database import schema, sequences
from csbook.ledger.database.encryption import Key
from csbook.ledger.database.engine import WRITING
from csbook.ledger.database.place import Place
from csbook.ledger.keeping.backup import Shelf


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """From which version to which, and the backup taken before; both versions are the same where there was nothing to do."""

    before: str
    after: str
    backup: Path | None = None


def upgrade_ledger(
    where: str | Path, *, now: dt.datetime, user: str, lang: str = "zh", timeout: float = 30.0, key: Key | None = None
) -> Upgraded:
    """Bring a ledger up to this csbook. An embedded one is backed up before; one on a server is its administrator's to dump.

    Raises as open_ledger does, and UnfinishedError where the ledger is not sound; then nothing was changed.
    """
    with Place(where, create=False, lang=lang, timeout=timeout, key=key) as place, place.undisturbed(older=True):
        before = place.version
        if before == schema.VERSION:
            return Upgraded(before=before, after=before)
        backup = Shelf.of(place.path).take(place.connect, now) if place.path else None
        migrate(place.engine, before, now=now, user=user, where=place.where, lang=lang)
    return Upgraded(before=before, after=schema.VERSION, backup=backup)


def migrate(engine: sa.Engine, before: str, *, now: dt.datetime, user: str, where: str, lang: str) -> None:
    """Bring what stands there from version `before` up to this one, as a whole or not at all. The caller keeps writers away.

    Raises UnfinishedError where it is not sound.
    """
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        if connection.dialect.name == "sqlite":
            # before the transaction, in which it would do nothing: a table made anew is dropped while others refer to it
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF").close()  # type: ignore[union-attr]
        with connection.begin():
            sequences.lock(connection)
            _migrate(connection, {"at": str(now), "by": user, "from": before, "to": schema.VERSION})
            if verify(connection):
                raise UnfinishedError(messages.text(lang, "upgrade.damaged", where=where))


def _migrate(connection: sa.Connection, entry: dict[str, str]) -> None:
    from alembic import command
    from alembic.config import Config

    before = _columns(connection)
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "csbook.ledger:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, schema.VERSION)
    changed = {name for name, columns in _columns(connection).items() if columns != before.get(name, columns)}
    chain.append(connection, "upgrade", None, {"batch": None, **entry, "sealed": reseal(connection, {*WHOLE, *changed})})


def _columns(connection: sa.Connection) -> dict[str, list[str]]:
    found = sa.inspect(connection)
    return {name: [column["name"] for column in found.get_columns(name)] for name in found.get_table_names()}
