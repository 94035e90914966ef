"""Clocks as frozen values: what must happen by when, counted how, since which day."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from csbook.lists import Bilingual

RAISED, RESOLVED = "raised_at", "resolved_at"


class Counts(enum.StrEnum):
    """How a clock tells time."""

    CALENDAR = "calendar"  # minutes from start to stop, against a limit
    BUSINESS = "business"  # the same in worked minutes
    PROMISED = "promised"  # the stop stamp against the promised stamp
    VALUE = "value"  # a number that the agent typed, against a limit


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One limit. Clocks of one name are one figure, however many forms and blocks they stand in (METRICS.md, Clocks and policy)."""

    name: str
    label: Bilingual
    forms: tuple[str, ...]
    counts: Counts
    start: str = RAISED
    stop: str | None = None
    due: str | None = None  # promised: the stamp that holds the promise
    value: str | None = None  # value: the field, `unit` long each
    unit: dt.timedelta = dt.timedelta(minutes=1)
    by: str | None = None  # the field whose entry picks a limit
    limit: dt.timedelta | None = None  # for entries without a limit of their own
    limits: Mapping[str, dt.timedelta] = field(default_factory=dict)
    ours: frozenset[str] | bool = False  # not the source's: the whole clock, or these entries
    open_only: bool = False
    target: float | None = None

    @property
    def counted_by(self) -> str:
        """The stamp whose day puts a record into a period: resolution for what starts there, else the day it was raised."""
        return RESOLVED if self.start == RESOLVED else RAISED

    @property
    def judges(self) -> tuple[object, ...]:
        """What verdicts hang on: neither words nor targets."""
        limits = tuple(sorted(self.limits.items()))
        plain = (self.start, self.stop, self.due, self.value, self.unit, self.by, self.limit, self.open_only)
        return (self.name, tuple(sorted(self.forms)), str(self.counts), *plain, limits)

    def levels(self) -> Iterator[tuple[str | None, dt.timedelta | None, bool]]:
        """(entry or None, its limit, is it ours) in the order of the file; a promise has one level without a limit."""
        if self.limit is not None or not self.limits:
            yield None, self.limit, self.ours is True
        for entry, limit in self.limits.items():
            yield entry, limit, self.ours is True or (not isinstance(self.ours, bool) and entry in self.ours)


@dataclass(frozen=True)
class Block:
    """The clocks in force from a day on, until the next block begins."""

    begins: dt.date
    clocks: tuple[Clock, ...]

    @property
    def digest(self) -> str:
        """Changes with anything by which a record is judged."""
        return hashlib.sha256(repr(sorted((clock.judges for clock in self.clocks), key=repr)).encode()).hexdigest()[:12]
