"""Restore: a backup in the place of a ledger, checked before it gets there; what stood there is kept aside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UsageError
from csbook.ledger.audit import chain
from csbook.ledger.audit.verify import verify
from csbook.ledger.database import disk, schema
from csbook.ledger.database.engine import told
from csbook.ledger.keeping.backup import REPLACED, STAMP, Connect, Shelf, checksum_named
from csbook.ledger.keeping.upgrade import migrate


def restore(ledger: Path, backup: Path, connect: Connect, *, now: dt.datetime, user: str, lang: str, keyed: bool) -> Path | None:
    """Put `backup` in the ledger's place; returns where the ledger that stood there is kept. The caller keeps writers away.

    A backup of an older csbook is brought up to this one on the way. Raises UsageError for one that is not sound, and UnfinishedError
    for an older one that is not; then nothing was changed.
    """
    temporary = ledger.with_name(f".{ledger.name}.restoring")
    disk.discard(temporary)
    try:
        disk.copy(backup, temporary)
        with told(str(backup), lang, keyed=keyed):
            version = _version(temporary, backup, connect, lang)
            if version in schema.OLDER:
                migrate(connect(temporary), version, now=now, user=user, where=str(backup), lang=lang)
            _check(temporary, backup, connect, lang)
        _sign(temporary, backup, connect, now, user)
        kept = _aside(ledger, now)
        # a journal left behind by the old file would be played back onto the new one
        disk.journal(ledger).unlink(missing_ok=True)
        disk.put(temporary, ledger)
    finally:
        disk.discard(temporary)
    return kept


def _version(copy: Path, backup: Path, connect: Connect, lang: str) -> str:
    """The version of the ledger that was backed up; the copy is looked at, not the backup: what was checked is what gets its place."""
    named = checksum_named(backup.name)
    if named is not None and named != disk.checksum(copy):
        raise UsageError(messages.text(lang, "restore.damaged", backup=backup))
    with connect(copy).connect() as connection:
        tables = sa.inspect(connection)
        if not (tables.has_table(schema.version.name) and tables.has_table(schema.record.name)):
            raise UsageError(messages.text(lang, "restore.not_a_ledger", backup=backup))
        version = str(connection.scalar(sa.select(schema.version.c.version_num)))
    if version not in {*schema.OLDER, schema.VERSION}:
        raise UsageError(messages.text(lang, "ledger.newer", where=backup, version=version, known=schema.VERSION))
    return version


def _check(copy: Path, backup: Path, connect: Connect, lang: str) -> None:
    with connect(copy).connect() as connection, connection.begin():
        flaws = verify(connection)
    if flaws:
        raise UsageError(messages.text(lang, "restore.damaged", backup=backup))


def _sign(copy: Path, backup: Path, connect: Connect, now: dt.datetime, user: str) -> None:
    """The restored ledger says in its audit chain that, when and by whom it was restored."""
    with connect(copy).begin() as connection:
        chain.append(connection, "restore", None, {"batch": None, "at": str(now), "by": user, "backup": backup.name})


def _aside(ledger: Path, now: dt.datetime) -> Path | None:
    """A copy of the ledger as it is, with its journal, so that even a damaged one can be looked into."""
    if not ledger.exists():
        return None
    folder = Shelf.of(ledger).folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / f"{ledger.stem}-{REPLACED}-{now:{STAMP}}{ledger.suffix}"
    for source, target in ((disk.journal(ledger), disk.journal(kept)), (ledger, kept)):
        if source.exists():
            disk.copy(source, target)
    disk.settle(folder)
    return kept
