"""Store: rows into tables in bulk, as tuples through the driver: three times as fast as dictionaries through SQLAlchemy (FACTS.md)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

CHANGED = "csbook_changed"  # rows on their way into an update
VALUES = 1_200  # of one statement that inserts
CHUNK = 5_000  # values in one look-up: below the bound parameters that either engine takes


def insert(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert `rows`, tuples in the order of `names`. Stamps are `2023-10-01 09:00:00.000000`, as SQLAlchemy spells them for SQLite."""
    if not rows:
        return
    quoted = _quoted(connection, names)
    if _copies(connection):
        _copy(connection, table.name, quoted, rows)
        return
    row = f"({', '.join([_mark(connection)] * len(names))})"
    count = max(1, VALUES // len(names))  # rows of one statement: to begin and end one takes as long as four values
    whole = len(rows) - len(rows) % count
    for each, first, last in ((count, 0, whole), (1, whole, len(rows))):
        values = [tuple(itertools.chain.from_iterable(rows[start : start + each])) for start in range(first, last, each)]
        if values:
            connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(quoted)}) VALUES {', '.join([row] * each)}", values)


def update(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set `names`, in this order, by primary key, whose values close each tuple."""
    if not rows:
        return
    quoted, keys = _quoted(connection, names), _quoted(connection, [column.name for column in table.primary_key])
    if _copies(connection):
        columns = ", ".join([*quoted, *keys])
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {CHANGED} ON COMMIT DROP AS SELECT {columns} FROM {table.name} WITH NO DATA")
        _copy(connection, CHANGED, [*quoted, *keys], rows)
        values = ", ".join(f"{name} = {CHANGED}.{name}" for name in quoted)
        which = " AND ".join(f"{table.name}.{name} = {CHANGED}.{name}" for name in keys)
        connection.exec_driver_sql(f"UPDATE {table.name} SET {values} FROM {CHANGED} WHERE {which}")
        connection.exec_driver_sql(f"DROP TABLE {CHANGED}")
        return
    mark = _mark(connection)
    values, which = ", ".join(f"{name} = {mark}" for name in quoted), " AND ".join(f"{name} = {mark}" for name in keys)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {values} WHERE {which}", list(rows))


def _copies(connection: sa.Connection) -> bool:
    """Is there COPY: rows as one stream instead of a statement each?"""
    return connection.dialect.name == "postgresql"


def _copy(connection: sa.Connection, table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    driver, dialect, sql = connection.connection.driver_connection, connection.dialect, f"COPY {table} ({', '.join(names)}) FROM STDIN"
    assert driver is not None and dialect.loaded_dbapi is not None  # noqa: S101, PT018 - a connection in use
    try:
        with driver.cursor() as cursor, cursor.copy(sql) as stream:
            for row in rows:
                stream.write_row(row)
    except dialect.loaded_dbapi.Error as error:
        # as SQLAlchemy words what its own statements meet
        raise sa.exc.DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect) from error


def rows_in(connection: sa.Connection, query: sa.Select[Any], column: sa.Column[Any], values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of a query with a condition, of which `column` is one of `values`, in no order and as the driver gives them."""
    begin, mark = written_out(connection, query), _mark(connection)
    for chunk in chunks(values):
        marks = ", ".join([mark] * len(chunk))
        yield from fetched(connection.exec_driver_sql(f"{begin} AND {column.table.name}.{column.name} IN ({marks})", tuple(chunk)))


def begins(connection: sa.Connection, column: sa.Column[str], sign: str) -> sa.ColumnElement[bool]:
    """Does a text begin with this sign of ASCII? By an index, where there is one: byte by byte, which each engine has a name for."""
    spelled = column.collate("C" if _copies(connection) else "BINARY")
    return sa.and_(spelled >= sign, spelled < chr(ord(sign) + 1))


def written_out(connection: sa.Connection, query: sa.SelectBase) -> str:
    """A query as SQL for the driver, its values within."""
    return str(query.compile(connection, compile_kwargs={"literal_binds": True}))


def any_of(connection: sa.Connection, table: sa.Table, form: str) -> bool:
    """Has the table a row of this form? Where it has none, nothing need be looked up."""
    return connection.execute(sa.select(table.c.form).where(table.c.form == form).limit(1)).first() is not None


def fetched(result: sa.CursorResult[Any]) -> Iterator[tuple[Any, ...]]:
    """The driver's own rows, without a wrapper each, some thousand at a time."""
    with result:
        while rows := result.cursor.fetchmany(CHUNK):
            yield from rows


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Distinct values, CHUNK at a time, in a stable order."""
    distinct = sorted(set(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def moment(value: dt.datetime | str | None) -> dt.datetime | None:
    """A stamp as a driver gives it: SQLite keeps texts."""
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


def _mark(connection: sa.Connection) -> str:
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


def _quoted(connection: sa.Connection, names: Sequence[str]) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote
    return [quote(name) for name in names]
