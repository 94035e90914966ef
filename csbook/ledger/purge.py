"""Purge: closed records past their time leave the ledger, its free pages and its backups; their tombstones and the audit chain stay."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from csbook.identity import Facts
from csbook.ledger import audit, schema, tombstones
from csbook.ledger.backup import Connect, Shelf
from csbook.ledger.current import OPEN
from csbook.ledger.schema import alias, quarantine, record, revision
from csbook.ledger.seal import digests, names_of, plain_rows
from csbook.ledger.store import chunks

CLEARED = "quarantine", "alias", "revision", "record"


@dataclass(frozen=True, kw_only=True)
class Due:
    """Records of one form whose time is up. ids: those that go; held: on the hold list; waiting: a row about them waits to be mended.

    entries: rows of the quarantine that go, too: about those records, or settled and as old.
    """

    ids: tuple[int, ...] = ()
    held: int = 0
    waiting: int = 0
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What went, by form; backups that held it and are gone, and the one taken after."""

    due: Mapping[str, Due]
    backups: tuple[str, ...] = ()
    backup: Path | None = None
    archived: Mapping[Path, int] = field(default_factory=dict)


def due(connection: sa.Connection, before: Mapping[str, dt.datetime], hold: Collection[str]) -> dict[str, Due]:
    """What is to go: form → records closed before a moment. `hold`: `response 20231001001`, or a source id."""
    return {form: found for form, moment in before.items() if (found := _due(connection, form, moment, hold)) != Due()}


def _due(connection: sa.Connection, form: str, moment: dt.datetime, hold: Collection[str]) -> Due:
    closed = sa.func.coalesce(record.c.closed_at, record.c.resolved_at, record.c.updated_at)
    past = connection.execute(
        sa.select(record.c.id, record.c.record_no)
        .where(record.c.form == form, record.c.state != OPEN, closed < moment)
        .order_by(record.c.id)
    ).all()
    ids = [row.id for row in past]
    keys = _keys(connection, ids)
    held = {row.id for row in past if f"{form} {row.record_no}" in hold or not keys[row.id].isdisjoint(hold)}
    of_key = {key: record_id for record_id, found in keys.items() for key in found}
    entries = _entries(connection, form)
    waiting = {each for entry in entries if entry.status == "open" for each in _about(entry, of_key)} - held
    gone = tuple(each for each in ids if each not in held | waiting)
    going = set(gone)
    settled = [entry for entry in entries if entry.status != "open"]
    rows = (entry.id for entry in settled if ((about := _about(entry, of_key)) and about <= going) or (not about and entry.at < moment))
    return Due(ids=gone, held=len(held), waiting=len(waiting), entries=tuple(rows))


def _keys(connection: sa.Connection, ids: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {each: set() for each in ids}
    for chunk in chunks(found):
        for record_id, key in connection.execute(sa.select(alias.c.record_id, alias.c.source_key).where(alias.c.record_id.in_(chunk))):
            found[record_id].add(key)
    return found


def _entries(connection: sa.Connection, form: str) -> list[Any]:
    names = ("id", "status", "record_id", "source_key", "receipt_id")
    query = sa.select(*(quarantine.c[name] for name in names), schema.batch.c.at)
    return list(connection.execute(query.join(schema.batch, quarantine.c.batch_id == schema.batch.c.id).where(quarantine.c.form == form)))


def _about(entry: Any, of_key: Mapping[str, int]) -> set[int]:
    """The records past their time, or any other, that an entry is about."""
    named = {of_key[key] for key in (entry.source_key, entry.receipt_id) if key in of_key}
    return named | ({entry.record_id} if entry.record_id is not None else set())


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
    audit.append(connection, "purge", None, {**words, "sealed": {"tombstone": digests("tombstone", names_of(stones), rows)}})


def _traces(connection: sa.Connection, ids: Iterable[int]) -> Iterator[tuple[str, ...]]:
    for chunk in chunks(ids):
        keys, hashes = _keys(connection, chunk), dict[int, list[str]]()
        for record_id, row_hash in connection.execute(
            sa.select(revision.c.record_id, revision.c.row_hash).where(revision.c.record_id.in_(chunk))
        ):
            hashes.setdefault(record_id, []).append(row_hash)
        query = sa.select(record.c.id, record.c.desk, record.c.record_no, record.c.facts).where(record.c.id.in_(chunk))
        for record_id, desk, number, facts in connection.execute(query):
            yield from tombstones.traces(desk, number, keys[record_id], Facts(*facts.split("\n")), hashes.get(record_id, []))


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


def forget(shelf: Shelf, connect: Connect, newest: str, ids: Collection[int]) -> list[str]:
    """Delete the backups before `newest` that hold one of these records, or that nobody can open to see; returns their names."""
    names = [name for name in shelf.taken() if name != newest and _holds(connect, shelf.folder / name, ids)]
    for name in names:
        (shelf.folder / name).unlink()
    return names


def _holds(connect: Connect, path: Path, ids: Collection[int]) -> bool:
    engine = connect(path)
    try:
        with engine.connect() as connection:
            return any(
                connection.scalar(sa.select(record.c.id).where(record.c.id.in_(chunk)).limit(1)) is not None for chunk in chunks(ids)
            )
    except sa.exc.DatabaseError:
        return True
    finally:
        engine.dispose()
