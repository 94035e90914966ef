"""Engine: connections to the ledger's database, and its faults in words."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger.database.encryption import Key, driver, opened

WRITING = "csbook_writing"  # execution option of a connection that takes SQLite's write lock at once

# DESIGN, section 6. The cache, 64 MB at most and taken only as needed: a merge reads its pages, changes them, reads them once more to seal
SETTINGS = "journal_mode=DELETE", "synchronous=EXTRA", "secure_delete=ON", "foreign_keys=ON", "cache_size=-65536"
# of a ledger that is made, or compacted by a purge: its backup takes two thirds of the time that it takes with SQLite's 4,096 bytes. Those
# of an encrypted one are SQLCipher's own
PAGE = "page_size=8192"

# (begin of SQLite's error name, catalog id, what it is)
FAULTS: tuple[tuple[str, str, type[Exception]], ...] = (
    ("SQLITE_BUSY", "ledger.locked", UnfinishedError),
    ("SQLITE_LOCKED", "ledger.locked", UnfinishedError),
    ("SQLITE_READONLY", "ledger.unwritable", UnfinishedError),
    ("SQLITE_CANTOPEN", "ledger.unwritable", UnfinishedError),
    ("SQLITE_PERM", "ledger.unwritable", UnfinishedError),
    ("SQLITE_FULL", "ledger.full", UnfinishedError),
    ("SQLITE_IOERR", "ledger.io", UnfinishedError),
    ("SQLITE_CORRUPT", "ledger.damaged", UnfinishedError),
    ("SQLITE_NOTADB", "ledger.not_a_ledger", UsageError),
)


class AlteredError(Exception):
    """A value that is not of its column's type: somebody changed it past csbook, as `ledger verify` will tell."""


def connect(url: sa.URL, timeout: float, key: Key | None = None) -> sa.Engine:
    """An engine; a SQLite file gets the settings of DESIGN, section 6, waits `timeout` seconds for its lock, and with a key is encrypted.

    Raises ImportError where a key is given and SQLCipher is not installed.
    """
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    if key is None:
        engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True, connect_args={"timeout": timeout})
    else:
        missing_values(driver())
        through = functools.partial(opened, url.database or "", key, timeout)
        engine = sa.create_engine(url, module=driver(), creator=through, poolclass=sa.NullPool, hide_parameters=True)
    settings = SETTINGS if key else (PAGE, *SETTINGS)
    sa.event.listen(engine, "connect", functools.partial(_configure, settings))
    sa.event.listen(engine, "begin", _begin)
    return engine


def missing_values(driver: ModuleType) -> None:
    """Let a driver bind None as fast as a value: without a word it looks anew, each time, for what else a None might want to be."""
    driver.register_adapter(type(None), {}.get)  # a call into C that gives None for None


missing_values(sqlite3)


def _configure(settings: Sequence[str], connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, so that a failed schema change rolls back too
    for pragma in settings:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextlib.contextmanager
def told(where: str, lang: str, *, keyed: bool = False) -> Iterator[None]:
    """Turn what the database refuses into a sentence; what is our own fault stays an exception. `keyed`: it was opened with a key."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        name = getattr(error.orig, "sqlite_errorname", None)
        for begin, sentence, kind in FAULTS:
            if name is not None and name.startswith(begin):
                sentence = "ledger.wrong_key" if keyed and begin == "SQLITE_NOTADB" else sentence
                raise kind(messages.text(lang, sentence, where=where)) from error
        if isinstance(error, sa.exc.OperationalError):
            raise UnfinishedError(messages.text(lang, "ledger.unreachable", where=where)) from error
        raise
    except AlteredError as error:
        raise UnfinishedError(messages.text(lang, "ledger.altered", where=where)) from error
    except TimeoutError as error:
        raise UnfinishedError(messages.text(lang, "ledger.locked", where=where)) from error
    except OSError as error:
        said = "ledger.full" if error.errno in messages.FULL else "ledger.unwritable"
        raise UnfinishedError(messages.text(lang, said, where=where)) from error
