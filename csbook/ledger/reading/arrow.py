"""Arrow: the rows of a query as an Arrow table, typed by its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from csbook.ledger.database.engine import AlteredError
from csbook.ledger.database.store import written_out
from csbook.ledger.reading import quoted

PART = 16_000  # rows that are Python's at a time; with more of them, or fewer, the system has more to do for memory


def table(
    connection: sa.Connection, query: sa.Select[Any], *order: str, key: sa.Column[int] | None = None, coded: bool = False
) -> pa.Table:
    """The rows of a query by these of its columns, which hold whole numbers from 0.

    `key`, an index, and `coded`: see csbook.ledger.reading.quoted, which reads SQLite ledgers; a server gives its rows to Python.
    """
    if connection.dialect.name != "sqlite":
        return pa.concat_tables(parts(connection, query.order_by(None).order_by(*(query.selected_columns[name] for name in order)), PART))
    fields = _schema(query)
    found = quoted.rows(connection, query, fields) if key is None else quoted.by_key(connection, query, fields, key, coded=coded)
    pa.default_memory_pool().release_unused()  # what the parts took on their way
    return _sorted(pa.concat_tables(found), order)


def parts(connection: sa.Connection, query: sa.Select[Any], size: int) -> Iterator[pa.Table]:
    """The rows, at most `size` at a time, so that memory stays bounded; at least one table."""
    fields = _schema(query)
    with connection.exec_driver_sql(written_out(connection, query), execution_options={"stream_results": True}) as result:
        yield fields.empty_table()
        for rows in result.partitions(size):
            yield pa.table([_column(values, field.type) for values, field in zip(zip(*rows, strict=True), fields, strict=True)], fields)


def _sorted(table: pa.Table, order: Sequence[str]) -> pa.Table:
    """As they come where they are in order, which they are but for joins."""
    keys = [table[name].to_numpy() for name in order]
    first = keys[0]
    if bool((first[1:] > first[:-1]).all()):
        return table
    return table.sort_by([(name, "ascending") for name in order])


def _schema(query: sa.Select[Any]) -> pa.Schema:
    return pa.schema([(column.name, arrow_type(column.type)) for column in query.selected_columns])


def _column(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    try:
        if pa.types.is_timestamp(type_) and isinstance(next((value for value in values if value is not None), None), str):
            return pa.array(values, pa.string()).cast(type_)  # SQLite keeps stamps as text
        return pa.array(values, type_)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise AlteredError from None  # Arrow's own words quote what stands there


def arrow_type(type_: sa.types.TypeEngine[Any]) -> pa.DataType:
    """The Arrow type of a database column."""
    if isinstance(type_, sa.DateTime):
        return pa.timestamp("us")
    return pa.int64() if isinstance(type_, sa.Integer) else pa.string()
