"""Write: what a batch adds to the ledger, as bulk inserts and updates in the order that the foreign keys want."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

import csbook
from csbook.desks import Desk
from csbook.forms.form import Form
from csbook.ledger import numbers, schema
from csbook.ledger.batch import Batch, Counts
from csbook.ledger.current import Current
from csbook.ledger.handed import Handed, Line
from csbook.ledger.known import Entry, Known
from csbook.ledger.schema import COLUMNS, FIRSTS, STAMP, stored
from csbook.ledger.store import insert, update
from csbook.ledger.values import Value, cells, dumps, filled, plain, stamp, texts
from csbook.ledger.verdicts import Revision

BORN = ("id", "form", "source_id", "record_no", "desk", "team", *FIRSTS, "first_batch", "created_at")
KEPT = ("rest", "filled", "row_hash", "seq", "modified", "last_batch", "updated_at")

Row = tuple[Any, ...]


def write_batch(connection: sa.Connection, batch: Batch, counts: Sequence[Counts]) -> int:
    """The batch and its files; returns the batch's id."""
    values = {"at": batch.now, "handed_in_by": batch.user, "program": csbook.__version__, **Counts.sum(counts).as_columns()}
    batch_id = int(connection.execute(schema.batch.insert().values(values).returning(schema.batch.c.id)).scalar_one())
    files = [
        (
            batch_id, number, str(file.path), file.sha256, file.size, stamp(file.modified), file.form, file.version, file.desk.desk,
            file.desk.team, file.issue_code, file.verdict, file.code, *of_file.as_columns().values(),
        )
        for number, (file, of_file) in enumerate(zip(batch.files, counts, strict=True))
    ]  # fmt: skip
    insert(connection, schema.source_file, schema.source_file.columns.keys(), files)
    return batch_id


def write_records(connection: sa.Connection, batch: Batch, batch_id: int, form: Form, after: Sequence[Current]) -> list[Row]:
    """Records of one form as they stand after the batch, new ones with their number, and every revision; returns the rows of those."""
    _number(connection, form, after, batch.now)
    _write_states(connection, batch, batch_id, form, after)  # what it holds is gone before the revisions are spelled
    revisions = sorted((row for each in after for row in _revisions(each, batch_id)), key=operator.itemgetter(0, 1))
    insert(connection, schema.revision, schema.revision.columns.keys(), revisions)
    _register(connection, form)
    return revisions


def _write_states(connection: sa.Connection, batch: Batch, batch_id: int, form: Form, after: Sequence[Current]) -> None:
    """Records as they stand: new ones, changed ones, and those that are known by other facts now."""
    born: list[tuple[Any, ...]] = []
    kept: list[tuple[Any, ...]] = []
    moved: list[tuple[Any, ...]] = []
    moment = stamp(batch.now)
    for current in after:
        last = [row for row, revision in enumerate(current.revisions) if revision.seq == revision.known.seq]
        for row, values in zip(last, _kept(current, last, batch_id, moment), strict=True):
            revision = current.revisions[row]
            if revision.known.born:
                desk = batch.files[revision.line.file].desk
                born.append((*_birth(revision, form.name, desk), batch_id, moment, "\n".join(revision.known.facts), *values))
            else:
                kept.append((*values, revision.known.id))
                if revision.known.moved:
                    moved.append(("\n".join(revision.known.facts), revision.known.id))
    # by their keys, so that tables and indexes grow at their ends
    names = ("form_version", "state", *_own_columns(form), *KEPT)
    insert(connection, schema.record, (*BORN, "facts", *names), sorted(born, key=operator.itemgetter(0)))
    update(connection, schema.record, names, kept)
    update(connection, schema.record, ("facts",), moved)  # apart, since an index over a million of them is touched


def _number(connection: sa.Connection, form: Form, after: Sequence[Current], now: dt.datetime) -> None:
    """Ids and numbers for new records in order of raised time, and what they said first."""
    newborn: list[tuple[dt.datetime, Known]] = []
    for current in after:
        born = [row for row, revision in enumerate(current.revisions) if revision.seq == 1]
        frame = current.frame.iloc[born]
        raised = frame["raised_at"].fillna(pd.Timestamp(now)) if "raised_at" in frame else pd.Series(pd.Timestamp(now), index=frame.index)
        firsts = {name: texts(frame[field]) if field in frame else [None] * len(frame) for name, field in FIRSTS.items()}
        for place, (row, moment) in enumerate(zip(born, raised.dt.to_pydatetime(), strict=True)):
            known = current.revisions[row].known
            known.firsts = {name: values[place] for name, values in firsts.items()}
            newborn.append((moment, known))
    newborn.sort(key=lambda each: each[0])
    first = numbers.reserve(connection, len(newborn))
    issued = numbers.issue(connection, form.name, form.number, [moment for moment, _ in newborn])
    for place, ((_, known), number) in enumerate(zip(newborn, issued, strict=True)):
        known.id, known.record_no = first + place, number


def _birth(revision: Revision, form: str, desk: Desk) -> tuple[Any, ...]:
    """The values of BORN up to the batch."""
    known = revision.known
    return known.id, form, revision.line.source_id, known.record_no, desk.desk, desk.team, *(known.firsts[name] for name in FIRSTS)


def _own_columns(form: Form) -> list[str]:
    """The columns of `record` that this form fills; the other forms' stay empty."""
    return [name for name, type_ in stored(form).items() if COLUMNS.get(name) == type_]


def _kept(current: Current, rows: Sequence[int], batch_id: int, moment: str | None) -> Iterator[Row]:
    """Form version, state, the form's own columns and KEPT for these rows."""
    frame, types = current.frame.iloc[list(rows)], stored(current.form)
    there = {name: type_ for name, type_ in types.items() if name in frame}
    columns = [cells(frame[name], types[name]) if name in there else [None] * len(rows) for name in _own_columns(current.form)]
    others = {name: plain(frame[name], type_) for name, type_ in there.items() if COLUMNS.get(name) != type_}
    rest = [dumps(filled(others, values)) for values in zip(*others.values(), strict=True)] if others else ["{}"] * len(rows)
    state, modified = current.state.iloc[list(rows)].tolist(), functools.cache(stamp)
    for place, (row, *values) in enumerate(zip(rows, *columns, strict=True)):
        known = current.revisions[row].known
        yield (
            current.form.version, state[place], *values, rest[place], dumps(current.filled[row]), known.row_hash,
            known.seq, modified(known.modified), batch_id, moment,
        )  # fmt: skip


def _revisions(current: Current, batch_id: int) -> Iterator[Row]:
    frame = current.frame
    resolved: list[Value] = cells(frame["resolved_at"], STAMP) if "resolved_at" in frame else [None] * len(frame)
    for revision, state, resolved_at, set_here in zip(current.revisions, current.state.tolist(), resolved, current.filled, strict=True):
        line = revision.line
        yield (
            revision.known.id, revision.seq, batch_id, line.file, line.sheet, line.row, dumps(revision.changed), state, resolved_at,
            dumps(set_here), revision.row_hash, revision.content,
        )  # fmt: skip


def _register(connection: sa.Connection, form: Form) -> None:
    """Keep the types of the fields that stand in `rest`."""
    table = schema.form_field
    known = dict(row for row in connection.execute(sa.select(table.c.name, table.c.type).where(table.c.form == form.name)))
    types = {name: type_ for name, type_ in stored(form).items() if COLUMNS.get(name) != type_}
    insert(connection, table, ("form", "name", "type"), [(form.name, name, type_) for name, type_ in types.items() if name not in known])
    update(connection, table, ("type",), [(type_, form.name, name) for name, type_ in types.items() if known.get(name, type_) != type_])


def write_aliases(connection: sa.Connection, batch_id: int, form: str, aliases: Iterable[tuple[str, Known]]) -> list[Row]:
    """New keys of records; returns the rows."""
    rows: list[Row] = sorted((form, key, known.id, batch_id) for key, known in aliases)
    insert(connection, schema.alias, schema.alias.columns.keys(), rows)
    return rows


def confirm(connection: sa.Connection, known: Iterable[Known]) -> None:
    """Records that a newer file left as they are: whatever is older than that file is stale."""
    confirmed = [(stamp(each.modified), each.id) for each in known if each.confirmed and not each.revised]
    update(connection, schema.record, ("modified",), confirmed)


def write_entries(connection: sa.Connection, batch: Batch, batch_id: int, handed: Sequence[Handed], entries: Iterable[Entry]) -> None:
    """Rows kept aside, and entries that this batch mended, replaced or judged anew."""
    opened, changed = [], []
    for entry in entries:
        mended = batch_id if entry.status == "mended" else None
        if entry.id is not None:
            changed.append((entry.status, entry.issues, mended, entry.id))
            continue
        line: Line = entry.line
        form, file = handed[line.source].rows.form, batch.files[line.file]
        opened.append((
            form.name, form.version, entry.kind, entry.status, entry.receipt_id, line.source_id, entry.key, file.desk.desk, file.desk.team,
            line.known.id if line.known else None, batch_id, line.file, line.sheet, line.row, stamp(entry.modified),
            handed[line.source].text(line.position), entry.issues, entry.row_hash, mended,
        ))  # fmt: skip
    insert(connection, schema.quarantine, [column.name for column in schema.quarantine.c if column.name != "id"], opened)
    update(connection, schema.quarantine, ("status", "issues", "mended_batch"), changed)
