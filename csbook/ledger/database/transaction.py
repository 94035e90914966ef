"""Transaction: all or nothing, on a ledger that is there or is made in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from csbook.ledger.database import schema
from csbook.ledger.database.engine import WRITING

CREATING = 0x6373626F6F6B  # "csbook": the advisory lock on PostgreSQL under which a ledger is made


@contextlib.contextmanager
def writing(engine: sa.Engine, *, dry_run: bool = False) -> Iterator[sa.Connection]:
    """A write transaction, committed where the block ends without an exception; a dry run is rolled back."""
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
