"""Backups: how many copies of the ledger a team keeps, as the table `backup` of policy.toml says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csbook.policy.draft import Draft

KEYS = ("daily", "weekly", "monthly", "after")


@dataclass(frozen=True)
class Backups:
    """The newest backup of each of so many days, weeks and months is kept; `after` is how old the last may be when a batch ends."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12
    after: dt.timedelta = dt.timedelta(hours=1)


def read_backups(draft: Draft, table: Mapping[str, Any]) -> Backups:
    """The table as values; what does not fit is reported."""
    draft.keys("backup", table, KEYS)
    shipped = Backups()

    def count(name: str, otherwise: int) -> int:
        return draft.count(f"backup.{name}", table.get(name, otherwise))

    return Backups(
        daily=count("daily", shipped.daily),
        weekly=count("weekly", shipped.weekly),
        monthly=count("monthly", shipped.monthly),
        after=draft.duration("backup.after", table["after"]) if "after" in table else shipped.after,
    )
