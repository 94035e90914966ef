"""policy.toml to a Policy: every contradiction is reported at once, with file and key."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csbook import toml
from csbook.policy.backups import read_backups
from csbook.policy.blocks import read_blocks
from csbook.policy.draft import Draft, PolicyError
from csbook.policy.period import Period
from csbook.policy.policy import DueSoon, Policy, Satisfaction
from csbook.policy.retention import read_retention
from csbook.policy.watched import read_watched

__all__ = ["PolicyError", "load"]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TABLES = (
    "zone", "now_tolerance", "late_after", "due_soon", "hours", "overrides", "satisfaction", "names", "block", "backup", "retention",
    "sync", "escalated",
)  # fmt: skip


def load(path: Path) -> Policy:
    """Read policy.toml. Raises UsageError: UnreadableError, or PolicyError naming every key that does not fit."""
    draft, raw = Draft(), toml.content(path)
    policy = _policy(draft, toml.parsed(raw, path), hashlib.sha256(raw).hexdigest()[:12])
    if draft.found:
        raise PolicyError(path.name, draft.found)
    return policy


def _policy(draft: Draft, table: Mapping[str, Any], digest: str) -> Policy:
    draft.keys("", table, TABLES, ("zone", "block"))
    soon = draft.table("due_soon", table)
    draft.keys("due_soon", soon, ("left", "least"))
    return Policy(
        zone=_zone(draft, table.get("zone", "")),
        now_tolerance=draft.duration("now_tolerance", table.get("now_tolerance", "5m")),
        late_after=draft.duration("late_after", table.get("late_after", "24h")),
        due_soon=DueSoon(draft.share("due_soon.left", soon.get("left", 0.2)), draft.duration("due_soon.least", soon.get("least", "30m"))),
        hours=_hours(draft, draft.table("hours", table)),
        overrides=_overrides(draft, draft.table("overrides", table)),
        satisfaction=_satisfaction(draft, draft.table("satisfaction", table)),
        simplified=_names(draft, draft.table("names", table)),
        blocks=read_blocks(draft, table.get("block", [])),
        backup=read_backups(draft, draft.table("backup", table)),
        retention=read_retention(draft, draft.table("retention", table)),
        watched=read_watched(draft, draft.table("sync", table), draft.table("escalated", table)),
        digest=digest,
    )


def _zone(draft: Draft, value: Any) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):
        draft.report("zone", "unknown_zone", value=value)
    return str(value)


def _hours(draft: Draft, table: Mapping[str, Any]) -> tuple[tuple[Period, ...], ...]:
    draft.keys("hours", table, DAYS)
    return tuple(draft.periods(f"hours.{day}", table.get(day, [])) for day in DAYS)


def _overrides(draft: Draft, table: Mapping[str, Any]) -> dict[dt.date, tuple[Period, ...]]:
    return {draft.day(f"overrides.{day}", day): draft.periods(f"overrides.{day}", periods) for day, periods in table.items()}


def _satisfaction(draft: Draft, table: Mapping[str, Any]) -> Satisfaction:
    draft.keys("satisfaction", table, ("by_raised", "scales", "scale_of_form"))
    scales, own = draft.table("scales", table), draft.table("scale_of_form", table)
    draft.keys("satisfaction.scales", scales, ("default",))
    return Satisfaction(
        default=_scale(draft, "satisfaction.scales.default", draft.table("default", scales)),
        of_form={form: _scale(draft, f"satisfaction.scale_of_form.{form}", draft.table(form, own)) for form in own},
        by_raised=frozenset(draft.names("satisfaction.by_raised", table.get("by_raised", []))),
    )


def _scale(draft: Draft, key: str, table: Mapping[str, Any]) -> dict[str, float]:
    return {level: draft.share(f"{key}.{level}", value) for level, value in table.items()}


def _names(draft: Draft, table: Mapping[str, Any]) -> dict[int, int]:
    draft.keys("names", table, ("traditional", "simplified"))
    old, new = str(table.get("traditional", "")), str(table.get("simplified", ""))
    if len(old) != len(new):
        draft.report("names", "names_differ", traditional=len(old), simplified=len(new))
        return {}
    return str.maketrans(old, new)
