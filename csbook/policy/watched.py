"""Watched: what a team looks after besides its clocks – customers kept informed, cases escalated – as policy.toml says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csbook.policy.draft import Draft


@dataclass(frozen=True)
class Picked:
    """Records whose field `by` holds one of these entries; none while no field is named."""

    by: str | None = None
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watched:
    """`sync`: open records whose customer is told at least once every `sync_every`; `escalated`: cases passed on, for a `reason`."""

    sync: Picked = field(default_factory=Picked)
    sync_every: dt.timedelta = dt.timedelta(hours=4)
    escalated: Picked = field(default_factory=Picked)
    reason: str | None = None

    def fields(self) -> Iterator[str]:
        """The fields that decide."""
        yield from (name for name in (self.sync.by, self.escalated.by, self.reason) if name is not None)


def read_watched(draft: Draft, sync: Mapping[str, Any], escalated: Mapping[str, Any]) -> Watched:
    """The tables `sync` and `escalated`; what does not fit is reported."""
    draft.keys("sync", sync, ("every", "by", "entries"))
    draft.keys("escalated", escalated, ("by", "entries", "reason"))
    every = draft.duration("sync.every", sync["every"]) if "every" in sync else Watched().sync_every
    reason = draft.name("escalated.reason", escalated["reason"]) if "reason" in escalated else None
    return Watched(_picked(draft, "sync", sync), every, _picked(draft, "escalated", escalated), reason)


def _picked(draft: Draft, where: str, table: Mapping[str, Any]) -> Picked:
    if not table:
        return Picked()
    if not draft.keys(where, table, tuple(table), ("by", "entries")):
        return Picked()
    return Picked(draft.name(f"{where}.by", table["by"]), draft.names(f"{where}.entries", table["entries"]))
