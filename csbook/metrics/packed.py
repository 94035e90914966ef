"""Packed: tables that DuckDB keeps in memory, compressed to a tenth; texts of some columns as places in a list of words."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

PLACE = "packed"


def packed(connection: ibis.BaseBackend, content: ir.Table, columns: Sequence[str] = (), words: Iterable[str] = ()) -> ir.Table:
    """What an expression gives, gone when nobody refers to it any more. Text `columns` hold no text but these words."""
    types, name, kind = connection.compiler.type_mapper, ibis.util.gen_name("kept"), ibis.util.gen_name("words")
    casts = {each: types.to_string(type_) for each, type_ in content.schema().items() if not type_.is_string()}
    listed = ", ".join("'{}'".format(word.replace("'", "''")) for word in sorted({*words}))
    if columns:
        connection.raw_sql(f"CREATE TYPE {kind} AS ENUM ({listed})")
        casts |= dict.fromkeys(columns, kind)
    # the query apart, as Ibis would copy the whole of it to put it into another; casts, as a sum of whole numbers is no whole number there
    chosen = ", ".join(f'CAST("{each}" AS {casts[each]}) AS "{each}"' if each in casts else f'"{each}"' for each in content.columns)
    connection.raw_sql(f"ATTACH IF NOT EXISTS ':memory:' AS {PLACE} (COMPRESS)")
    connection.raw_sql(f"CREATE TABLE {PLACE}.main.{name} AS SELECT {chosen} FROM ({connection.compile(content)})")
    connection.raw_sql(f"CHECKPOINT {PLACE}")
    # what DuckDB says of an ENUM, all its words, Ibis would read word by word
    schema = ibis.schema({each: type_(nullable=True) for each, type_ in content.schema().items()})
    table = ops.DatabaseTable(name, schema=schema, source=connection, namespace=ops.Namespace(PLACE, "main")).to_expr()
    weakref.finalize(table.op(), _drop, connection, name, kind)
    return table


def _drop(connection: ibis.BaseBackend, name: str, kind: str) -> None:
    connection.raw_sql(f"DROP TABLE IF EXISTS {PLACE}.main.{name}")
    connection.raw_sql(f"DROP TYPE IF EXISTS {kind}")
