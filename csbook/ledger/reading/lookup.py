"""Look up: which records a text names, and every revision of one record with who, when and from which row of which file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from csbook.ledger.batch import batch_name
from csbook.ledger.database import schema
from csbook.ledger.database.schema import UNNAMED, alias, record
from csbook.ledger.database.values import loads

NAMED = "id", "form", "record_no", "source_id", "desk", "team", "state"
FOUND = (*NAMED, "customer", "contact_name", "order_no", "agent", "owner", "raised_at", "due_at")
LIKE = record.c.record_no, record.c.source_id, record.c.customer, record.c.contact_name, record.c.order_no

Record = dict[str, Any]


def find(connection: sa.Connection, text: str, limit: int) -> list[Record]:
    """At most `limit` records, newest first, whose number, source id (any they ever came with), customer or order number holds `text`,
    upper and lower case alike: each by FOUND, keys of lists as stored.
    """
    # a key that begins with = stands for a source id that a row did not have
    came_as = sa.select(alias.c.record_id).where(
        alias.c.source_key.icontains(text, autoescape=True), ~alias.c.source_key.startswith(UNNAMED)
    )
    holds = sa.or_(record.c.id.in_(came_as), *(column.icontains(text, autoescape=True) for column in LIKE))
    query = sa.select(*(record.c[name] for name in FOUND)).where(holds).order_by(record.c.id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def unknown(connection: sa.Connection, wanted: Mapping[str, Collection[str]]) -> list[str]:
    """Column of a record → values: those that no record has there."""
    found = []
    for name, values in wanted.items():
        there = set(connection.scalars(sa.select(record.c[name]).where(record.c[name].in_(values)).distinct()))
        found += [value for value in values if value not in there]
    return found


def undefined(connection: sa.Connection, forms: Collection[str]) -> dict[str, int]:
    """Form → how many records the ledger holds of it, for forms that are none of these."""
    query = sa.select(record.c.form, sa.func.count()).where(record.c.form.not_in(list(forms)))
    return dict(row for row in connection.execute(query.group_by(record.c.form).order_by(record.c.form)))


def history(connection: sa.Connection, key: str, form: str | None = None) -> list[Record]:
    """The records with this number of `form`, or, without a form, with this source id: each by NAMED, with `revisions`, oldest first.

    A revision: seq, batch, at and by (when and by whom it was handed in), path, sheet, row, state, `changes`, field → [old, new] as
    stored, None for blank, and `cells`, field → cell it was read from; a stamp that the merge set has none.
    """
    if form is None:
        which = record.c.id.in_(sa.select(alias.c.record_id).where(alias.c.source_key == key)) | (record.c.source_id == key)
    else:
        which = (record.c.form == form) & (record.c.record_no == key)
    query = sa.select(*(record.c[name] for name in NAMED)).where(which).order_by(record.c.id)
    found = [dict(row) for row in connection.execute(query).mappings()]
    return [{**each, "revisions": list(_revisions(connection, each["id"]))} for each in found]


def _revisions(connection: sa.Connection, record_id: int) -> Iterator[Record]:
    revision, file, batch = schema.revision, schema.source_file, schema.batch
    query = (
        sa.select(
            revision.c.seq, batch.c.id.label("batch"), batch.c.at, batch.c.handed_in_by.label("by"), file.c.path, revision.c.sheet,
            revision.c.row_no.label("row"), revision.c.state, revision.c.content, revision.c.filled, file.c.file_no,
        )
        .join_from(revision, batch, revision.c.batch_id == batch.c.id)
        .join(file, (revision.c.batch_id == file.c.batch_id) & (revision.c.file_no == file.c.file_no))
        .where(revision.c.record_id == record_id).order_by(revision.c.seq)
    )  # fmt: skip
    before: Record = {}
    for row in connection.execute(query).mappings():
        values = dict(row)
        letters = _letters(connection, values["batch"], values.pop("file_no"), values["sheet"], values["row"])
        after = {**loads(values.pop("content")), **(filled := loads(values.pop("filled")))}
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        changes = {name: [before.get(name), after.get(name)] for name in names}
        cells = {name: f"{letters[name]}{values['row']}" for name in names if name in letters and name not in filled}
        yield {**values, "batch": batch_name(values["batch"]), "changes": changes, "cells": cells}
        before = after


def _letters(connection: sa.Connection, batch_id: int, file_no: int, sheet: str, row: int) -> dict[str, str]:
    """Field → column letter of the table that holds this row, from the batch's audit entry; empty for a batch that did not keep it."""
    of = schema.audit.c
    entry = connection.scalar(sa.select(of.entry).where(of.batch_id == batch_id, of.action == "merge"))
    told = loads(entry) if entry else {}
    tables = told["files"][file_no]["tables"] if "layouts" in told else []
    above = [(header, layout) for name, header, layout in tables if name == sheet and header < row]
    return dict(told["layouts"][max(above)[1]]) if above else {}
