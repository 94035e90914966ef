"""Verify: is the ledger what csbook wrote? The engine's own check, the audit chain, every row's seal, every hash of a content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from csbook.ledger.audit.chain import START
from csbook.ledger.audit.seal import SEALED, Seals, digests, keyed, names_of, older_digests, plain_rows, tables
from csbook.ledger.batch import batch_name
from csbook.ledger.database import schema
from csbook.ledger.database.values import digest

BATCH = {
    "batch": "id",
    "source_file": "batch_id",
    "revision": "batch_id",
    "record": "last_batch",
    "quarantine": "batch_id",
    "alias": "batch_id",
}
UNINDEXED = re.compile(r"row (\d+) missing from index (\w+)")  # SQLite's words
RECORD = {"record": "id", "revision": "record_id", "alias": "record_id", "quarantine": "record_id"}


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One thing that is not as csbook left it.

    what: engine (the database's own check; `detail` says what), index (an index that differs from its row), chain (an audit entry edited,
    moved or missing), cut (a batch without its audit entry), changed, lost, foreign (a row that no batch wrote), hash (a content and its
    hash differ).
    table and key name the row, batch (B0007) and record (`response 20231001001`) what it belongs to, where that can still be told.
    """

    what: str
    table: str = ""
    key: str = ""
    batch: str | None = None
    record: str | None = None
    detail: str = ""


def verify(connection: sa.Connection) -> list[Flaw]:
    """Every flaw, none where the ledger is sound. Reads the whole ledger."""
    if connection.dialect.name == "sqlite":
        # a flipped byte may leave a text that is no text: it must be told, not stumbled over
        connection.connection.dbapi_connection.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")  # type: ignore[union-attr]
    flaws: list[Flaw] = []
    try:
        for step in (_engine, _audited):
            flaws += step(connection)
    except sa.exc.DatabaseError as error:
        flaws.append(Flaw(what="engine", detail=str(error.orig)))
        connection.rollback()  # there was nothing to write, and a damaged file may refuse even to end a reading
    return flaws


def _engine(connection: sa.Connection) -> Iterator[Flaw]:
    """SQLite's own checks: pages, indexes, references. PostgreSQL has no such call."""
    if connection.dialect.name != "sqlite":
        return
    for said in [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]:
        unindexed = UNINDEXED.match(said)
        if unindexed is not None:
            yield _unindexed(connection, int(unindexed[1]), unindexed[2])
        elif said != "ok":
            yield Flaw(what="engine", detail=said)
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Flaw(what="engine", table=table, key=str(row), detail=f"{table} {row} → {parent}")


def _unindexed(connection: sa.Connection, row: int, index: str) -> Flaw:
    """A row that its index names no more: a byte changed in the index, which says what the row said."""
    name = connection.exec_driver_sql("SELECT tbl_name FROM sqlite_master WHERE name = ?", (index,)).scalar_one()
    table = tables(connection).get(name)
    if table is None or name not in BATCH:
        return Flaw(what="engine", table=name, key=str(row), detail=index)
    query = sa.select(table).where(sa.text(f"rowid = {row}"))
    words = dict(zip(names_of(table), next(plain_rows(connection, query)), strict=True))
    numbers = {each[0]: f"{each[1]} {each[2]}" for each in plain_rows(connection, _numbers())}
    key = keyed(name, names_of(table))([*words.values()])
    return Flaw(
        what="index", table=name, key=key, batch=_batch(words[BATCH[name]]), record=_record(name, key, words, numbers), detail=index
    )


def _audited(connection: sa.Connection) -> Iterator[Flaw]:
    """The chain, then every row against the last seal that it got; rows of a batch whose seals are gone cannot be judged by them."""
    flaws, seals, trusted = _chain(connection)
    yield from flaws
    batches = {row[0] for row in plain_rows(connection, sa.select(schema.batch.c.id))}
    for number in sorted(batches - trusted):
        if not any(flaw.batch == batch_name(number) for flaw in flaws):
            yield Flaw(what="cut", table="audit", batch=batch_name(number))
    numbers = {row[0]: f"{row[1]} {row[2]}" for row in plain_rows(connection, _numbers())}
    whole = not flaws and batches <= trusted
    for name, table in tables(connection).items():
        told = set()
        for flaw in _compared(connection, table, seals.get(name, {}), numbers, trusted, whole=whole):
            told.add(flaw.key)
            yield flaw
        yield from (flaw for flaw in _hashes(connection, name, numbers) if flaw.key not in told)


def _numbers() -> sa.Select[Any]:
    record = schema.record.c
    return sa.select(record.id, record.form, record.record_no)


def _chain(connection: sa.Connection) -> tuple[list[Flaw], Seals, set[int]]:
    """What is wrong with the chain; the last seal of each row; the batches whose entry is as it was written."""
    flaws: list[Flaw] = []
    seals: Seals = {}
    trusted: set[int] = set()
    previous, expected = START, 1
    for number, batch_id, action, text, before, chained in plain_rows(connection, sa.select(schema.audit).order_by(schema.audit.c.id)):
        whole = chained == _hash(before, action, text)
        entry = json.loads(text) if whole else {}
        whole = whole and entry.get("batch") == batch_id
        if not whole or before != previous or number != expected:
            flaws.append(Flaw(what="chain", table="audit", key=str(number), batch=_batch(batch_id)))
        if whole:
            if action != SEALED:
                trusted.add(batch_id)
            _forget(seals, entry.get("purged", {}))
            for table, sealed in entry.get("sealed", {}).items():
                seals.setdefault(table, {}).update(sealed)
        previous, expected = chained, number + 1
    return flaws, seals, trusted


def _forget(seals: Seals, purged: dict[str, list[int]]) -> None:
    """Take back the seals of what a purge deleted."""
    for table in RECORD if purged else ():
        gone = {str(each) for each in purged["quarantine" if table == "quarantine" else "record"]}
        seals[table] = {key: seal for key, seal in seals.get(table, {}).items() if key.split(".")[0] not in gone}


def _compared(
    connection: sa.Connection, of: sa.TableClause, seals: dict[str, str], numbers: dict[int, str], trusted: set[int], *, whole: bool
) -> Iterator[Flaw]:
    """Rows of a table that are not what their seals say; `whole`: no entry of the chain is missing or in doubt."""
    table, names, query = of.name, names_of(of), sa.select(of)
    now = digests(table, names, plain_rows(connection, query))
    differing = {key for key in now.keys() | seals.keys() if now.get(key) != seals.get(key)}
    if differing & now.keys() & seals.keys():
        older = older_digests(table, names, plain_rows(connection, query))
        differing = {key for key in differing if key not in seals or older.get(key) != seals[key]}
    key_of, about = keyed(table, names), dict[str, dict[str, Any]]()
    if differing:
        about = {key: dict(zip(names, row, strict=True)) for row in plain_rows(connection, query) if (key := key_of(row)) in differing}
    for key in sorted(differing):
        words = about.get(key, {})
        batch = words.get(BATCH.get(table, ""))
        if whole or batch in trusted:
            what = "lost" if key not in now else "changed" if key in seals else "foreign"
            yield Flaw(what=what, table=table, key=key, batch=_batch(batch), record=_record(table, key, words, numbers))


def _hashes(connection: sa.Connection, table: str, numbers: dict[int, str]) -> Iterator[Flaw]:
    """Contents that do not give the hash beside them; a record's hash is that of its last revision."""
    record, revision, entry = schema.record.c, schema.revision.c, schema.quarantine.c
    last = (revision.record_id == record.id) & (revision.seq == record.seq)
    queries: dict[str, sa.Select[Any]] = {
        "record": sa.select(record.id, record.id, record.last_batch, record.form, revision.content, record.row_hash)
        .join_from(schema.record, schema.revision, last, isouter=True),
        "revision": sa.select(revision.record_id, revision.seq, revision.batch_id, record.form, revision.content, revision.row_hash)
        .join_from(schema.revision, schema.record, revision.record_id == record.id),
        "quarantine": sa.select(entry.record_id, entry.id, entry.batch_id, entry.form, entry.content, entry.row_hash),
    }  # fmt: skip
    if table not in queries:
        return
    for record_id, key, batch, form, content, row_hash in plain_rows(connection, queries[table]):
        if _hash(form, content) != row_hash:
            named = f"{record_id}.{key}" if table == "revision" else str(key)
            yield Flaw(what="hash", table=table, key=named, batch=_batch(batch), record=numbers.get(record_id))


def _hash(*parts: Any) -> str | None:
    """None where damage has made a text something else."""
    return digest(*parts) if all(isinstance(part, str) for part in parts) else None


def _batch(number: Any) -> str | None:
    return batch_name(number) if isinstance(number, int) else None


def _record(table: str, key: str, words: dict[str, Any], numbers: dict[int, str]) -> str | None:
    """The record that a row belongs to; of a row that is gone its key still tells."""
    if table not in RECORD:
        return None
    if words:
        return numbers.get(words[RECORD[table]])
    first = key.split(".")[0]
    return None if table == "quarantine" else numbers.get(int(first)) if first.isdigit() else None
