"""Ledger: the team's memory, in a SQLite file or a PostgreSQL database."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import sqlalchemy as sa

from csbook import messages
from csbook.forms.form import Form
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger import entry_rows, lookup, reading, references, schema
from csbook.ledger.backup import BackupDiffersError, Shelf
from csbook.ledger.batch import Batch, Merged
from csbook.ledger.disk import create_file
from csbook.ledger.engine import WRITING, connect, told
from csbook.ledger.lock import alone
from csbook.ledger.merge import merge, nothing
from csbook.ledger.restore import restore
from csbook.ledger.verify import Flaw, verify
from csbook.policy import Backups
from csbook.rows import Rows

CREATING = 0x6373626F6F6B  # "csbook": the advisory lock on PostgreSQL under which a ledger is made


def open_ledger(where: str | Path, *, create: bool = False, lang: str = "zh", timeout: float = 30.0) -> Ledger:
    """Open the ledger at a path or URL.

    With `create`, one that is not there is made by the first merge that has rows, so that a failed run leaves nothing behind.
    Raises UsageError where there is no ledger, something else, or one of a newer csbook; UnfinishedError where it cannot be reached
    or written or stays locked for `timeout` seconds.
    """
    ledger = Ledger(_url(str(where), lang), create=create, lang=lang, timeout=timeout)
    ledger.look()
    return ledger


def restore_ledger(where: str | Path, backup: Path, *, now: dt.datetime, user: str, lang: str = "zh", timeout: float = 30.0) -> Path | None:
    """See csbook.ledger.restore.restore. Raises UsageError and UnfinishedError as open_ledger does; the ledger itself may be damaged."""
    ledger = Ledger(_url(str(where), lang), create=True, lang=lang, timeout=timeout)
    with ledger.alone() as path:
        return restore(path, backup, ledger.connect, now=now, user=user, lang=lang)


def _url(where: str, lang: str) -> sa.URL:
    if "://" not in where:
        return sa.URL.create("sqlite", database=where)
    try:
        url = sa.make_url(where)
        url = url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url
        url.get_dialect().import_dbapi()
    except (sa.exc.ArgumentError, ModuleNotFoundError, ImportError) as error:
        raise UsageError(messages.text(lang, "ledger.no_such_engine", engine=where.partition("://")[0])) from error
    return url


class Ledger:
    """One ledger. A context manager; nothing is held open between calls."""

    def __init__(self, url: sa.URL, *, create: bool, lang: str, timeout: float) -> None:
        self._url, self._create, self._lang = url, create, lang
        self._timeout = timeout
        self._engine = connect(url, timeout)
        self._there = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @property
    def path(self) -> Path | None:
        """The file of an embedded ledger."""
        return Path(self._url.database) if self._url.get_backend_name() == "sqlite" and self._url.database else None

    @property
    def where(self) -> str:
        """Path or URL, without a password."""
        return str(self.path or self._url.render_as_string(hide_password=True))

    def look(self) -> None:
        """Find out what stands there; raises what open_ledger promises."""
        if self.path is not None and not self._file_there(self.path):
            return
        with self._told(), self._engine.connect() as connection:
            tables = sa.inspect(connection)
            if tables.has_table(schema.version.name) and tables.has_table(schema.record.name):
                self._there = True
                found = str(connection.scalar(sa.select(schema.version.c.version_num)))
                if found != schema.VERSION:
                    raise UsageError(self._said("ledger.newer", version=found, known=schema.VERSION))
            elif self.path is not None:
                raise UsageError(self._said("ledger.not_a_ledger"))
            elif not self._create:
                raise UsageError(self._said("ledger.missing"))

    def _file_there(self, path: Path) -> bool:
        if path.is_dir():
            raise UsageError(self._said("ledger.is_folder"))
        if path.exists() and path.stat().st_size:
            return True
        if not self._create:
            raise UsageError(self._said("ledger.missing"))
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            raise UnfinishedError(self._said("ledger.unwritable"))
        return False

    def merge(self, batch: Batch, *, dry_run: bool = False) -> Merged:
        """Put a batch in: one transaction, all or nothing. A dry run says the same and stores nothing.

        Raises UnfinishedError where the ledger is locked, cannot be written, or rows are unaccounted for.
        """
        if not any(len(rows.frame) for rows in batch.rows):
            return nothing(batch)
        if self.path is not None and not self._there and dry_run:
            with _writing(connect(sa.URL.create("sqlite"), 0), dry_run=True) as connection:  # in memory: nothing is left behind
                return merge(connection, batch, self._lang)
        with self._undisturbed(), _writing(self._engine, dry_run=dry_run) as connection:
            merged = merge(connection, batch, self._lang)
        self._there |= not dry_run
        return merged

    @contextlib.contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """Where only this process may write; a file that is not there is made."""
        if self.path is None:
            with self._told():
                yield
            return
        with self.alone() as path:
            self.look()  # another process may have put something else there in the meantime
            create_file(path)
            yield

    @contextlib.contextmanager
    def alone(self) -> Iterator[Path]:
        """The file of an embedded ledger, while no other csbook writes to it. Raises UsageError for one on a server."""
        if self.path is None:
            raise UsageError(self._said("ledger.no_file"))
        with self._told(), alone(self.path, self._timeout):
            yield self.path

    def connect(self, path: Path) -> sa.Engine:
        """An engine on another file with the same key."""
        return connect(sa.URL.create("sqlite", database=str(path)), self._timeout)

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

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A read transaction, so that everything read in one call is of one moment."""
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self._told(), self._engine.connect() as connection, connection.begin():
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
            state = {"where": self.where, "version": schema.VERSION, "encrypted": False, **reading.status(connection)}
        return state if self.path is None else {**state, "last_backup": Shelf.of(self.path).last()}

    def open_rows(self, form: Form, desks: Sequence[str]) -> dict[str, list[entry_rows.Row]]:
        """See csbook.ledger.entry_rows.open_rows."""
        with self._reading() as connection:
            return entry_rows.open_rows(connection, form, desks)

    def numbered_rows(self, form: Form, numbers: Sequence[str]) -> dict[str, entry_rows.Row]:
        """See csbook.ledger.entry_rows.numbered_rows."""
        with self._reading() as connection:
            return entry_rows.numbered_rows(connection, form, numbers)

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

    def _said(self, message: str, **words: object) -> str:
        return messages.text(self._lang, message, where=self.where, **words)

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return told(self.where, self._lang)


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
