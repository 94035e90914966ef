"""Blocks: which blocks of the policy were in force when, kept in the audit chain, so that one edited afterwards shows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import sqlalchemy as sa

from csbook.ledger.audit import chain
from csbook.ledger.database import schema, sequences

ACTION = "policy"
# first day of a block -> digest of what it judges by
Blocks = Mapping[str, str]


def seen(connection: sa.Connection) -> list[tuple[dt.datetime, Blocks]]:
    """When a batch found other blocks in force than those before it, and which, oldest first; from those last accepted on."""
    entry = schema.audit.c
    texts = connection.scalars(sa.select(entry.entry).where(entry.action == ACTION).order_by(entry.id))
    entries = [json.loads(text) for text in texts]
    first = max((place for place, each in enumerate(entries) if each.get("accepted")), default=0)
    return [(dt.datetime.fromisoformat(each["at"]), each["blocks"]) for each in entries[first:]]


def note(connection: sa.Connection, blocks: Blocks, now: dt.datetime, user: str, *, accepted: bool = False) -> None:
    """Add the blocks in force now to the chain; `accepted` by that user, whatever stood there before."""
    sequences.lock(connection)
    entry = {"batch": None, "at": str(now), "by": user, "blocks": dict(blocks)}
    chain.append(connection, ACTION, None, {**entry, "accepted": True} if accepted else entry)


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
