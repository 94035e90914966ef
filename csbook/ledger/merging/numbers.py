"""Numbers: official record numbers, issued at merge in order of raised time (FORMS.md)."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from csbook.forms.form import Number
from csbook.ledger.database import sequences
from csbook.ledger.database.schema import record
from csbook.ledger.database.store import any_of, rows_in
from csbook.ledger.keeping import tombstones


def issue(connection: sa.Connection, form: str, number: Number, raised: Sequence[dt.datetime]) -> list[str]:
    """A number for each raised time, in their order. Consecutive, save where one is taken; the caller holds the lock of the merge."""
    periods = _periods(number, raised)
    last = sequences.last(connection, form, periods)
    issued: dict[str, list[str]] = {period: [] for period in last}
    missing = Counter(periods)
    while missing:
        tried = {period: _spelled(number, period, range(last[period] + 1, last[period] + count + 1)) for period, count in missing.items()}
        taken = _taken(connection, form, itertools.chain.from_iterable(tried.values()))
        for period, spellings in tried.items():
            last[period] += len(spellings)
            issued[period] += [spelling for spelling in spellings if spelling not in taken]
            missing[period] = len(taken.intersection(spellings))
        missing = +missing  # without those that have all
    sequences.advance(connection, form, last)
    following = {period: iter(spellings) for period, spellings in issued.items()}
    return [next(following[period]) for period in periods]


def _periods(number: Number, raised: Sequence[dt.datetime]) -> list[str]:
    """The period of each number, spelled as in it."""
    spelled = {None: "", "day": "%Y%m%d", "year": "%Y"}[number.restarts]
    of_day = functools.cache(lambda day: format(day, spelled) if spelled else "")
    return [of_day(moment.date()) for moment in raised]


def _spelled(number: Number, period: str, serials: range) -> list[str]:
    begin, _, end = number.pattern.partition("{serial}")
    begin, end = (part.format(**{number.restarts or "": period}) for part in (begin, end))
    return [f"{begin}{serial:0{number.digits}}{end}" for serial in serials]


def _taken(connection: sa.Connection, form: str, spellings: Iterable[str]) -> set[str]:
    spellings = list(spellings)
    taken = tombstones.numbers_taken(connection, form, spellings)
    if not any_of(connection, record, form):
        return taken
    query = sa.select(record.c.record_no).where(record.c.form == form)
    return taken | {spelling for (spelling,) in rows_in(connection, query, record.c.record_no, spellings)}
