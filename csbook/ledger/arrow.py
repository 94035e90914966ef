"""Arrow: the rows of a query as an Arrow table, typed by its columns."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import adbc_driver_manager
import adbc_driver_sqlite
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

PART = 16_000  # rows that are Python's at a time; with more of them, or fewer, the system has more to do for memory
FEW = 8  # a text stands so many times on average
THREADS = 4  # more of them would wait for the disk


def table(
    connection: sa.Connection, query: sa.Select[Any], *order: str, key: sa.Column[int] | None = None, coded: bool = False
) -> pa.Table:
    """The rows of a query by these of its columns, which hold whole numbers from 0. The last thing to be asked in its transaction.
    `coded`: texts of few values come as dictionaries, which take a third of their room.

    From a SQLite file they come through ADBC, in less than half the time, and by ranges of `key`, an index, in several threads; all
    other ledgers give them to Python.
    """
    file = _file(connection)
    if file is not None:
        try:
            return _sorted(_read(file, _ranges(connection, query, key), connection, coded=coded), order)
        except (adbc_driver_manager.Error, pa.ArrowException, OSError):
            # the usual way waits for who is writing, and says what is wrong; with a lock of its own, as ADBC has taken ours along
            connection.connection.dbapi_connection.rollback()  # type: ignore[union-attr]  # a SQLite connection is there
    return pa.concat_tables(parts(connection, query.order_by(None).order_by(*(query.selected_columns[name] for name in order)), PART))


def parts(connection: sa.Connection, query: sa.Select[Any], size: int) -> Iterator[pa.Table]:
    """The rows, at most `size` at a time, so that memory stays bounded; at least one table."""
    fields = _schema(query)
    with connection.exec_driver_sql(_sql(connection, query), execution_options={"stream_results": True}) as result:
        yield fields.empty_table()
        for rows in result.partitions(size):
            yield pa.table([_column(values, field.type) for values, field in zip(zip(*rows, strict=True), fields, strict=True)], fields)


def _file(connection: sa.Connection) -> str | None:
    """The file of an embedded ledger that is not encrypted."""
    return connection.engine.url.database if isinstance(connection.connection.dbapi_connection, sqlite3.Connection) else None


def _ranges(connection: sa.Connection, query: sa.Select[Any], key: sa.Column[int] | None) -> list[sa.Select[Any]]:
    """The query in as many parts as there are threads, each by a range of its key; as it is where there are few rows."""
    if key is None:
        return [query]
    # two questions: to one after both, SQLite would read every row
    first, last = (connection.scalar(sa.select(end(key))) for end in (sa.func.min, sa.func.max))
    count = min(THREADS, os.cpu_count() or 1)
    if first is None or last - first < count * PART:
        return [query]
    ends = [first + (last - first) * each // count for each in range(1, count)]
    return [query.where(key > low, key <= high) for low, high in itertools.pairwise([first - 1, *ends, last])]


def _read(file: str, queries: Sequence[sa.Select[Any]], connection: sa.Connection, *, coded: bool) -> pa.Table:
    """Through ADBC. Every part is begun before any is read, so that all are of one moment: nobody writes while one is being read.

    SQLite keeps its locks by process and file, and ADBC has a SQLite of its own: when it closes the file, those of `connection` are gone.
    """
    fields = _schema(queries[0])
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(len(queries)) as threads:
        readers = [_begun(stack, file, _sql(connection, _with_example(query, fields))) for query in queries]
        read = threads.map(functools.partial(_typed_parts, fields=fields, coded=coded), readers)
        tables = [part for parts in read for part in parts]
    pa.default_memory_pool().release_unused()  # what the parts took on their way, a third of it all
    return pa.concat_tables(_alike(tables) if coded else tables)


def _with_example(query: sa.Select[Any], fields: pa.Schema) -> sa.SelectBase:
    """ADBC takes a column's type from its first rows, all missing perhaps: so one goes before them that has a value in each.

    Without an order, which is made up for afterwards: SQLite would copy every row to merge the two.
    """
    values = ("-1" if pa.types.is_integer(each.type) else "''" for each in fields)
    example: sa.SelectBase = sa.select(*[sa.literal_column(value).label(each.name) for value, each in zip(values, fields, strict=True)])
    return sa.union_all(example, query.order_by(None))


def _begun(stack: contextlib.ExitStack, file: str, query: str) -> pa.RecordBatchReader:
    database = stack.enter_context(adbc_driver_sqlite.connect(file))
    opened = stack.enter_context(adbc_driver_manager.AdbcConnection(database))
    statement = stack.enter_context(adbc_driver_manager.AdbcStatement(opened))
    statement.set_options(**{adbc_driver_sqlite.StatementOptions.BATCH_ROWS.value: str(PART)})
    statement.set_sql_query(query)
    stream, _ = statement.execute_query()
    return pa.RecordBatchReader._import_from_c(stream.address)  # noqa: SLF001 - as pyarrow documents it


def _typed_parts(batches: pa.RecordBatchReader, fields: pa.Schema, *, coded: bool) -> list[pa.Table]:
    """Without the example. One part after the other: stamps as texts take three times their room."""
    tables = []
    for place, part in enumerate(batches):
        rows = part.slice(0 if place else 1)
        columns = [_typed(column, each.type, coded=coded) for column, each in zip(rows, fields, strict=True)]
        tables.append(pa.table(columns, fields.names))
    return tables


def _typed(column: pa.Array, type_: pa.DataType, *, coded: bool) -> pa.Array:
    """As its type, a text column of few values as a dictionary. Always a copy: one column of ADBC's would keep all of its part."""
    if pa.types.is_timestamp(type_):
        return _blank(column).cast(type_)
    if coded and pa.types.is_string(type_):
        found = column.dictionary_encode()
        if len(found.dictionary) * FEW < len(column):
            return found
    return pa.concat_arrays([column[:1], column[1:]]).cast(type_)


def _alike(tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
    """A column is a dictionary where it is one in the first part; parts at the end may be a few rows."""
    schema = tables[0].schema
    for part in tables:
        yield pa.table([_as(column, each.type) for column, each in zip(part.columns, schema, strict=True)], schema)


def _as(column: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray:
    return column if column.type == type_ else column.dictionary_encode() if pa.types.is_dictionary(type_) else column.cast(type_)


def _sorted(table: pa.Table, order: Sequence[str]) -> pa.Table:
    """As they come where they are in order, which they are but for joins."""
    keys = [table[name].to_numpy() for name in order]
    first = keys[0]
    if bool((first[1:] > first[:-1]).all()):
        return table
    return table.sort_by([(name, "ascending") for name in order])


def _blank(column: pa.Array) -> pa.Array:
    """Without the empty text of the first row, which is no stamp."""
    return pc.if_else(pc.equal(column, ""), None, column)


def _schema(query: sa.Select[Any]) -> pa.Schema:
    return pa.schema([(column.name, arrow_type(column.type)) for column in query.selected_columns])


def _sql(connection: sa.Connection, query: sa.SelectBase) -> str:
    return str(query.compile(connection, compile_kwargs={"literal_binds": True}))


def _column(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(type_) and isinstance(next((value for value in values if value is not None), None), str):
        return pa.array(values, pa.string()).cast(type_)  # SQLite keeps stamps as text
    return pa.array(values, type_)


def arrow_type(type_: sa.types.TypeEngine[Any]) -> pa.DataType:
    """The Arrow type of a database column."""
    if isinstance(type_, sa.DateTime):
        return pa.timestamp("us")
    return pa.int64() if isinstance(type_, sa.Integer) else pa.string()
