"""Write: what a batch adds to the ledger, as bulk inserts and updates in the order that the foreign keys want."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

import csbook
from csbook.forms.form import Form
from csbook.ledger import schema
from csbook.ledger.batch import Batch, Counts
from csbook.ledger.current import Current
from csbook.ledger.handed import Handed
from csbook.ledger.known import Entry
from csbook.ledger.lines import Line
from csbook.ledger.schema import COLUMNS, FIRSTS, STAMP, stored
from csbook.ledger.seal import Sealing
from csbook.ledger.spelled import objects
from csbook.ledger.store import insert, update
from csbook.ledger.values import cells, stamp, texts

KEPT = ("rest", "filled", "row_hash", "seq", "modified", "last_batch", "updated_at")

Row = tuple[Any, ...]
Columns = Mapping[str, Iterable[Any]]


def write_batch(connection: sa.Connection, batch: Batch) -> int:
    """The batch and its files, whose rows are counted later (write_counts); returns the batch's id."""
    nothing = Counts().as_columns()
    values = {"at": batch.now, "handed_in_by": batch.user, "program": csbook.__version__, **nothing}
    batch_id = int(connection.execute(schema.batch.insert().values(values).returning(schema.batch.c.id)).scalar_one())
    files = [
        (
            batch_id, number, str(file.path), file.sha256, file.size, stamp(file.modified), file.form, file.version, file.desk.desk,
            file.desk.team, file.issue_code, file.verdict, file.code, *nothing.values(),
        )
        for number, file in enumerate(batch.files)
    ]  # fmt: skip
    insert(connection, schema.source_file, schema.source_file.columns.keys(), files)
    return batch_id


def write_counts(connection: sa.Connection, batch_id: int, counts: Sequence[Counts]) -> None:
    """What became of the rows of each file and of the batch."""
    names = [*Counts().as_columns()]
    of_files = [(*each.as_columns().values(), batch_id, number) for number, each in enumerate(counts)]
    update(connection, schema.batch, names, [(*Counts.sum(counts).as_columns().values(), batch_id)])
    update(connection, schema.source_file, names, of_files)


def write_records(connection: sa.Connection, batch: Batch, batch_id: int, groups: Iterable[Sequence[Current]], sealing: Sealing) -> None:
    """Records of one form as they stand after the batch, and every revision.

    No state of a group is about a record of another one, so that a group is forgotten before the next is spelled.
    """
    for after in groups:
        born = _write_states(connection, batch, batch_id, after)
        revisions = sorted((row for each in after for row in _revisions(each, batch_id)), key=operator.itemgetter(0, 1))
        insert(connection, schema.revision, schema.revision.columns.keys(), revisions)
        sealing.add("record", schema.record.columns.keys(), born)
        sealing.add("revision", schema.revision.columns.keys(), revisions)


def _write_states(connection: sa.Connection, batch: Batch, batch_id: int, after: Sequence[Current]) -> list[Row]:
    """Records as they stand: new ones, which are returned, changed ones, and those that are known by other facts now."""
    names = schema.record.columns.keys()
    born: list[Row] = []
    said: set[str] = set()
    for current in after:
        states, columns = current.states, _columns(current, batch, batch_id)
        said |= columns.keys()
        born += itertools.compress(_rows(columns, names), map(operator.and_, states.born, states.last))
        old = [last and not new for new, last in zip(states.born, states.last, strict=True)]
        changing = ("form_version", "state", *_own_columns(current.form), *KEPT)
        update(connection, schema.record, changing, [*itertools.compress(_rows(columns, (*changing, "id")), old)])
        moved = [last and known.moved for known, last in zip(states.known, old, strict=False)]
        # apart, since an index over a million of them is touched
        update(connection, schema.record, ("facts",), [*itertools.compress(_rows(columns, ("facts", "id")), moved)])
    born.sort(key=operator.itemgetter(names.index("id")))  # so that tables and indexes grow at their ends
    there = [place for place, name in enumerate(names) if name in said]  # the columns of other forms are empty
    insert(connection, schema.record, [names[place] for place in there], list(map(operator.itemgetter(*there), born)) if born else [])
    return born


def _rows(columns: Columns, names: Iterable[str]) -> Iterator[Row]:
    """Rows of these columns; one that is not there is empty."""
    return zip(*(columns.get(name, itertools.repeat(None)) for name in names), strict=False)


def _columns(current: Current, batch: Batch, batch_id: int) -> Columns:
    """The columns of `record`, as far as these records fill any."""
    states, form, frame, types = current.states, current.form, current.frame, stored(current.form)
    files = [batch.files[file].desk for file in states.lines["file"].tolist()]
    there = [name for name in _own_columns(form) if name in frame and frame[name].notna().any()]
    own: dict[str, Iterable[Any]] = {name: cells(frame[name], types[name]) for name in there}
    rest = {name: (frame[name], type_) for name, type_ in types.items() if name in frame and COLUMNS.get(name) != type_}
    said = [each.firsts for each in states.known]
    firsts = {name: [each.get(name) for each in said] if said else own[field] for name, field in FIRSTS.items() if said or field in own}
    always = {"form": form.name, "form_version": form.version, "first_batch": batch_id, "last_batch": batch_id}
    always |= dict.fromkeys(("created_at", "updated_at"), stamp(batch.now))
    return {
        **own, **firsts, **{name: itertools.repeat(value) for name, value in always.items()},
        "id": states.ids, "source_id": texts(states.lines["source_id"]), "record_no": states.numbers, "desk": [each.desk for each in files],
        "team": [each.team for each in files], "state": current.state.tolist(), "rest": objects(rest, len(frame)).to_pylist(),
        "filled": current.filled, "facts": states.facts, "row_hash": states.row_hash, "seq": states.seq, "modified": states.modified,
    }  # fmt: skip


def _own_columns(form: Form) -> list[str]:
    """The columns of `record` that this form fills; the other forms' stay empty."""
    return [name for name, type_ in stored(form).items() if COLUMNS.get(name) == type_]


def _revisions(current: Current, batch_id: int) -> Iterator[Row]:
    states, frame, lines = current.states, current.frame, current.states.lines
    resolved = cells(frame["resolved_at"], STAMP) if "resolved_at" in frame else itertools.repeat(None)
    sheets = [states.handed.rows.blocks[block].sheet for block in lines["block"].tolist()]
    return zip(
        states.ids, states.seq, itertools.repeat(batch_id), lines["file"].tolist(), sheets, lines["row"].tolist(), states.changed,
        current.state.tolist(), resolved, current.filled, states.row_hash, states.content, strict=False,
    )  # fmt: skip


def register(connection: sa.Connection, form: Form) -> None:
    """Keep the types of the fields that stand in `rest`."""
    table = schema.form_field
    known = dict(row for row in connection.execute(sa.select(table.c.name, table.c.type).where(table.c.form == form.name)))
    types = {name: type_ for name, type_ in stored(form).items() if COLUMNS.get(name) != type_}
    insert(connection, table, ("form", "name", "type"), [(form.name, name, type_) for name, type_ in types.items() if name not in known])
    update(connection, table, ("type",), [(type_, form.name, name) for name, type_ in types.items() if known.get(name, type_) != type_])


def write_aliases(connection: sa.Connection, batch_id: int, form: str, aliases: Iterable[tuple[str, int]], sealing: Sealing) -> None:
    """New keys of records, by their ids; all keys of a record come together."""
    rows: list[Row] = [(form, key, record, batch_id) for key, record in sorted(aliases)]
    insert(connection, schema.alias, schema.alias.columns.keys(), rows)
    sealing.add("alias", schema.alias.columns.keys(), rows)


def confirm(connection: sa.Connection, confirmed: Sequence[tuple[str | None, int]]) -> None:
    """Records, by id, that a newer file, by its stamp, left as they are: whatever is older than that file is stale."""
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
