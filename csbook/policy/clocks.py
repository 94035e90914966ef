"""Clocks and the policy they stand in, as frozen values: what must happen by when, counted how, since which day."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csbook.lists import Bilingual
from csbook.policy.backups import Backups
from csbook.policy.retention import Retention
from csbook.policy.watched import Watched

if TYPE_CHECKING:
    from csbook.policy.calendar import Calendar
    from csbook.policy.fit import Known

Period = tuple[dt.timedelta, dt.timedelta]  # opening and closing, since midnight; a close of 24 h is the next midnight
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


@dataclass(frozen=True)
class DueSoon:
    """An open clock is due soon when this share of its limit is left, or this much time."""

    left: float = 0.2
    least: dt.timedelta = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Satisfaction:
    """Levels mapped to 0–1 by form, and the forms that are rated at the end of the talk."""

    default: Mapping[str, float] = field(default_factory=dict)
    of_form: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    by_raised: frozenset[str] = frozenset()

    def scale(self, form: str) -> Mapping[str, float]:
        return self.of_form.get(form, self.default)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything of policy.toml. `digest` is the hash of the file's bytes: same ledger, as_of and digest give the same figures."""

    zone: str = "Asia/Shanghai"
    now_tolerance: dt.timedelta = dt.timedelta(minutes=5)
    late_after: dt.timedelta = dt.timedelta(hours=24)
    due_soon: DueSoon = DueSoon()
    hours: tuple[tuple[Period, ...], ...] = ((),) * 7  # Monday first
    overrides: Mapping[dt.date, tuple[Period, ...]] = field(default_factory=dict)
    satisfaction: Satisfaction = Satisfaction()
    simplified: Mapping[int, int] = field(default_factory=dict)  # for str.translate
    blocks: tuple[Block, ...] = ()
    backup: Backups = field(default_factory=Backups)
    retention: Retention = field(default_factory=Retention)
    watched: Watched = field(default_factory=Watched)
    digest: str = ""

    def names(self) -> tuple[str, ...]:
        """Clock names in the order in which they first stand."""
        return tuple(dict.fromkeys(clock.name for block in self.blocks for clock in block.clocks))

    def named(self, name: str) -> Iterator[tuple[dt.date, dt.date | None, Clock]]:
        """(first day, day after the last or None, clock) of every clock of that name."""
        for place, block in enumerate(self.blocks):
            until = self.blocks[place + 1].begins if place + 1 < len(self.blocks) else None
            for clock in block.clocks:
                if clock.name == name:
                    yield block.begins, until, clock

    def latest(self, name: str) -> Clock:
        """The newest clock of that name: its label and target are shown."""
        return list(self.named(name))[-1][2]

    def check(self, forms: Mapping[str, Mapping[str, Known]]) -> None:
        """Do the clocks fit the forms? `forms` is form → field or stamp → what is known of it. Raises PolicyError."""
        from csbook.policy.draft import PolicyError
        from csbook.policy.fit import misfits

        found = list(misfits(self, forms))
        if found:
            raise PolicyError("policy.toml", found)

    def calendar(self) -> Calendar:
        """Working days for promises."""
        from csbook.policy.calendar import Calendar

        return Calendar(self.hours, self.overrides)
