"""Policy: everything of policy.toml as one frozen value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csbook.policy.backups import Backups
from csbook.policy.clocks import Block, Clock
from csbook.policy.period import Period
from csbook.policy.retention import Retention
from csbook.policy.watched import Watched

if TYPE_CHECKING:
    from csbook.policy.calendar import Calendar


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

    def begun(self, day: dt.date) -> dict[str, str]:
        """First day → digest of the blocks that have begun by that day; none of them may be edited any more."""
        return {block.begins.isoformat(): block.digest for block in self.blocks if block.begins <= day}

    def latest(self, name: str) -> Clock:
        """The newest clock of that name: its label and target are shown."""
        return list(self.named(name))[-1][2]

    def calendar(self) -> Calendar:
        """Working days for promises; its arithmetic is loaded where it is needed."""
        from csbook.policy.calendar import Calendar

        return Calendar(self.hours, self.overrides)
