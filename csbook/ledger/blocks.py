"""Blocks: which blocks of the policy were in force when, kept in the audit chain, so that one edited afterwards shows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import sqlalchemy as sa

from csbook.ledger import audit, numbers, schema

ACTION = "policy"
# first day of a block -> digest of what it judges by
Blocks = Mapping[str, str]


def seen(connection: sa.Connection) -> list[tuple[dt.datetime, Blocks]]:
    """When a batch found other blocks in force than those before it, and which, oldest first."""
    entry = schema.audit.c
    texts = connection.scalars(sa.select(entry.entry).where(entry.action == ACTION).order_by(entry.id))
    return [(dt.datetime.fromisoformat(each["at"]), each["blocks"]) for each in map(json.loads, texts)]


def note(connection: sa.Connection, blocks: Blocks, now: dt.datetime, user: str) -> None:
    """Add the blocks in force now to the chain."""
    numbers.lock(connection)
    audit.append(connection, ACTION, None, {"batch": None, "at": str(now), "by": user, "blocks": dict(blocks)})


def edited(told: list[tuple[dt.datetime, Blocks]], blocks: Blocks) -> dict[str, dt.datetime]:
    """First day of each block that is not what it was – changed, gone, or put in behind the day – and since when it was known."""
    first: dict[str, tuple[dt.datetime, str]] = {}
    found: dict[str, dt.datetime] = {}
    for at, each in told:
        for begins, digest in each.items():
            first.setdefault(begins, (at, digest))
        found |= {begins: at for begins in blocks.keys() - each.keys() if begins <= at.date().isoformat()}
    found |= {begins: at for begins, (at, digest) in first.items() if blocks.get(begins) != digest}
    return dict(sorted(found.items()))
