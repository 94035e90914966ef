"""Tables: the ledger as Arrow tables, column-wise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
import sqlalchemy as sa

from csbook.ledger.database import schema
from csbook.ledger.database.engine import AlteredError
from csbook.ledger.database.schema import COLUMNS, FIRSTS, STAMP, WHOLE
from csbook.ledger.database.values import digest
from csbook.ledger.reading import arrow

ARROW = {STAMP: pa.timestamp("us"), WHOLE: pa.int64()}
HAND_INS = {"first_handed_in": "first_batch", "last_handed_in": "last_batch"}
HEAD = ("id", "form", "form_version", "record_no", "source_id", "desk", "team", "state")


def records(connection: sa.Connection, wanted: Collection[str] | None = None, *, coded: bool = False) -> pa.Table:
    """Every record as it stands, by id: HEAD, every stored field of every form (keys, not labels), category_first, priority_first, seq,
    first_handed_in, last_handed_in (moments of the batches). A clock is text, `14:30:00`. `wanted` names those that are needed, and `id`.
    `coded`: see arrow.table.
    """
    query, types = record_query(dated=False), rest_types(connection)
    batches = dict(row for row in connection.execute(sa.select(schema.batch.c.id, schema.batch.c.at)))
    if wanted is not None:
        types = {name: type_ for name, type_ in types.items() if name in wanted}
        needed = {"id", *wanted}
        # other forms have nothing in `rest` that is wanted
        having = sa.select(schema.form_field.c.form).where(schema.form_field.c.name.in_(types))
        rest = sa.case((schema.record.c.form.in_(list(connection.scalars(having))), schema.record.c.rest), else_="{}").label("rest")
        columns = [column for column in query.selected_columns if column.name in needed]
        query = query.with_only_columns(*columns, *([rest] if types else []))
    return _widened(_dated(arrow.table(connection, query, "id", key=schema.record.c.id, coded=coded), batches), types)


def record_batches(connection: sa.Connection, which: sa.ColumnElement[bool], size: int) -> Iterator[pa.Table]:
    """The records of which `which` is true, as `records` gives them, at most `size` at a time, so that memory stays bounded."""
    query, types = record_query().where(which), rest_types(connection)
    for part in arrow.parts(connection, query, size):
        if len(part):
            yield _widened(part, types)


def record_query(*, dated: bool = True) -> sa.Select[Any]:
    """The records with their hand-ins, not `dated` by the ids of their batches, the fields of `rest` in one column."""
    record = schema.record
    # no joins: SQLite would scan the few batches first, and sort all records afterwards
    handed_in = ((_moment_of(record.c[batch]) if dated else record.c[batch]).label(name) for name, batch in HAND_INS.items())
    return sa.select(*(record.c[name] for name in (*HEAD, *COLUMNS, *FIRSTS, "seq")), *handed_in, record.c.rest).order_by(record.c.id)


def _moment_of(number: sa.ColumnElement[int]) -> sa.ScalarSelect[Any]:
    """When a batch was handed in."""
    batch = schema.batch.alias()
    return sa.select(batch.c.at).where(batch.c.id == number).scalar_subquery()


def _dated(table: pa.Table, batches: Mapping[int, dt.datetime]) -> pa.Table:
    """With the moments of the hand-ins for the ids of their batches: a look-up a record is a tenth of all reading."""
    ids, moments = pa.array(batches, pa.int64()), pa.array(batches.values(), pa.timestamp("us"))
    for name in HAND_INS.keys() & {*table.column_names}:
        found = pc.take(moments, pc.index_in(table[name], ids))
        table = table.set_column(table.column_names.index(name), name, found)
    return table


def _widened(table: pa.Table, types: dict[str, pa.DataType]) -> pa.Table:
    """With a column for each field that stands in `rest`."""
    if "rest" not in table.column_names:
        return table
    others = _expanded(table["rest"], types)
    table = table.drop_columns(["rest"])
    for name in others.column_names:
        table = table.append_column(name, others[name])
    return table


def rest_types(connection: sa.Connection) -> dict[str, pa.DataType]:
    """Fields outside the typed columns; where forms disagree, text."""
    types: dict[str, pa.DataType] = {}
    field = schema.form_field.c
    for name, type_ in connection.execute(sa.select(field.name, field.type).order_by(field.name)):
        arrow = ARROW.get(type_, pa.string())
        types[name] = arrow if types.get(name, arrow) == arrow else pa.string()
    return {name: type_ for name, type_ in types.items() if name not in COLUMNS}


def _expanded(rest: pa.ChunkedArray, types: dict[str, pa.DataType]) -> pa.Table:
    """The JSON objects of `rest` as columns."""
    wanted = pa.schema(list(types.items()))
    if not len(rest) or not types:
        return wanted.empty_table() if types else pa.table({})
    rest = rest.cast(pa.string())
    options = pyarrow.json.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore")
    read = pyarrow.json.ReadOptions(block_size=1 << 24)
    filled = pc.not_equal(rest, "{}")
    lines = [_lines(part) for part in rest.filter(filled).chunks if len(part)]
    try:
        parts = [pyarrow.json.read_json(each, parse_options=options, read_options=read) for each in lines]
    except pa.ArrowInvalid:
        raise AlteredError from None
    # one line a filled text; every other has nothing
    places = pc.if_else(filled, pc.subtract(pc.cumulative_sum(filled.cast(pa.int64())), 1), None)
    return pa.concat_tables([*parts, wanted.empty_table()]).take(places)


def _lines(texts: pa.Array) -> pa.BufferReader:
    """Texts, a line each, without a text of Python's."""
    _, _, characters = pc.binary_join_element_wise(texts, "", "\n").buffers()
    return pa.BufferReader(characters)


def revisions(connection: sa.Connection, *, several: bool = False) -> pa.Table:
    """Every state of every record: record_id, form, record_no, seq, state, resolved_at, handed_in (moment of the batch).

    `several`: only of records that have more than one; of the others the record says the same."""
    return arrow.table(connection, revision_query(several=several), "record_id", "seq", key=schema.revision.c.record_id)


def revision_query(*, several: bool = False) -> sa.Select[Any]:
    """See revisions."""
    record, revision, batch = schema.record, schema.revision, schema.batch
    query = (
        sa.select(
            record.c.id.label("record_id"), record.c.form, record.c.record_no, revision.c.seq, revision.c.state, revision.c.resolved_at,
            batch.c.at.label("handed_in"),
        )
        .join_from(revision, record, revision.c.record_id == record.c.id).join(batch, revision.c.batch_id == batch.c.id)
        .order_by(record.c.id, revision.c.seq)
    )  # fmt: skip
    again = schema.revision.alias()
    # by the key of the revisions, which is an index: `seq` of a record stands at the end of a wide row
    return query.where(sa.exists().where(again.c.record_id == revision.c.record_id, again.c.seq > 1)) if several else query


def quarantine(connection: sa.Connection) -> pa.Table:
    """Every row kept aside, open or not: id, form, form_version, kind (quarantined, conflict), status (open, mended, replaced),
    receipt_id, source_id, desk, team, record_no of the record it is about, batch, handed_in, path, sheet, row; as JSON, content (the
    redacted row) and issues.
    """
    return arrow.table(connection, quarantine_query(), "id")


def quarantine_query() -> sa.Select[Any]:
    """See quarantine."""
    entry, file, batch, record = schema.quarantine, schema.source_file, schema.batch, schema.record
    names = ("id", "form", "form_version", "kind", "status", "receipt_id", "source_id", "desk", "team")
    return (
        sa.select(
            *(entry.c[name] for name in names), record.c.record_no, entry.c.batch_id.label("batch"), batch.c.at.label("handed_in"),
            file.c.path, entry.c.sheet, entry.c.row_no.label("row"), entry.c.content, entry.c.issues,
        )
        .join(batch, entry.c.batch_id == batch.c.id)
        .join(file, (entry.c.batch_id == file.c.batch_id) & (entry.c.file_no == file.c.file_no))
        .outerjoin(record, entry.c.record_id == record.c.id).order_by(entry.c.id)
    )  # fmt: skip


def batches(connection: sa.Connection) -> pa.Table:
    """Every batch: id, at, handed_in_by, program and its counts, rows_read and so on."""
    return arrow.table(connection, sa.select(schema.batch), "id")


def status(connection: sa.Connection) -> dict[str, Any]:
    """Counts: `forms` (form -> records and records by state), `quarantine_open`, and `last_batch` (id, at, handed_in_by) or None."""
    record, entry, batch = schema.record, schema.quarantine, schema.batch
    forms: dict[str, dict[str, int]] = {}
    count = sa.func.count()
    query = sa.select(record.c.form, record.c.state, count).group_by(record.c.form, record.c.state).order_by(record.c.form, record.c.state)
    for form, state, number in connection.execute(query):
        of_form = forms.setdefault(form, {"records": 0, "open": 0, "resolved": 0, "withdrawn": 0})
        of_form[state] += number
        of_form["records"] += number
    waiting = connection.scalar(sa.select(count).select_from(entry).where(entry.c.status == "open"))
    latest = sa.select(batch.c.id, batch.c.at, batch.c.handed_in_by).order_by(batch.c.id.desc()).limit(1)
    last = connection.execute(latest).mappings().first()
    return {"forms": forms, "quarantine_open": waiting, "last_batch": dict(last) if last else None}


def hand_ins(connection: sa.Connection) -> dict[str, dt.datetime]:
    """Desk → the moment of the last batch in which rows of one of its workbooks were read."""
    batch, file = schema.batch, schema.source_file
    query = (
        sa.select(file.c.desk, sa.func.max(batch.c.at, type_=sa.DateTime).label("last")).join_from(file, batch).where(file.c.rows_read > 0)
    )
    return {each.desk: each.last for each in connection.execute(query.group_by(file.c.desk))}


def key(connection: sa.Connection) -> bytes:
    """A secret of this ledger that stays as long as it lives, hashed from all that its first batch wrote; makes codes of names."""
    return digest("codes", str(connection.scalar(sa.select(schema.audit.c.hash).order_by(schema.audit.c.id).limit(1)))).encode()
