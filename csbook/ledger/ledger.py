"""Ledger: the team's memory, in a SQLite file or a PostgreSQL database."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger import entry_rows, lookup, numbers, purge, reading, references, reminders, schema
from csbook.ledger.backup import BackupDiffersError, Shelf
from csbook.ledger.batch import Batch, Merged
from csbook.ledger.encryption import Key
from csbook.ledger.engine import WRITING, connect
from csbook.ledger.merge import merge, nothing
from csbook.ledger.place import Place
from csbook.ledger.restore import restore
from csbook.ledger.values import digest
from csbook.ledger.verify import Flaw, verify
from csbook.policy import Backups
from csbook.rows import Rows

if TYPE_CHECKING:
    from csbook.ledger.export import Plan

CREATING = 0x6373626F6F6B  # "csbook": the advisory lock on PostgreSQL under which a ledger is made


def open_ledger(where: str | Path, *, create: bool = False, lang: str = "zh", timeout: float = 30.0, key: Key | None = None) -> Ledger:
    """Open the ledger at a path or URL.

    With `create`, one that is not there is made by the first merge that has rows, so that a failed run leaves nothing behind.
    Raises UsageError where there is no ledger, something else, or one of a newer csbook; UnfinishedError where it cannot be reached
    or written or stays locked for `timeout` seconds.
    """
    ledger = Ledger(where, create=create, lang=lang, timeout=timeout, key=key)
    ledger.look()
    return ledger


def restore_ledger(
    where: str | Path, backup: Path, *, now: dt.datetime, user: str, lang: str = "zh", timeout: float = 30.0, key: Key | None = None
) -> Path | None:
    """See csbook.ledger.restore.restore. Raises UsageError and UnfinishedError as open_ledger does; the ledger itself may be damaged."""
    place = Place(where, create=True, lang=lang, timeout=timeout, key=key)
    with place.alone() as path:
        return restore(path, backup, place.connect, now=now, user=user, lang=lang, keyed=place.encrypted)


class Ledger(Place):
    """One ledger. A context manager; nothing is held open between calls."""

    def merge(self, batch: Batch, *, dry_run: bool = False) -> Merged:
        """Put a batch in: one transaction, all or nothing. A dry run says the same and stores nothing.

        Raises UnfinishedError where the ledger is locked, cannot be written, or rows are unaccounted for.
        """
        if not any(len(rows.frame) for rows in batch.rows):
            return nothing(batch)
        if self.path is not None and not self._there and dry_run:
            with _writing(connect(sa.URL.create("sqlite"), 0), dry_run=True) as connection:  # in memory: nothing is left behind
                return merge(connection, batch, self._lang)
        with self.undisturbed(), _writing(self.engine, dry_run=dry_run) as connection:
            merged = merge(connection, batch, self._lang)
        self._there |= not dry_run
        return merged

    def back_up(self, now: dt.datetime, rule: Backups, to: Path | None = None) -> Path:
        """A checked copy, in the folder of backups, where older ones go as `rule` says, or in `to`, where nothing is deleted."""
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self.alone() as path:
            shelf = Shelf.of(path, to)
            try:
                taken = shelf.take(self.connect, now)
            except BackupDiffersError as error:
                raise UnfinishedError(self._said("backup.differs")) from error
            if to is None:
                shelf.tidy(taken.name, rule)
            return taken

    def back_up_if_due(self, now: dt.datetime, rule: Backups) -> Path | None:
        """A backup where the last one is too old. Nothing for a ledger on a server, whose own tools do that."""
        due = self.path is not None and self._there and Shelf.of(self.path).due(now, rule)
        return self.back_up(now, rule) if due else None

    def due(self, before: Mapping[str, dt.datetime], hold: Collection[str]) -> dict[str, purge.Due]:
        """See csbook.ledger.purge.due."""
        with self._reading() as connection:
            return purge.due(connection, before, hold)

    def purge(
        self, before: Mapping[str, dt.datetime], hold: Collection[str], now: dt.datetime, user: str, archive: Plan | None = None
    ) -> purge.Purged:
        """Clear what is due (see csbook.ledger.purge), first writing it to `archive`; then the file is written anew and so are its backups.

        Raises UnfinishedError where the archive cannot be written; then nothing was cleared.
        """
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self.undisturbed():
            archived: dict[Path, int] = {}
            with _writing(self.engine, dry_run=False) as connection:
                numbers.lock(connection)
                found = purge.due(connection, before, hold)
                ids = [each for of_form in found.values() for each in of_form.ids]
                if not ids and not any(each.entries for each in found.values()):
                    return purge.Purged(due=found)
                if archive is not None:
                    from csbook.ledger.export import Selection, export

                    archived = export(connection, dataclasses.replace(archive, selection=Selection(ids=ids)))
                purge.clear(connection, found, now, user)
            purge.compact(self.engine)
            gone, taken = self._purge_backups(now, ids)
        return purge.Purged(due=found, backups=gone, backup=taken, archived=archived)

    def _purge_backups(self, now: dt.datetime, ids: Collection[int]) -> tuple[tuple[str, ...], Path | None]:
        """A fresh backup in place of those that hold purged records; on a server they are its administrator's."""
        shelf = Shelf.of(self.path) if self.path is not None else None
        if shelf is None or not shelf.taken():
            return (), None
        try:
            taken = shelf.take(self.connect, now)
        except BackupDiffersError as error:
            raise UnfinishedError(self._said("backup.differs")) from error
        return tuple(purge.forget(shelf, self.connect, taken.name, ids)), taken

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A read transaction, so that everything read in one call is of one moment."""
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self._told(), self.engine.connect() as connection, connection.begin():
            yield connection

    def records(self) -> pa.Table:
        """See csbook.ledger.reading.records."""
        with self._reading() as connection:
            return reading.records(connection)

    def revisions(self) -> pa.Table:
        """See csbook.ledger.reading.revisions."""
        with self._reading() as connection:
            return reading.revisions(connection)

    def quarantine(self) -> pa.Table:
        """See csbook.ledger.reading.quarantine."""
        with self._reading() as connection:
            return reading.quarantine(connection)

    def batches(self) -> pa.Table:
        """See csbook.ledger.reading.batches."""
        with self._reading() as connection:
            return reading.batches(connection)

    def status(self) -> dict[str, Any]:
        """See csbook.ledger.reading.status; with it `where` the ledger stands, its schema `version`, and whether it is `encrypted`."""
        with self._reading() as connection:
            state = {"where": self.where, "version": schema.VERSION, "encrypted": self.encrypted, **reading.status(connection)}
        return state if self.path is None else {**state, "last_backup": Shelf.of(self.path).last()}

    def hand_ins(self) -> dict[str, dt.datetime]:
        """See csbook.ledger.reading.hand_ins. Empty while there is no ledger yet."""
        if not self._there:
            return {}
        with self._reading() as connection:
            return reading.hand_ins(connection)

    def open_rows(self, form: Form, desks: Sequence[str]) -> dict[str, list[entry_rows.Row]]:
        """See csbook.ledger.entry_rows.open_rows."""
        with self._reading() as connection:
            return entry_rows.open_rows(connection, form, desks)

    def numbered_rows(self, form: Form, numbers: Sequence[str]) -> dict[str, entry_rows.Row]:
        """See csbook.ledger.entry_rows.numbered_rows."""
        with self._reading() as connection:
            return entry_rows.numbered_rows(connection, form, numbers)

    def key(self) -> bytes:
        """A secret of this ledger that stays as long as it lives, hashed from all that its first batch wrote; makes codes of names."""
        if not self._there:
            return b""
        with self._reading() as connection:
            return digest("codes", str(connection.scalar(sa.select(schema.audit.c.hash).order_by(schema.audit.c.id).limit(1)))).encode()

    def reminded(self, before: dt.datetime) -> reminders.Past:
        """See csbook.ledger.reminders.past."""
        with self._reading() as connection:
            return reminders.past(connection, before)

    def remember(self, run: reminders.Run, now: dt.datetime, user: str) -> None:
        """See csbook.ledger.reminders.remember. Raises UnfinishedError as merge does."""
        with self.undisturbed(), _writing(self.engine, dry_run=False) as connection:
            reminders.remember(connection, run, now, user)

    def export(self, plan: Plan) -> dict[Path, int]:
        """See csbook.ledger.export."""
        from csbook.ledger.export import export

        with self._reading() as connection:
            return export(connection, plan)

    def find(self, text: str, limit: int) -> list[lookup.Record]:
        """See csbook.ledger.lookup.find."""
        with self._reading() as connection:
            return lookup.find(connection, text, limit)

    def history(self, key: str, form: str | None = None) -> list[lookup.Record]:
        """See csbook.ledger.lookup.history."""
        with self._reading() as connection:
            return lookup.history(connection, key, form)

    def verify(self) -> list[Flaw]:
        """See csbook.ledger.verify.verify."""
        with self._reading() as connection:
            return verify(connection)

    def known_references(self, values: Iterable[str]) -> set[str]:
        """Those of `values` that name a record: source ids, numbers, `response 20231001001`. None while there is no ledger yet."""
        if not self._there:
            return set()
        with self._reading() as connection:
            return references.known_references(connection, values)

    def flag_references(self, rows: Sequence[Rows]) -> tuple[Rows, ...]:
        """Rows with a flag column for every references field: names it a record that neither the ledger nor the batch knows?"""
        return references.flagged(rows, self.known_references(references.named(rows)))


@contextlib.contextmanager
def _writing(engine: sa.Engine, *, dry_run: bool) -> Iterator[sa.Connection]:
    """A write transaction on a ledger that is there, or is made in it."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin() as transaction:
        if not _there(connection):
            _alone(connection)
            if not _there(connection):
                schema.create(connection)
        yield connection
        if dry_run:
            transaction.rollback()


def _there(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(schema.version.name)


def _alone(connection: sa.Connection) -> None:
    """Wait until nobody else is making a ledger in this database; on SQLite the transaction has the whole file already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CREATING)))
