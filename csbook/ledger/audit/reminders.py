"""Reminders: which records earlier runs told to whom, kept as entries of the audit chain, one a run."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from csbook.ledger.audit import chain
from csbook.ledger.database import schema, sequences

ACTION = "remind"


@dataclass(frozen=True)
class Past:
    """`owners`: record id -> whom the last run told, None where there was no run; `times`: record id -> runs that reminded of it."""

    owners: Mapping[int, str] | None = None
    times: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run: owner -> ids of the records that were put before them, and ids of those among them that count as reminders."""

    as_of: dt.datetime
    told: Mapping[str, Collection[int]]
    reminded: Collection[int]


def past(connection: sa.Connection, before: dt.datetime) -> Past:
    """The runs whose as_of lies before this one; a run that was repeated for the same moment counts once, as it was the last time."""
    entry = schema.audit.c
    texts = connection.scalars(sa.select(entry.entry).where(entry.action == ACTION).order_by(entry.id))
    runs = {run["as_of"]: run for run in map(json.loads, texts) if dt.datetime.fromisoformat(run["as_of"]) < before}
    if not runs:
        return Past()
    last = runs[max(runs)]
    owners = {number: owner for owner, numbers in last["told"].items() for number in numbers}
    return Past(owners, Counter(number for run in runs.values() for number in run["reminded"]))


def remember(connection: sa.Connection, run: Run, now: dt.datetime, user: str) -> None:
    """Add this run to the chain."""
    sequences.lock(connection)
    told = {owner: sorted(ids) for owner, ids in sorted(run.told.items())}
    entry = {"batch": None, "at": str(now), "by": user, "as_of": run.as_of.isoformat(), "told": told, "reminded": sorted(run.reminded)}
    chain.append(connection, ACTION, None, entry)
