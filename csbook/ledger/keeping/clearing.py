"""Clearing: a purge from the backup before it to the backup after it.

First a backup; then the records go in one transaction; then the file is written anew and verified, and a backup of it is taken; only then
the copies that hold what went, the first backup among them, are deleted. Whatever breaks this off, the ledger is the one before or the one
after, a sound backup of it is there, and the next purge ends what is left to do.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError
from csbook.ledger.audit.verify import Flaw, verify
from csbook.ledger.database import sequences
from csbook.ledger.database.transaction import writing
from csbook.ledger.keeping import purge, traces
from csbook.ledger.keeping.backup import Connect, Shelf
from csbook.ledger.keeping.due import Due, past_time

if TYPE_CHECKING:
    from csbook.ledger.export import Plan


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What went, by form; earlier copies that held it and are gone, and the backup taken after."""

    due: Mapping[str, Due]
    backups: tuple[str, ...] = ()
    backup: Path | None = None
    archived: Mapping[Path, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Clearing:
    """One purge of the ledger behind `engine`, while nobody else writes to it. shelf: its backups; None for a ledger on a server.

    before: form → moment; hold: records that stay (see csbook.ledger.keeping.due).
    """

    engine: sa.Engine
    shelf: Shelf | None
    connect: Connect
    before: Mapping[str, dt.datetime]
    hold: Collection[str]
    now: dt.datetime
    user: str
    lang: str

    def run(self, archive: Plan | None = None) -> Purged:
        """Clear what is due, first writing it to `archive`, and end what an earlier purge could not.

        Raises BackupDiffersError, and UnfinishedError where the archive cannot be written, before anything is cleared; UnfinishedError
        where the end must wait for another purge.
        """
        with self.engine.connect() as connection, connection.begin():
            found, known = past_time(connection, self.before, self.hold), set(verify(connection))
        first = self.shelf.take(self.connect, self.now) if self.shelf and found else None
        found, archived = self._clear(archive) if found else (found, {})
        with self.engine.connect() as connection, connection.begin():
            gone = traces.purges(connection)
        copies = traces.holding(self.shelf, self.connect, gone) if self.shelf else []
        if not (found or copies or (gone and self.shelf is None)):
            return Purged(due=found)
        self._settle(first, known)
        last = self.shelf.take(self.connect, self.now) if self.shelf else None
        traces.forget(copies)
        return Purged(due=found, backups=tuple(path.name for path in copies if path != first), backup=last, archived=archived)

    def _clear(self, archive: Plan | None) -> tuple[dict[str, Due], dict[Path, int]]:
        with writing(self.engine) as connection:
            sequences.lock(connection)
            found = past_time(connection, self.before, self.hold)
            archived = {} if archive is None else _archive(connection, archive, [each for due in found.values() for each in due.ids])
            purge.clear(connection, found, self.now, self.user)
        return found, archived

    def _settle(self, first: Path | None, known: set[Flaw]) -> None:
        """Write the database anew and verify it; flaws that were known before the purge are not its own."""
        driver = self.engine.dialect.loaded_dbapi
        try:
            purge.compact(self.engine)
        except driver.Error as error:
            raise UnfinishedError(messages.text(self.lang, "purge.broken_off", reason=error, backup=first or "–")) from error
        with self.engine.connect() as connection, connection.begin():
            if set(verify(connection)) - known:
                raise UnfinishedError(messages.text(self.lang, "purge.unsound", backup=first or "–"))


def _archive(connection: sa.Connection, plan: Plan, ids: Sequence[int]) -> dict[Path, int]:
    from csbook.ledger.export import Selection, export

    return export(connection, dataclasses.replace(plan, selection=Selection(ids=ids)))
