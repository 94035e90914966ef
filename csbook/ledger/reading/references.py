"""References: which records that rows name are known to the ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from csbook.ledger.database.schema import alias, number_sequence, record
from csbook.ledger.database.store import chunks
from csbook.rows import Rows
from csbook.rules.excel import JOINT
from csbook.rules.rule import flag


def known_references(connection: sa.Connection, values: Iterable[str]) -> set[str]:
    """Those of `values` that name a record: a source id, a number, or form and number (`response 20231001001`)."""
    named = {value: value.rsplit(" ", 1) for value in values}
    # the sequences list every form that has records, so that both look-ups run over an index
    forms = set(connection.scalars(sa.select(number_sequence.c.form).distinct()))
    found: set[tuple[str, str]] = set()
    for chunk in chunks(parts[-1] for parts in named.values()):
        for of_form, key in ((record.c.form, record.c.record_no), (alias.c.form, alias.c.source_key)):
            query = sa.select(of_form, key).where(of_form.in_(forms), key.in_(chunk))
            found |= {(form, found_key) for form, found_key in connection.execute(query)}
    anywhere = {key for _, key in found}
    return {value for value, parts in named.items() if (tuple(parts) in found if len(parts) > 1 else parts[0] in anywhere)}


def named(rows: Sequence[Rows]) -> set[str]:
    """Every reference in the fields of kind `references`, which intake has joined with JOINT."""
    return {part for each in rows for name in _fields(each) for text in each.frame[name].dropna().unique() for part in text.split(JOINT)}


def flagged(rows: Sequence[Rows], known: set[str]) -> tuple[Rows, ...]:
    """The rows with a flag column `field?unknown`; records that come in with the same batch are known by their source id."""
    known = known | {source_id for each in rows for source_id in each.places["source_id"].dropna().unique()}
    return tuple(_flagged(each, known) for each in rows)


def _flagged(rows: Rows, known: set[str]) -> Rows:
    flags = {}
    for name in _fields(rows):
        unknown = [text for text in rows.frame[name].dropna().unique() if not known.issuperset(text.split(JOINT))]
        flags[flag(name, "unknown")] = rows.frame[name].isin(unknown)
    return dataclasses.replace(rows, frame=rows.frame.assign(**flags)) if flags else rows


def _fields(rows: Rows) -> list[str]:
    return [field.name for field in rows.form.fields if field.kind == "references" and field.name in rows.frame]
