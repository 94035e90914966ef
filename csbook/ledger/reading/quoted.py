"""Quoted: what a query finds in a SQLite ledger, encrypted or not, as CSV that SQLite writes and Arrow parses, both beside Python."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import sqlalchemy as sa

from csbook.ledger.database.engine import AlteredError
from csbook.ledger.database.store import written_out

PART = 16_000  # rows of one text
FEW = 8  # a text stands so many times on average
THREADS = 4  # more of them would wait for the disk

# a text as printf's %Q writes it: between marks, those in it doubled; a missing one without any
READ = pa.csv.ParseOptions(quote_char="'", double_quote=True, newlines_in_values=True, ignore_empty_lines=False)
MISSING = ["NULL", ""]

# a thread does not wait for a writer, and sees no page twice
APART = "busy_timeout=0", "cache_size=-2048"

Range = tuple[int, int]  # of keys: beyond the first, up to the second


def rows(connection: sa.Connection, query: sa.Select[tuple[object, ...]], fields: pa.Schema) -> list[pa.Table]:
    """The rows of a query, whose columns have the names and types of `fields`, as they come.

    Raises AlteredError for a value of another type, sqlalchemy.exc.DBAPIError.
    """
    asked = f"SELECT {_line(fields)} FROM ({written_out(connection, query.order_by(None))})"
    with connection.exec_driver_sql(asked).yield_per(PART) as result:
        found = [_parsed("\n".join(text for (text,) in part).encode(), fields) for part in result.partitions()]
    return found or [fields.empty_table()]


def by_key(
    connection: sa.Connection, query: sa.Select[tuple[object, ...]], fields: pa.Schema, key: sa.Column[int], *, coded: bool
) -> list[pa.Table]:
    """The same by ranges of `key`, an index: many at a time, as each thread has a connection of its own.

    They are of one moment, since nobody writes until the transaction of `connection` ends. `coded`: texts of few values come as
    dictionaries, which take a third of their room.
    """
    ranges = _ranges(connection, key)
    within = written_out(connection, _between(query, key).order_by(None))
    asked = f"SELECT CAST(group_concat({_line(fields)}, char(10)) AS BLOB) FROM ({within})"
    first = pa.concat_tables([fields.empty_table(), *_ranged(connection, asked, ranges[:1], fields)])
    few = [name for name in fields.names if coded and pa.types.is_string(fields.field(name).type) and _repeats(first[name])]
    begin = pa.table({name: first[name].dictionary_encode() if name in few else first[name] for name in fields.names})
    return [begin, *_at_once(connection, asked, ranges[1:], begin.schema)]


def _at_once(connection: sa.Connection, asked: str, ranges: Sequence[Range], fields: pa.Schema) -> list[pa.Table]:
    count = min(THREADS, os.cpu_count() or 1, len(ranges))
    if count < 2:
        return [*_ranged(connection, asked, ranges, fields)]
    size = -(-len(ranges) // count)
    shares = [ranges[start : start + size] for start in range(0, len(ranges), size)]
    try:
        with ThreadPoolExecutor(len(shares)) as threads:
            found = threads.map(functools.partial(_apart, connection.engine, asked, fields=fields), shares)
            return [part for parts in found for part in parts]
    except sa.exc.OperationalError:
        # who waits to write lets nobody begin to read; this connection has begun
        return [*_ranged(connection, asked, ranges, fields)]


def _apart(engine: sa.Engine, asked: str, ranges: Sequence[Range], fields: pa.Schema) -> list[pa.Table]:
    with engine.connect() as connection:
        for setting in APART:
            connection.connection.dbapi_connection.execute(f"PRAGMA {setting}").close()  # type: ignore[union-attr]  # it is open
        return [*_ranged(connection, asked, ranges, fields)]


def _ranged(connection: sa.Connection, asked: str, ranges: Sequence[Range], fields: pa.Schema) -> Iterator[pa.Table]:
    for each in ranges:
        text = connection.exec_driver_sql(asked, each).scalar()
        if text is not None:
            yield _parsed(text, fields)


def _ranges(connection: sa.Connection, key: sa.Column[int]) -> list[Range]:
    # two questions: to one after both, SQLite would read every row
    first, last = (connection.scalar(sa.select(end(key))) for end in (sa.func.min, sa.func.max))
    return [] if first is None or last is None else [(low, min(low + PART, last)) for low in range(first - 1, last, PART)]


def _between(query: sa.Select[tuple[object, ...]], key: sa.Column[int]) -> sa.Select[tuple[object, ...]]:
    mark: sa.ColumnElement[int] = sa.literal_column("?")
    return query.where(key > mark, key <= mark)


def _line(fields: pa.Schema) -> str:
    """A row as CSV, in SQL."""
    signs = ",".join("%Q" if pa.types.is_string(field.type) else "%s" for field in fields)
    return f"printf('{signs}', {', '.join(fields.names)})"


def _parsed(text: bytes, fields: pa.Schema) -> pa.Table:
    read = pa.csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=fields.names)
    types = pa.csv.ConvertOptions(column_types=fields, null_values=MISSING, strings_can_be_null=True, quoted_strings_can_be_null=False)
    try:
        return pa.csv.read_csv(pa.BufferReader(text), read, READ, types)
    except pa.ArrowInvalid:
        raise AlteredError from None  # Arrow's own words quote what stands there


def _repeats(column: pa.ChunkedArray) -> bool:
    return bool(pc.count_distinct(column).as_py() * FEW < len(column))
