"""Purge: records leave the tables and the free pages; their tombstones and the audit chain stay."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from csbook.identity import Facts
from csbook.ledger.audit import chain
from csbook.ledger.audit.seal import digests, names_of, plain_rows
from csbook.ledger.database import schema
from csbook.ledger.database.schema import alias, quarantine, record, revision
from csbook.ledger.database.store import chunks
from csbook.ledger.keeping import tombstones
from csbook.ledger.keeping.due import Due, keys_of

CLEARED = "quarantine", "alias", "revision", "record"


def clear(connection: sa.Connection, found: Mapping[str, Due], now: dt.datetime, user: str) -> None:
    """Delete what is due and write it into the chain; the caller holds the lock of the merge and commits."""
    for form, each in found.items():
        tombstones.bury(connection, form, _traces(connection, each.ids), now)
    ids = [each for of_form in found.values() for each in of_form.ids]
    entries = [each for of_form in found.values() for each in of_form.entries]
    columns = {quarantine: quarantine.c.id, alias: alias.c.record_id, revision: revision.c.record_id, record: record.c.id}
    for table, column in columns.items():
        gone = entries if table is quarantine else ids
        for chunk in chunks(gone):
            connection.execute(table.delete().where(column.in_(chunk)))
    stones = schema.tombstone
    rows = plain_rows(connection, sa.select(stones).where(stones.c.purged_at == now))
    counts = {form: {"records": len(each.ids), "entries": len(each.entries)} for form, each in found.items()}
    words = {"batch": None, "at": str(now), "by": user, "counts": counts, "purged": {"record": sorted(ids), "quarantine": sorted(entries)}}
    chain.append(connection, "purge", None, {**words, "sealed": {"tombstone": digests("tombstone", names_of(stones), rows)}})


def _traces(connection: sa.Connection, ids: Iterable[int]) -> Iterator[tuple[str, ...]]:
    for chunk in chunks(ids):
        keys, hashes = keys_of(connection, chunk), dict[int, list[str]]()
        for record_id, row_hash in connection.execute(
            sa.select(revision.c.record_id, revision.c.row_hash).where(revision.c.record_id.in_(chunk))
        ):
            hashes.setdefault(record_id, []).append(row_hash)
        query = sa.select(record.c.id, record.c.desk, record.c.record_no, record.c.facts).where(record.c.id.in_(chunk))
        for record_id, desk, number, facts in connection.execute(query):
            yield from tombstones.traces(desk, number, keys[record_id], Facts.read(facts), hashes.get(record_id, []))


def compact(engine: sa.Engine) -> None:
    """Write the database anew, so that no free page or half-used page keeps what was deleted; no copy of it goes to another disk."""
    connection = engine.raw_connection()
    with contextlib.closing(connection):
        driver: Any = connection.dbapi_connection
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA temp_store=MEMORY").close()
            driver.execute("VACUUM").close()
            return
        driver.autocommit = True
        for name in CLEARED:
            driver.execute(f"VACUUM FULL {name}").close()
