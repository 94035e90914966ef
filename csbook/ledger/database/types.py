"""Types: those of the fields that stand in `rest`, as the ledger knows them beside what a form says of them now."""

from __future__ import annotations

import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.forms.stored import stored
from csbook.ledger.database.schema import COLUMNS, form_field, record
from csbook.ledger.database.store import insert, update
from csbook.messages import WordedUsageError


def agree(connection: sa.Connection, form: Form) -> None:
    """Raises UsageError where records hold values of a field in another type than its form declares now: one name has one type."""
    types, known = stored(form), _known(connection, form)
    shared = {name: COLUMNS[name] for name, type_ in types.items() if COLUMNS.get(name, type_) != type_}
    other = shared | {name: known[name] for name in types.keys() - shared if known.get(name, types[name]) != types[name]}
    held = next((name for name in sorted(other) if name in shared or _is_held(connection, form, name)), None)
    if held is not None:
        raise WordedUsageError("ledger.other_type", form=form.name, field=held, known=other[held], type=types[held])


def register(connection: sa.Connection, form: Form) -> None:
    """Keep the types of the fields that stand in `rest`."""
    known = _known(connection, form)
    types = {name: type_ for name, type_ in stored(form).items() if COLUMNS.get(name) != type_}
    insert(
        connection, form_field, ("form", "name", "type"), [(form.name, name, type_) for name, type_ in types.items() if name not in known]
    )
    update(
        connection, form_field, ("type",), [(type_, form.name, name) for name, type_ in types.items() if known.get(name, type_) != type_]
    )


def _known(connection: sa.Connection, form: Form) -> dict[str, str]:
    return dict(row for row in connection.execute(sa.select(form_field.c.name, form_field.c.type).where(form_field.c.form == form.name)))


def _is_held(connection: sa.Connection, form: Form, name: str) -> bool:
    filled = sa.select(record.c.id).where(record.c.form == form.name, record.c.rest.contains(f'"{name}":', autoescape=True))
    return connection.execute(filled.limit(1)).first() is not None
