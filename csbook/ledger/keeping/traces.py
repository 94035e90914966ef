"""Traces: what was ever purged, and the backups and put-aside ledgers that still hold any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from csbook.ledger.database import disk, schema
from csbook.ledger.database.schema import quarantine, record
from csbook.ledger.database.store import chunks
from csbook.ledger.database.values import loads
from csbook.ledger.keeping.backup import Connect, Shelf


@dataclass(frozen=True)
class Purge:
    """One purge of the audit chain: ids of the records and of the rows in quarantine that went, and the last batch before it.

    A database may give the id of a deleted row to a new one; what came with a later batch is not what went.
    """

    records: Sequence[int]
    entries: Sequence[int]
    last_batch: int


def purges(connection: sa.Connection) -> list[Purge]:
    """Every purge of this ledger, oldest first."""
    chain, earlier = schema.audit.c, schema.audit.alias().c
    last = sa.select(sa.func.coalesce(sa.func.max(earlier.batch_id), 0)).where(earlier.id < chain.id).scalar_subquery()
    query = sa.select(chain.entry, last).where(chain.action == "purge").order_by(chain.id)
    told = ((loads(entry)["purged"], batch) for entry, batch in connection.execute(query))
    return [Purge(gone["record"], gone["quarantine"], batch) for gone, batch in told]


def holding(shelf: Shelf, connect: Connect, found: Sequence[Purge]) -> list[Path]:
    """The copies of the ledger that hold any of it, or that nobody can open to see; none where nothing was ever purged."""
    return [path for path in shelf.copies() if _holds(connect, path, found)] if found else []


def forget(paths: Sequence[Path]) -> None:
    """Delete these copies, each with the journal that may belong to it."""
    for path in paths:
        disk.discard(path)


def _holds(connect: Connect, path: Path, found: Sequence[Purge]) -> bool:
    engine = connect(path)
    try:
        with engine.connect() as connection:
            return any(connection.scalar(query.limit(1)) is not None for each in found for query in _queries(each))
    except sa.exc.DatabaseError:
        return True
    finally:
        engine.dispose()


def _queries(purge: Purge) -> Iterator[sa.Select[tuple[int]]]:
    yield from (sa.select(record.c.id).where(record.c.id.in_(chunk)) for chunk in chunks(purge.records))
    before = quarantine.c.batch_id <= purge.last_batch
    yield from (sa.select(quarantine.c.id).where(quarantine.c.id.in_(chunk), before) for chunk in chunks(purge.entries))
