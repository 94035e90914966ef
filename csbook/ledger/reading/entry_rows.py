"""Entry rows: stored records as the rows they came from, for a new template or a printed page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.forms.stored import stored, words_of
from csbook.ledger.database import schema
from csbook.ledger.database.schema import CLOCK, COLUMNS, OPEN, STAMP
from csbook.ledger.database.types import agree
from csbook.ledger.database.values import loads

Row = dict[str, Any]
NAMES = ("source_id", "record_no")


def open_rows(connection: sa.Connection, form: Form, desks: Sequence[str]) -> dict[str, list[Row]]:
    """Desk → its open records, oldest first, each by field: `source_id` (None where it came without one), `record_no`, and every
    typed field that is filled, redacted as stored: keys of lists, datetimes, times, whole numbers, texts, the words of a promise.
    """
    found: dict[str, list[Row]] = {desk: [] for desk in desks}
    for desk, row in _rows(connection, form, schema.record.c.state == OPEN):
        if desk in found:
            found[desk].append(row)
    return found


def numbered_rows(connection: sa.Connection, form: Form, numbers: Sequence[str]) -> dict[str, Row]:
    """Number → the record that has it, whatever its state; without the numbers that no record has."""
    return {row["record_no"]: row for _, row in _rows(connection, form, schema.record.c.record_no.in_(numbers))}


def _rows(connection: sa.Connection, form: Form, which: sa.ColumnElement[bool]) -> Iterator[tuple[str, Row]]:
    """Desk and row, oldest first. Raises UsageError as csbook.ledger.database.types.agree says."""
    agree(connection, form)
    record, types = schema.record, stored(form)
    columns = [name for name in types if COLUMNS.get(name) == types[name]]
    query = sa.select(record.c.desk, record.c.rest, *(record.c[name] for name in (*NAMES, *columns))).where(
        record.c.form == form.name, which
    )
    for row in connection.execute(query.order_by(record.c.id)):
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        desk, rest = values.pop("desk"), loads(values.pop("rest"))
        typed = {name: _typed(value, types.get(name)) for name, value in {**values, **rest}.items() if value is not None}
        yield desk, _as_handed_in(form, typed)


def stored_row(form: Form, content: Mapping[str, Any]) -> Row:
    """The content of a revision as such a row, without id and number."""
    types = stored(form)
    return _as_handed_in(form, {name: _typed(value, types.get(name)) for name, value in content.items() if value is not None})


def _typed(value: Any, type_: str | None) -> Any:
    """Stamps and clocks that stand as text, as they do in JSON."""
    if isinstance(value, str) and type_ in {STAMP, CLOCK}:
        return dt.datetime.fromisoformat(value) if type_ == STAMP else dt.time.fromisoformat(value)
    return value


def _as_handed_in(form: Form, values: Row) -> Row:
    """Typed fields only; a due stamp as it was written, since a date alone is not the midnight that it lasts until."""
    row = {name: values.get(name) for name in NAMES}
    for field in form.fields:
        if field.typed and field.name in values:
            row[field.name] = values.get(words_of(field.name), values[field.name]) if field.kind == "due" else values[field.name]
    return row
