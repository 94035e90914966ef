"""The engine that computes: Ibis over DuckDB in process, fed with Arrow tables whose missing columns are filled with nulls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

STAMP = pa.timestamp("us")
STAMPS = (
    "raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "due_at",
)  # fmt: skip
TEXTS = (
    "form", "record_no", "source_id", "category", "category_first", "priority", "priority_first", "channel", "department",
    "agent", "owner", "reviewer", "desk", "team", "state", "satisfaction", "result_satisfaction", "description",
    "customer", "contact_name", "emotion", "escalated", "complex",
)  # fmt: skip
NUMBERS = ("call_minutes", "online_seconds")
RECORD: Mapping[str, pa.DataType] = {
    **dict.fromkeys((*TEXTS, "key"), pa.string()),
    **dict.fromkeys((*STAMPS, "first_handed_in"), STAMP),
    **dict.fromkeys(NUMBERS, pa.int64()),
}
REVISION: Mapping[str, pa.DataType] = {
    "form": pa.string(),
    "key": pa.string(),
    "seq": pa.int64(),
    "state": pa.string(),
    "resolved_at": STAMP,
    "handed_in": STAMP,
}


def completed(table: pa.Table, schema: Mapping[str, pa.DataType]) -> pa.Table:
    """The columns of `schema`, cast; a column that the table lacks is all null, one that is not in the schema goes."""
    columns = [table[name].cast(type_) if name in table.column_names else pa.nulls(len(table), type_) for name, type_ in schema.items()]
    return pa.table(dict(zip(schema, columns, strict=True)))


def keyed(records: pa.Table, revisions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Both with `key`, what names a record within its form: the source id, or the official number where the revisions tell only that."""
    name = "source_id" if "source_id" in revisions.column_names else "record_no"

    def named(table: pa.Table) -> pa.Table:
        return table.append_column("key", table[name] if name in table.column_names else pa.nulls(len(table), pa.string()))

    return named(records), named(revisions)


def numbered(table: pa.Table) -> pa.Table:
    """With `id`, which joins a record to what was computed about it, within one run."""
    return table.append_column("id", pa.array(range(len(table)), pa.int64()))


def mapped(column: pa.ChunkedArray, values: Mapping[str, object], type_: pa.DataType) -> pa.ChunkedArray:
    """Each text of the column replaced by its value; only distinct texts were computed."""
    keys = pa.array(list(values), pa.string())
    places = pc.index_in(column, keys)
    return pc.take(pa.array(list(values.values()), type_), places)


@dataclass(frozen=True)
class Engine:
    """A connection and what runs on it."""

    connection: ibis.BaseBackend

    @classmethod
    def start(cls) -> Engine:
        return cls(ibis.duckdb.connect())

    def store(self, name: str, content: pa.Table | ir.Table) -> ir.Table:
        """Keep a table, or compute an expression once, under a name."""
        return self.connection.create_table(name, content, overwrite=True)

    def run(self, expression: ir.Table) -> pd.DataFrame:
        """The result as pandas: text `str`, stamps datetime64[us], whole numbers int64 (Int64 where some are missing)."""
        # by way of Arrow: Ibis 12's own to_pandas asks pandas for a deprecated option
        frame: pd.DataFrame = self.connection.to_pyarrow(expression).to_pandas()
        types = {name: PANDAS[kind] for name, kind in _kinds(expression).items()}
        whole = [name for name, type_ in types.items() if type_ == "Int64"]
        frame = frame.astype(types)
        return frame.astype({name: "int64" for name in whole if not frame[name].hasnans})


PANDAS = {"text": "str", "stamp": "datetime64[us]", "whole": "Int64", "number": "float64", "truth": "boolean"}


def _kinds(expression: ir.Table) -> dict[str, str]:
    """text, stamp, whole, number or truth, by column; others are left as they come."""
    found: dict[str, str] = {}
    for name, type_ in expression.schema().items():
        tests = {"text": type_.is_string(), "stamp": type_.is_timestamp(), "whole": type_.is_integer()}
        tests |= {"number": type_.is_floating(), "truth": type_.is_boolean()}
        kind = next((kind for kind, holds in tests.items() if holds), None)
        if kind is not None:
            found[name] = kind
    return found
