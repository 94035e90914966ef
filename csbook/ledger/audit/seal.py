"""Seal: digests of the rows that a batch wrote, kept in its audit entry, so that a row changed, lost or slipped in later shows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from csbook.ledger.audit import chain
from csbook.ledger.database import schema
from csbook.ledger.database.store import chunks, fetched, written_out

Row = tuple[Any, ...]
Seals = dict[str, dict[str, str]]  # table -> key of a row -> digest

# Tables so small that they are sealed as a whole.
WHOLE = "number_sequence", "form_field", "alembic_version", "sqlite_master"
# Tables to which a batch adds few rows, all its own; of record and quarantine it also changes others.
ADDED = {"batch": schema.batch.c.id, "source_file": schema.source_file.c.batch_id}
KEYS = {
    "batch": ("id",), "source_file": ("batch_id", "file_no"), "revision": ("record_id", "seq"), "record": ("id",), "quarantine": ("id",),
    "alias": ("record_id", "batch_id"), "tombstone": ("purged_at",), **dict.fromkeys(WHOLE, ()),
}  # fmt: skip
ROWS = 5_000  # fetched at once
SEALED = "sealed"  # an entry of the chain that holds nothing but seals of a batch, whose own entry follows
PART = 200_000  # seals of one entry


class Sealing:
    """The seals of what a batch writes, taken as it goes on. A large batch gets several entries of the chain: none grows as it does."""

    def __init__(self, connection: sa.Connection, batch_id: int) -> None:
        self._connection, self._batch_id = connection, batch_id
        self._rest: Seals = {}
        self._entry = self._last_entry()  # in quarantine; those after it are not sealed yet

    def add(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Seal rows of a table as they are handed to the driver; those that share a key come together."""
        self.take(table, digests(table, names, rows))

    def take(self, table: str, seals: Mapping[str, str]) -> None:
        """Seals of rows of a table, see digests."""
        self._rest.setdefault(table, {}).update(seals)
        if sum(map(len, self._rest.values())) >= PART:
            chain.append(self._connection, SEALED, self._batch_id, {"batch": self._batch_id, "sealed": self._rest})
            self._rest = {}

    def changed(self, records: Iterable[int], entries: Iterable[int]) -> None:
        """Seal records and entries in quarantine of earlier batches, as they stand now; they are not touched again."""
        for name, column, ids in (("record", schema.record.c.id, records), ("quarantine", schema.quarantine.c.id, entries)):
            for chunk in chunks(ids):
                self._read(name, column.in_(chunk))

    def kept_aside(self) -> None:
        """Seal the entries in quarantine that this batch opened since the last call; they are not touched again."""
        self._read("quarantine", schema.quarantine.c.id > self._entry)
        self._entry = self._last_entry()

    def _last_entry(self) -> int:
        return self._connection.scalar(sa.select(sa.func.max(schema.quarantine.c.id))) or 0

    def rest(self) -> Seals:
        """The seals that no entry has yet, with those of the batch itself and of the tables that are sealed as a whole."""
        for name, column in ADDED.items():
            self._read(name, column == self._batch_id)
        for name in tables(self._connection).keys() & set(WHOLE):
            self._read(name, sa.true())
        return {name: seals for name, seals in self._rest.items() if seals}

    def _read(self, name: str, which: sa.ColumnElement[bool]) -> None:
        table = tables(self._connection)[name]
        self.add(name, names_of(table), plain_rows(self._connection, sa.select(table).where(which)))


def reseal(connection: sa.Connection, names: Iterable[str]) -> Seals:
    """Seals of every row of these tables, where their columns have changed."""
    found = {name: table for name, table in tables(connection).items() if name in set(names)}
    return {name: digests(name, names_of(table), plain_rows(connection, sa.select(table))) for name, table in found.items()}


def tables(connection: sa.Connection) -> dict[str, sa.TableClause]:
    """The tables that are sealed, by name; of SQLite also the one that says what tables there are."""
    names = ("type", "name", "tbl_name", "sql")  # not where they begin in the file
    found: dict[str, sa.TableClause] = {name: schema.metadata.tables[name] for name in KEYS if name in schema.metadata.tables}
    if connection.dialect.name == "sqlite":
        found["sqlite_master"] = sa.table("sqlite_master", *(sa.column(name) for name in names))
    return found


def names_of(table: sa.TableClause) -> list[str]:
    """The columns of a table, in order."""
    return [column.name for column in table.c]


def keyed(table: str, names: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    """What gives the key of a row of these columns."""
    places = [names.index(name) for name in KEYS[table]]
    if len(places) == 1:
        (place,) = places
        return lambda row: str(row[place])
    if len(places) == 2:
        first, second = places
        return lambda row: f"{row[first]}.{row[second]}"
    return lambda _: ""


def digests(table: str, names: Sequence[str], rows: Iterable[Row]) -> dict[str, str]:
    """Key → digest, 64 bits, over the rows that share it; in whatever order they come."""
    key, found, shared, blake2b = keyed(table, names), dict[str, str](), defaultdict[str, list[str]](list), hashlib.blake2b
    for row in rows:
        name, digest = key(row), blake2b(_spelled(row), digest_size=8).hexdigest()  # as _digest, without a call for each row
        if found.setdefault(name, digest) is not digest:  # as an id that stands in two rows of `alias`
            shared[name].append(digest)
    for name, others in shared.items():
        found[name] = _digest("".join(sorted([found[name], *others])).encode())
    return found


def older_digests(table: str, names: Sequence[str], rows: Iterable[Row]) -> dict[str, str]:
    """The same as csbook spelled rows until November 2026, by repr: for seals that were written then."""
    key, texts = keyed(table, names), defaultdict[str, list[str]](list)
    for row in rows:
        texts[key(row)].append(repr(row))
    return {name: _digest("\n".join(sorted(shared)).encode("utf-8", "backslashreplace")) for name, shared in texts.items()}


def _digest(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def _spelled(row: tuple[Any, ...]) -> bytes:
    """A row as JSON, spelled six times as fast as by repr, which is left for what damage makes of a value: bytes, half a sign."""
    try:
        return orjson.dumps(row)
    except TypeError:
        return repr(row).encode("utf-8", "backslashreplace")


def plain_rows(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver gives them, stamps as text in the one spelling that SQLite stores."""
    result = connection.exec_driver_sql(written_out(connection, query)).yield_per(ROWS)
    if connection.dialect.name == "sqlite":
        yield from fetched(result)
        return
    for row in fetched(result):
        yield tuple(f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, dt.datetime) else value for value in row)
