"""Numbers: official record numbers, issued at merge in order of raised time (FORMS.md)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from csbook.forms.form import Number
from csbook.ledger import tombstones
from csbook.ledger.schema import number_sequence, record
from csbook.ledger.store import chunks, insert, update

OWN = ""  # sequences that count the ledger's own rows, not a form's numbers


def issue(connection: sa.Connection, form: str, number: Number, raised: Sequence[dt.datetime]) -> list[str]:
    """A number for each raised time, in their order. Consecutive, save where one is taken; the caller holds the lock of the merge."""
    periods = [_period(number, moment) for moment in raised]
    last = _last(connection, form, periods)
    free: dict[str, list[str]] = {period: [] for period in periods}
    waiting = list(zip(periods, raised, strict=True))
    while waiting:
        tried: dict[str, tuple[str, dt.datetime]] = {}
        for period, moment in waiting:
            last[period] += 1
            tried[_spelled(number, moment, last[period])] = period, moment
        taken = _taken(connection, form, tried)
        for spelling, (period, _) in tried.items():
            free[period] += [spelling] * (spelling not in taken)
        waiting = [tried[spelling] for spelling in tried if spelling in taken]
    update(connection, number_sequence, ("last_number",), [(last[period], form, period) for period in free])
    issued = {period: iter(spellings) for period, spellings in free.items()}
    return [next(issued[period]) for period in periods]


def reserve(connection: sa.Connection, count: int) -> int:
    """Take `count` record ids; returns the first. The caller holds the lock of the merge."""
    last = lock(connection)
    update(connection, number_sequence, ("last_number",), [(last + count, OWN, "record")])
    return last + 1


def lock(connection: sa.Connection) -> int:
    """Wait until no other merge runs on this ledger; returns the last record id."""
    return _last(connection, OWN, ["record"])["record"]


def _period(number: Number, moment: dt.datetime) -> str:
    return _parts(moment.date())[number.restarts] if number.restarts else ""


@functools.cache
def _parts(day: dt.date) -> dict[str, str]:
    return {"day": f"{day:%Y%m%d}", "year": f"{day:%Y}"}


def _spelled(number: Number, moment: dt.datetime, serial: int) -> str:
    return number.pattern.format(serial=f"{serial:0{number.digits}}", **_parts(moment.date()))


def _taken(connection: sa.Connection, form: str, spellings: Iterable[str]) -> set[str]:
    spellings = list(spellings)
    taken = tombstones.numbers_taken(connection, form, spellings)
    for chunk in chunks(spellings):
        taken |= set(connection.scalars(sa.select(record.c.record_no).where(record.c.form == form, record.c.record_no.in_(chunk))))
    return taken


def _last(connection: sa.Connection, form: str, periods: Iterable[str]) -> dict[str, int]:
    """The last serial of each period, its row locked until the transaction ends; a period that is new begins at 0."""
    last: dict[str, int] = {}
    of = number_sequence.c
    for chunk in chunks(periods):
        query = sa.select(of.period, of.last_number).where(of.form == form, of.period.in_(chunk)).with_for_update()
        last |= dict(row for row in connection.execute(query))
        begun = [period for period in chunk if period not in last]
        insert(connection, number_sequence, ("form", "period", "last_number"), [(form, period, 0) for period in begun])
        last |= dict.fromkeys(begun, 0)
    return last
