"""The engine that computes: Ibis, where the tables lie; Arrow tables are computed in this process. Missing columns are null."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.ending import at_last
from csbook.messages import WordedUnfinishedError, WordedUsageError
from csbook.metrics.packed import packed

# an engine merges selects in selects itself, in a fraction of the time
ibis.options.sql.fuse_selects = False
_told = weakref.WeakSet[Any]()  # connections to engines of this process
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
    return held(table.drop_columns([name for name in ("id",) if name in table.column_names]).append_column("id", ids))


def held(table: pa.Table) -> ir.Table:
    """A table of this process for an engine, which forgets it when nobody refers to it any more; Ibis 12 would keep it to the end."""
    found = ibis.memtable(table)
    weakref.finalize(found.op(), _forget, found.op().name).atexit = False
    return found


def _forget(name: str) -> None:
    for connection in _told:
        connection.con.unregister(name)


def asked(url: str, records: str, revisions: str) -> tuple[ir.Table, ir.Table]:
    """What SQL gives where a database lies: nothing is read before it is needed."""
    connection = ibis.connect(url)
    return connection.sql(records), connection.sql(revisions)


def stored(url: str | None, records: str, revisions: str) -> tuple[ir.Table, ir.Table]:
    """Folders of Parquet, read by the engine that Ibis knows by this URL, without one by that of this process.

    Raises UsageError for an engine that is not known or not installed, UnfinishedError where it does not answer.
    """
    engine = (url or "").partition(":")[0]
    try:
        connection = ibis.connect(url) if url else ibis.get_backend()
        return connection.read_parquet(records), connection.read_parquet(revisions)
    except (ValueError, ImportError, AttributeError) as error:
        raise WordedUsageError("metrics.no_engine", engine=engine) from error
    except Exception as error:  # every engine has faults of its own
        raise WordedUnfinishedError("metrics.engine_failed", engine=engine, kind=type(error).__name__) from error


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
    return held(pa.table({name: pa.array(list(values), type_) for name, (type_, values) in columns.items()}))


@dataclass(frozen=True)
class Engine:
    """A connection and what runs on it."""

    connection: ibis.BaseBackend

    @classmethod
    def of(cls, table: ir.Table) -> Engine:
        """The engine of a table, in this process for one that lies here; what it puts aside on the disk goes when it is left."""
        connection = ibis.get_backend(table)
        at_last(connection.disconnect)
        if connection.name == "duckdb":
            _told.add(connection)
            # where it takes its program for a shell, it draws one into what is printed as soon as a query takes two seconds
            connection.raw_sql("SET enable_progress_bar = false")
        return cls(connection)

    def store(self, content: pa.Table | ir.Table, columns: Sequence[str] = (), words: Callable[[], Iterable[str]] = tuple) -> ir.Table:
        """Keep a table, or compute an expression once; gone when nobody refers to it any more. Text `columns` hold no text but these words,
        which an engine may know how to make use of."""
        if not isinstance(content, ir.Table):
            return held(content)
        # Ibis 12 tells an engine of this process' tables before it runs a query, but not each engine before it keeps one
        self.connection._run_pre_execute_hooks(content)  # noqa: SLF001
        if self.connection.name == "duckdb":
            return packed(self.connection, content, columns, words())
        return content.cache().cast(content.schema())  # an engine may have kept a number as a decimal

    def words(self, table: ir.Table, columns: Sequence[str]) -> set[str]:
        """Every text that stands in these columns, in one pass."""
        found = self.connection.to_pyarrow(table.aggregate(**{name: table[name].collect(distinct=True) for name in columns}))
        return {word for column in found.columns for word in column[0].as_py() or ()}

    def run(self, expression: ir.Table) -> pd.DataFrame:
        """The result as pandas: text `str`, stamps datetime64[us], whole numbers int64 (Int64 where some are missing)."""
        # by way of Arrow: Ibis 12's own to_pandas asks pandas for a deprecated option
        found, kinds = self.connection.to_pyarrow(expression), _kinds(expression)
        return pd.DataFrame({name: series(found[name], kinds.get(name)) for name in found.column_names})

    def texts(self, column: ir.StringColumn) -> list[str]:
        """The distinct texts of a column, in order. By groups: an engine may put its order's columns into a SELECT DISTINCT."""
        table = column.name("text").as_table()
        grouped = table.filter(table.text.notnull()).group_by("text").aggregate(n=ibis._.count())
        return sorted(self.run(grouped)["text"].tolist())


ARROW = {"text": pa.string(), "stamp": STAMP, "whole": pa.int64(), "number": pa.float64(), "truth": pa.bool_()}
PANDAS: Mapping[str, Any] = {"text": pd.StringDtype(na_value=float("nan")), "whole": pd.Int64Dtype(), "truth": pd.BooleanDtype()}


def series(column: pa.ChunkedArray | pa.Array, kind: str | None) -> pd.Series:
    """A column as Engine.run gives it; one by one, as pandas is slow to cast the columns of a wide frame."""
    type_ = PANDAS.get(kind or "") if kind != "whole" or column.null_count else None
    typed = column if kind is None else column.cast(ARROW[kind])
    found: pd.Series = typed.to_pandas(types_mapper=None if type_ is None else lambda _: type_)
    return found


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
