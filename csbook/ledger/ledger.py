"""Ledger: the team's memory, in a SQLite file or a PostgreSQL database."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger.audit import blocks as policy_blocks
from csbook.ledger.audit import reminders
from csbook.ledger.batch import Batch, Merged
from csbook.ledger.database.encryption import Key
from csbook.ledger.database.engine import connect
from csbook.ledger.database.place import Place
from csbook.ledger.database.transaction import writing
from csbook.ledger.keeping.backup import BackupDiffersError, Shelf
from csbook.ledger.keeping.clearing import Clearing, Purged
from csbook.ledger.keeping.restore import restore
from csbook.ledger.merging.merge import merge, nothing
from csbook.ledger.reader import Reader
from csbook.policy import Backups

if TYPE_CHECKING:
    from csbook.ledger.export import Plan


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
    """See csbook.ledger.keeping.restore.restore. Raises as open_ledger does; the ledger itself may be damaged."""
    place = Place(where, create=True, lang=lang, timeout=timeout, key=key)
    with place.alone() as path:
        return restore(path, backup, place.connect, now=now, user=user, lang=lang, keyed=place.encrypted)


def merge_alone(batch: Batch, lang: str) -> Merged:
    """What an empty ledger would say of a batch that has rows; it lies in memory, and nothing is left of it."""
    with writing(connect(sa.URL.create("sqlite"), 0), dry_run=True) as connection:
        return merge(connection, batch, lang)


class Ledger(Reader):
    """One ledger. A context manager; nothing is held open between calls."""

    def merge(self, batch: Batch, *, dry_run: bool = False) -> Merged:
        """Put a batch in: one transaction, all or nothing. A dry run says the same and stores nothing.

        Raises UnfinishedError where the ledger is locked, cannot be written, or rows are unaccounted for.
        """
        if not any(len(rows.places) for rows in batch.rows):
            return nothing(batch)
        if self.path is not None and not self._there and dry_run:
            return merge_alone(batch, self._lang)
        with self.undisturbed(), writing(self.engine, dry_run=dry_run) as connection:
            merged = merge(connection, batch, self._lang)
        self._there |= not dry_run
        return merged

    def back_up(self, now: dt.datetime, rule: Backups, to: Path | None = None) -> Path:
        """A checked copy, in the folder of backups, where older ones go as `rule` says, or in `to`, where nothing is deleted."""
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self.alone() as path, self._compared():
            shelf = Shelf.of(path, to)
            with self._written(shelf.folder):
                taken = shelf.take(self.connect, now)
            if to is None:
                shelf.tidy(taken.name, rule)
            return taken

    def back_up_if_due(self, now: dt.datetime, rule: Backups) -> Path | None:
        """A backup where the last one is too old. Nothing for a ledger on a server, whose own tools do that."""
        due = self.path is not None and self._there and Shelf.of(self.path).due(now, rule)
        return self.back_up(now, rule) if due else None

    def purge(
        self, before: Mapping[str, dt.datetime], hold: Collection[str], now: dt.datetime, user: str, archive: Plan | None = None
    ) -> Purged:
        """See csbook.ledger.keeping.clearing. Raises UnfinishedError where it cannot begin, as merge does, or not end."""
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self.undisturbed(), self._compared():
            shelf = Shelf.of(self.path) if self.path is not None else None
            return Clearing(self.engine, shelf, self.connect, before, hold, now, user, self._lang).run(archive)

    @contextlib.contextmanager
    def _compared(self) -> Iterator[None]:
        """Say it where a copy is not what the ledger is."""
        try:
            yield
        except BackupDiffersError as error:
            raise UnfinishedError(self._said("backup.differs")) from error

    @contextlib.contextmanager
    def _written(self, folder: Path) -> Iterator[None]:
        """Say it where there is no room for a copy; that the ledger itself could not be written would be wrong."""
        try:
            yield
        except TimeoutError:
            raise
        except OSError as error:
            said = "backup.full" if error.errno in messages.FULL else "backup.unwritable"
            raise UnfinishedError(self._said(said, folder=folder)) from error

    def writable(self) -> None:
        """Could something be stored now? Raises UnfinishedError as merge does: before work is done that must be remembered in the end."""
        with self.undisturbed(), writing(self.engine, dry_run=True):
            pass

    def remember(self, run: reminders.Run, now: dt.datetime, user: str) -> None:
        """See csbook.ledger.audit.reminders.remember. Raises UnfinishedError as merge does."""
        with self.undisturbed(), writing(self.engine) as connection:
            reminders.remember(connection, run, now, user)

    def note_blocks(self, blocks: policy_blocks.Blocks, now: dt.datetime, user: str) -> None:
        """Remember which blocks of the policy are in force, where they are not those of the last batch. Raises UnfinishedError as merge."""
        told = self.blocks_seen() if self._there else []
        if self._there and (not told or told[-1][1] != blocks):
            with self.undisturbed(), writing(self.engine) as connection:
                policy_blocks.note(connection, blocks, now, user)

    def accept_blocks(self, blocks: policy_blocks.Blocks, now: dt.datetime, user: str) -> None:
        """Let these blocks of the policy stand, although one was edited after it began; who and when is kept. Raises as note_blocks."""
        with self.undisturbed(), writing(self.engine) as connection:
            policy_blocks.note(connection, blocks, now, user, accepted=True)
