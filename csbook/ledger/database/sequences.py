"""Sequences: the last number given of each kind; the row of the record ids is also the lock under which every merge runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from csbook.ledger.database.schema import number_sequence
from csbook.ledger.database.store import chunks, insert, update

OWN = ""  # sequences that count the ledger's own rows, not a form's numbers


def lock(connection: sa.Connection) -> int:
    """Wait until no other merge runs on this ledger; returns the last record id."""
    return last(connection, OWN, ["record"])["record"]


def reserve(connection: sa.Connection, count: int) -> int:
    """Take `count` record ids; returns the first. The caller holds the lock of the merge."""
    before = lock(connection)
    advance(connection, OWN, {"record": before + count})
    return before + 1


def last(connection: sa.Connection, form: str, periods: Iterable[str]) -> dict[str, int]:
    """The last serial of each period, its row locked until the transaction ends; a period that is new begins at 0."""
    found: dict[str, int] = {}
    of = number_sequence.c
    for chunk in chunks(periods):
        query = sa.select(of.period, of.last_number).where(of.form == form, of.period.in_(chunk)).with_for_update()
        found |= dict(row for row in connection.execute(query))
        begun = [period for period in chunk if period not in found]
        insert(connection, number_sequence, ("form", "period", "last_number"), [(form, period, 0) for period in begun])
        found |= dict.fromkeys(begun, 0)
    return found


def advance(connection: sa.Connection, form: str, serials: Mapping[str, int]) -> None:
    """These are the last serials now, by period."""
    update(connection, number_sequence, ("last_number",), [(serial, form, period) for period, serial in serials.items()])
