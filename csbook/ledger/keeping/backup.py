"""Backup: copies of an embedded ledger, each compared with it before it counts; the checksum stands in the name."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import glob
import itertools
import operator
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from csbook.ledger.database import disk
from csbook.ledger.database.encryption import plain
from csbook.ledger.keeping.retention import deletable
from csbook.policy import Backups

Connect = Callable[[Path], sa.Engine]  # an engine on a file, with the key of the ledger where it has one
REPLACED = "replaced"  # in the name of what a restore put aside
STAMP = "%Y%m%dT%H%M%S"
# where a file says how often it was changed and by which SQLite: only this differs in a copy (The SQLite Database File Format, 1.3)
COUNTERS = (range(24, 28), range(40, 44), range(92, 100))
CACHE = 16_384  # KiB of pages
PATIENCE = 30.0  # seconds to wait for a program that keeps the ledger locked
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class BackupDiffersError(Exception):
    """A copy is not what the ledger is: the disk or the memory is failing."""


@dataclass(frozen=True)
class Shelf:
    """The backups of one ledger in a folder; without one, in `backups` beside the ledger."""

    ledger: Path
    folder: Path

    @classmethod
    def of(cls, ledger: Path, folder: Path | None = None) -> Shelf:
        return cls(ledger, folder or ledger.parent / "backups")

    def taken(self) -> dict[str, dt.datetime]:
        """Name → when it was taken, oldest first."""
        pattern = re.compile(rf"{re.escape(self.ledger.stem)}-([0-9]{{8}}T[0-9]{{6}})-[0-9a-f]{{16}}{re.escape(self.ledger.suffix)}")
        named = (match for path in self.folder.glob("*") if (match := pattern.fullmatch(path.name)))
        return dict(sorted(((match[0], dt.datetime.strptime(match[1], STAMP)) for match in named), key=operator.itemgetter(1)))

    def copies(self) -> list[Path]:
        """Every copy of the ledger in the folder: the backups, and what a restore put aside."""
        aside = self.folder.glob(f"{glob.escape(self.ledger.stem)}-{REPLACED}-*{glob.escape(self.ledger.suffix)}")
        return [*(self.folder / name for name in self.taken()), *sorted(aside)]

    def sound(self, name: str) -> bool:
        """Is the file what it was when it was taken?"""
        try:
            return disk.checksum(self.folder / name) == checksum_named(name)
        except OSError:
            return False

    def last(self) -> dict[str, object] | None:
        """The newest backup: path, at, and whether it still is what it was; None where there is none."""
        return next(
            ({"path": str(self.folder / name), "at": at, "sound": self.sound(name)} for name, at in reversed(self.taken().items())), None
        )

    def due(self, now: dt.datetime, rule: Backups) -> bool:
        """Is the last backup too old, or of a time that is yet to come?"""
        last = max(self.taken().values(), default=None)
        return last is None or not now - rule.after <= last <= now

    def take(self, connect: Connect, now: dt.datetime) -> Path:
        """A new backup, forced to disk. The caller keeps writers away.

        Raises BackupDiffersError, OSError where the copy cannot be written; then nothing is kept of it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self.folder / f".{self.ledger.name}.tmp"
        disk.discard(temporary)
        disk.create_file(temporary)
        try:
            with ThreadPoolExecutor(1) as aside:  # the engine looks through the ledger while it is copied
                checked = aside.submit(_check, connect(self.ledger)) if plain(self.ledger) else None
                _copy(connect(self.ledger), connect(temporary))
                checksum = disk.checksum(temporary)
                if checked is not None:
                    checked.result()
            self._compare(connect, temporary)
            path = self.folder / f"{self.ledger.stem}-{now:{STAMP}}-{checksum}{self.ledger.suffix}"
            disk.put(temporary, path)
        finally:
            disk.discard(temporary)
        return path

    def _compare(self, connect: Connect, copy: Path) -> None:
        """Is the copy whole and the same? The engine copies page by page: what is not encrypted must be the same byte for byte."""
        if not plain(copy):
            compare(connect(self.ledger), connect(copy))
            return
        with connect(copy).connect() as connection:
            there = connection.scalar(sa.text("SELECT count(*) FROM sqlite_master"))
        if not there or not disk.same(self.ledger, copy, COUNTERS):
            raise BackupDiffersError

    def tidy(self, newest: str, rule: Backups) -> list[str]:
        """Delete what `rule` does not keep; `newest` was taken just now. Returns the names."""
        names = deletable(self.taken(), rule, newest, self.sound)
        for name in names:
            (self.folder / name).unlink()
        return names


def checksum_named(name: str) -> str | None:
    """The checksum in the name of a backup; None where the file was given another name."""
    found = re.search(r"-([0-9a-f]{16})(\.[^.]*)?$", name)
    return found[1] if found else None


def _copy(source: sa.Engine, target: sa.Engine) -> None:
    end = time.monotonic() + PATIENCE

    def wait(status: int, *_: int) -> None:
        if status in LOCKED and time.monotonic() > end:
            raise TimeoutError  # the driver itself would try for ever

    # the copy is forced to disk as a whole, before it gets its name
    driver: Any = source.dialect.loaded_dbapi
    with _sparing(source) as one, _sparing(target, "synchronous=OFF") as other:
        try:
            _driver(one).backup(_driver(other), progress=wait)
        except driver.Error as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise sa.exc.DBAPIError("backup", None, error) from error


def compare(source: sa.Engine, target: sa.Engine) -> None:
    """Open both anew: is the copy whole, and every value of every row the same? Raises BackupDiffersError."""
    _check(target)
    with source.connect() as one, target.connect() as other:
        if not _same(_driver(one), _driver(other)):
            raise BackupDiffersError


def _check(file: sa.Engine) -> None:
    with _sparing(file) as connection:
        if [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")] != ["ok"]:
            raise BackupDiffersError


def _same(one: Any, other: Any) -> bool:
    """Value for value, by the engine's cursors alone; texts are compared as bytes, so that a damaged one cannot stop it."""
    for each in (one, other):
        each.text_factory = bytes
    if not _alike(one, other, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"):
        return False
    tables = [name.decode() for (name,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return all(_alike(one, other, f'SELECT * FROM "{name}"') for name in tables)


def _alike(one: Any, other: Any, query: str) -> bool:
    return all(itertools.starmap(operator.eq, itertools.zip_longest(one.execute(query), other.execute(query))))


@contextlib.contextmanager
def _sparing(engine: sa.Engine, *settings: str) -> Iterator[sa.Connection]:
    """A connection that reads each page once, or nearly, and so need not keep them; with more settings, if so wished."""
    with engine.connect() as connection:
        for setting in (f"cache_size=-{CACHE}", *settings):
            _driver(connection).execute(f"PRAGMA {setting}").close()
        yield connection


def _driver(connection: sa.Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.dbapi_connection
