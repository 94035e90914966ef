"""Lock: one writer at a time on an embedded ledger, held over everything that may put another file in its place.

SQLite's own lock is on the file that was opened; whoever waits for it while a restore replaces that file would write into the old one.
This one is on an empty SQLite file beside the ledger: it works on every system, and the system lets go of it when its holder dies.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from csbook.ledger.database.disk import create_file
from csbook.ledger.database.engine import WRITING, connect


@contextlib.contextmanager
def alone(ledger: Path, timeout: float) -> Iterator[None]:
    """Wait at most `timeout` seconds until no other process writes to this ledger, and keep others waiting."""
    path = ledger.with_name(f".{ledger.name}.lock")
    create_file(path)
    engine = connect(sa.URL.create("sqlite", database=str(path)), timeout)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection:
            # the lock never writes: on a full disk, letting go of it must not fail once the batch is stored
            connection.connection.dbapi_connection.execute("PRAGMA journal_mode=MEMORY").close()  # type: ignore[union-attr]
            with connection.begin() as held:
                yield
                held.rollback()
    finally:
        engine.dispose()
