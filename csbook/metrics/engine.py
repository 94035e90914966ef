"""The engine that computes: Ibis, where the tables lie; Arrow tables are computed in this process. Missing columns are null."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.ending import at_last
from csbook.messages import WordedUnfinishedError, WordedUsageError

# an engine merges selects in selects itself, in a fraction of the time
ibis.options.sql.fuse_selects = False
STAMP = pa.timestamp("us")
STAMPS = (
    "raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "due_at",
    "synced_at",
)  # fmt: skip
TEXTS = (
    "form", "record_no", "source_id", "category", "category_first", "priority", "priority_first", "channel", "department",
    "agent", "owner", "reviewer", "desk", "team", "state", "satisfaction", "result_satisfaction", "description",
    "customer", "contact_name", "contact_phone", "demand", "emotion", "escalated", "escalation_reason", "complex",
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


def lying(table: pa.Table | ir.Table) -> ir.Table:
    """A table where it lies, with `id`, which joins a record to what was computed about it: in an Arrow table the place."""
    if isinstance(table, ir.Table):
        return table
    ids = pa.array(range(len(table)), pa.int64())
    return ibis.memtable(table.drop_columns([name for name in ("id",) if name in table.column_names]).append_column("id", ids))


def asked(url: str, records: str, revisions: str) -> tuple[ir.Table, ir.Table]:
    """What SQL gives where a database lies: nothing is read before it is needed."""
    connection = _connected(url)
    return connection.sql(records), connection.sql(revisions)


def stored(url: str | None, records: str, revisions: str) -> tuple[ir.Table, ir.Table]:
    """Folders of Parquet, read by the engine that Ibis knows by this URL, without one by that of this process.

    Raises UsageError for an engine that is not known or not installed, UnfinishedError where it does not answer.
    """
    engine = (url or "").partition(":")[0]
    try:
        connection = _connected(url)
        return connection.read_parquet(records), connection.read_parquet(revisions)
    except (ValueError, ImportError, AttributeError) as error:
        raise WordedUsageError("metrics.no_engine", engine=engine) from error
    except Exception as error:  # every engine has faults of its own
        raise WordedUnfinishedError("metrics.engine_failed", engine=engine, kind=type(error).__name__) from error


def _connected(url: str | None = None) -> ibis.BaseBackend:
    """The engine of this URL, without one that of this process; what it puts aside on the disk goes when it is left."""
    connection = ibis.connect(url) if url else ibis.get_backend()
    at_last(connection.disconnect)
    return connection


def completed(table: ir.Table, schema: Mapping[str, pa.DataType]) -> ir.Table:
    """`id` and the columns of `schema`, cast; a column that the table lacks is all null, one that is not in the schema goes."""
    types = ibis.Schema.from_pyarrow(pa.schema(list(schema.items())))
    columns = {name: table[name].cast(type_) if name in table.columns else ibis.null(type_) for name, type_ in types.items()}
    return table.select(**({"id": table.id} if "id" in table.columns else {}), **columns)


def keyed(records: ir.Table, revisions: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Both with `key`, what names a record within its form: the source id, or the official number where the revisions tell only that."""
    name = "source_id" if "source_id" in revisions.columns else "record_no"

    def named(table: ir.Table) -> ir.Table:
        return table.mutate(key=table[name] if name in table.columns else ibis.null("string"))

    return named(records), named(revisions)


def listed(**columns: tuple[pa.DataType, Iterable[object]]) -> ir.Table:
    """A small table of these columns, for a join."""
    return ibis.memtable(pa.table({name: pa.array(list(values), type_) for name, (type_, values) in columns.items()}))


def settle(own: Own) -> None:
    """Set the engine of this process, for tables that lie here, before the first of them is looked at."""
    global _own  # there is one such engine
    backend = _connected()
    for statement in own.settings:
        backend.raw_sql(statement)
    _own = own


@dataclass(frozen=True)
class Own:
    """The engine of this process in its own words: settings, the place where it keeps tables, and what makes them small there."""

    settings: Sequence[str] = ()
    place: str | None = None
    packing: Sequence[str] = ()


_own = Own()


@dataclass(frozen=True)
class Engine:
    """A connection and what runs on it."""

    connection: ibis.BaseBackend

    @classmethod
    def of(cls, table: ir.Table) -> Engine:
        """The engine of a table, in this process for one that lies here."""
        return cls(ibis.get_backend(table))

    def store(self, content: pa.Table | ir.Table) -> ir.Table:
        """Keep a table, or compute an expression once; gone when nobody refers to it any more."""
        if not isinstance(content, ir.Table):
            return ibis.memtable(content)
        # Ibis 12 tells an engine of this process' tables before it runs a query, but not each engine before it keeps one
        self.connection._run_pre_execute_hooks(content)  # noqa: SLF001
        if _own.place is not None and self.connection is ibis.get_backend():
            return self._packed(content, _own.place)
        return content.cache().cast(content.schema())  # an engine may have kept a number as a decimal

    def _packed(self, content: ir.Table, place: str) -> ir.Table:
        name = ibis.util.gen_name("kept")
        table: ir.Table = self.connection.create_table(name, schema=content.schema(), database=place)
        # apart, as Ibis would copy the whole query to put it into another
        self.connection.raw_sql(f"INSERT INTO {place}.{name} {self.connection.compile(content)}")
        for statement in _own.packing:
            self.connection.raw_sql(statement)
        weakref.finalize(table.op(), self.connection.drop_table, name, database=place, force=True)
        return table

    def run(self, expression: ir.Table) -> pd.DataFrame:
        """The result as pandas: text `str`, stamps datetime64[us], whole numbers int64 (Int64 where some are missing)."""
        # by way of Arrow: Ibis 12's own to_pandas asks pandas for a deprecated option
        found, kinds = self.connection.to_pyarrow(expression), _kinds(expression)
        return pd.DataFrame({name: _series(found[name], kinds.get(name)) for name in found.column_names})

    def texts(self, column: ir.StringColumn) -> list[str]:
        """The distinct texts of a column, in order. By groups: an engine may put its order's columns into a SELECT DISTINCT."""
        table = column.name("text").as_table()
        grouped = table.filter(table.text.notnull()).group_by("text").aggregate(n=ibis._.count())
        return sorted(self.run(grouped)["text"].tolist())


ARROW = {"text": pa.string(), "stamp": STAMP, "whole": pa.int64(), "number": pa.float64(), "truth": pa.bool_()}
PANDAS: Mapping[str, Any] = {"text": pd.StringDtype(na_value=float("nan")), "whole": pd.Int64Dtype(), "truth": pd.BooleanDtype()}


def _series(column: pa.ChunkedArray, kind: str | None) -> pd.Series:
    """See Engine.run; one by one, as pandas is slow to cast the columns of a wide frame."""
    type_ = PANDAS.get(kind or "") if kind != "whole" or column.null_count else None
    typed = column if kind is None else column.cast(ARROW[kind])
    series: pd.Series = typed.to_pandas(types_mapper=None if type_ is None else lambda _: type_)
    return series


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
