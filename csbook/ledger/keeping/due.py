"""Due: closed records whose time is up, by form, and the rows of the quarantine that go with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from csbook.ledger.database import schema
from csbook.ledger.database.schema import OPEN, alias, quarantine, record
from csbook.ledger.database.store import chunks


@dataclass(frozen=True, kw_only=True)
class Due:
    """Records of one form whose time is up. ids: those that go; held: on the hold list; waiting: a row about them waits to be mended.

    entries: rows of the quarantine that go, too: about those records, or settled and as old.
    """

    ids: tuple[int, ...] = ()
    held: int = 0
    waiting: int = 0
    entries: tuple[int, ...] = ()


def past_time(connection: sa.Connection, before: Mapping[str, dt.datetime], hold: Collection[str]) -> dict[str, Due]:
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
    keys = keys_of(connection, ids)
    held = {row.id for row in past if f"{form} {row.record_no}" in hold or not keys[row.id].isdisjoint(hold)}
    of_key = {key: record_id for record_id, found in keys.items() for key in found}
    entries = _entries(connection, form)
    waiting = {each for entry in entries if entry.status == "open" for each in _about(entry, of_key)} - held
    gone = tuple(each for each in ids if each not in held | waiting)
    going = set(gone)
    settled = [entry for entry in entries if entry.status != "open"]
    rows = (entry.id for entry in settled if ((about := _about(entry, of_key)) and about <= going) or (not about and entry.at < moment))
    return Due(ids=gone, held=len(held), waiting=len(waiting), entries=tuple(rows))


def keys_of(connection: sa.Connection, ids: Iterable[int]) -> dict[int, set[str]]:
    """Record → the source ids under which it ever came."""
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
