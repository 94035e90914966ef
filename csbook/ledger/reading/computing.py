"""Computing: a ledger on a server as SQL, for an engine that computes where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from csbook.ledger.database import schema
from csbook.ledger.database.store import written_out
from csbook.ledger.reading.tables import record_query, rest_types, revision_query


@dataclass(frozen=True)
class Queries:
    """What csbook.ledger.reading.tables reads as `records` and `revisions`, as SQL; `url` leads to the server, a password included."""

    url: str
    records: str
    revisions: str


@dataclass(frozen=True)
class Folders:
    """Folders of Parquet that hold the same as `records` and `revisions` of csbook.ledger.reading.tables."""

    records: str
    revisions: str


def queries(connection: sa.Connection) -> Queries:
    """The queries, a field of `rest` as a column of its own."""
    from sqlalchemy.dialects import postgresql  # here: most ledgers are files

    query, rest = record_query(), sa.cast(schema.record.c.rest, postgresql.JSONB)
    others = [sa.cast(rest[name].astext, _sql(type_)).label(name) for name, type_ in rest_types(connection).items()]
    query = query.with_only_columns(*(column for column in query.selected_columns if column.name != "rest"), *others)
    asked = (query, revision_query(several=True))
    both = (written_out(connection, each.order_by(None)) for each in asked)
    return Queries(connection.engine.url.set(drivername="postgres").render_as_string(hide_password=False), *both)


def _sql(type_: pa.DataType) -> sa.types.TypeEngine[Any]:
    if pa.types.is_timestamp(type_):
        return sa.DateTime()
    return sa.BigInteger() if pa.types.is_integer(type_) else sa.Text()
