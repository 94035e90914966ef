"""Tombstones: what is left of a purged record: keyed hashes by which it is known when it comes back, and nothing that can be read.

The key is random and made by the first purge; it stands in the table under the form "", which is the ledger's own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd
import sqlalchemy as sa

from csbook.identity import Facts
from csbook.ledger.database.schema import tombstone
from csbook.ledger.database.store import chunks, insert
from csbook.ledger.database.values import stamp, texts

OWN = ""
# so many of the three facts told under a known id make a row that record, as DESIGN, section 6, has it for records that are there
SAME = 2
LINES = 50_000  # looked at together


def bury(connection: sa.Connection, form: str, traces: Iterable[Sequence[str]], now: dt.datetime) -> None:
    """Keep these traces of purged records."""
    key = _key(connection) or _made(connection, now)
    there = {_trace(key, parts) for parts in traces}
    there -= _found(connection, form, there)
    insert(connection, tombstone, ("form", "trace", "purged_at"), [(form, each, stamp(now)) for each in sorted(there)])


def traces(desk: str, number: str, keys: Iterable[str], facts: Facts, hashes: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """By what a record is known: its number, each fact under each of its ids, each of its contents, its facts where they are complete."""
    yield ("number", number)
    if facts.complete:
        yield ("facts", desk, *facts)
    known = list(hashes)
    for key in keys:
        yield from (("fact", key, str(place), fact) for place, fact in enumerate(facts) if fact)
        yield from (("content", key, row_hash) for row_hash in known)


def buried(connection: sa.Connection, form: str, lines: pd.DataFrame, desks: Sequence[str]) -> set[int]:
    """The places of the lines (see csbook.ledger.merging.lines) that are purged records come back."""
    key = _key(connection)
    if key is None:
        return set()
    parts = (lines.iloc[start : start + LINES] for start in range(0, len(lines), LINES))
    return {place for each in parts for place in _buried(connection, form, key, each, desks)}


def _buried(connection: sa.Connection, form: str, key: bytes, lines: pd.DataFrame, desks: Sequence[str]) -> set[int]:
    columns = (lines["file"].tolist(), *(texts(lines[name]) for name in ("key", "told", "row_hash")))
    told = [
        [_trace(key, parts) for parts in _of(desks[file], of_line, Facts.read(facts), row_hash)]
        for file, of_line, facts, row_hash in zip(*columns, strict=True)
    ]
    found = _found(connection, form, {each for of_line in told for each in of_line})
    return {
        place for place, (content, whole, *facts) in zip(lines.index.tolist(), told, strict=True)
        if {content, whole} & found or sum(each in found for each in facts) >= SAME
    }  # fmt: skip


def numbers_taken(connection: sa.Connection, form: str, numbers: Iterable[str]) -> set[str]:
    """Those of `numbers` that a purged record had: never issued again."""
    key = _key(connection)
    if key is None:
        return set()
    of = {_trace(key, ("number", number)): number for number in numbers}
    return {of[each] for each in _found(connection, form, of)}


def _of(desk: str, key: str, facts: Facts, row_hash: str) -> Iterator[tuple[str, ...]]:
    yield ("content", key, row_hash)
    yield ("facts", desk, *facts)
    yield from (("fact", key, str(place), fact) for place, fact in enumerate(facts) if fact)


def _found(connection: sa.Connection, form: str, wanted: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(wanted):
        found |= set(connection.scalars(sa.select(tombstone.c.trace).where(tombstone.c.form == form, tombstone.c.trace.in_(chunk))))
    return found


def _key(connection: sa.Connection) -> bytes | None:
    text = connection.scalar(sa.select(tombstone.c.trace).where(tombstone.c.form == OWN))
    return None if text is None else bytes.fromhex(text)


def _made(connection: sa.Connection, now: dt.datetime) -> bytes:
    key = secrets.token_bytes(32)
    insert(connection, tombstone, ("form", "trace", "purged_at"), [(OWN, key.hex(), stamp(now))])
    return key


def _trace(key: bytes, parts: Sequence[str]) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), key=key, digest_size=12).hexdigest()
