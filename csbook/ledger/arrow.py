"""Arrow: the rows of a query as an Arrow table, typed by its columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import adbc_driver_manager
import adbc_driver_sqlite
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

PART = 50_000  # rows that are Python's at a time


def table(connection: sa.Connection, query: sa.Select[Any], *order: str) -> pa.Table:
    """The rows of a query by these of its columns, which hold whole numbers from 0. The last thing to be asked in its transaction.

    From a SQLite file they come through ADBC, in less than half the time; all other ledgers give them to Python.
    """
    file = _file(connection)
    if file is not None:
        try:
            return _read(file, query, order, connection)
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


def _read(file: str, query: sa.Select[Any], order: Sequence[str], connection: sa.Connection) -> pa.Table:
    """Through ADBC, which takes a column's type from its first rows, all missing perhaps: so one goes before them that has a value in each.

    SQLite keeps its locks by process and file, and ADBC has a SQLite of its own: when it closes the file, those of `connection` are gone.
    """
    fields = _schema(query)
    values = ("-1" if pa.types.is_integer(each.type) else "''" for each in fields)
    example: sa.SelectBase = sa.select(*[sa.literal_column(value).label(each.name) for value, each in zip(values, fields, strict=True)])
    every: sa.SelectBase = sa.union_all(example, query.order_by(None)).order_by(*map(sa.literal_column, order))
    with (
        adbc_driver_sqlite.connect(file) as database,
        adbc_driver_manager.AdbcConnection(database) as opened,
        adbc_driver_manager.AdbcStatement(opened) as statement,
    ):
        statement.set_options(**{adbc_driver_sqlite.StatementOptions.BATCH_ROWS.value: str(PART)})
        statement.set_sql_query(_sql(connection, every))
        stream, _ = statement.execute_query()
        batches = pa.RecordBatchReader._import_from_c(stream.address)  # noqa: SLF001 - as pyarrow documents it
        # one part after the other: stamps as texts take three times their room
        typed = [pa.table([_typed(column, field.type) for column, field in zip(part, fields, strict=True)], fields) for part in batches]
    return pa.concat_tables(typed).slice(1)


def _typed(column: pa.Array, type_: pa.DataType) -> pa.Array:
    return column if column.type == type_ else _blank(column).cast(type_) if pa.types.is_timestamp(type_) else column.cast(type_)


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
